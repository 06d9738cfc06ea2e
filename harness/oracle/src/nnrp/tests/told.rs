//! What applications are told, and what must reach them.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::event::Outcome;

const REPORTED: &str = "answers_are_reported_as_given";
const HANDED: &str = "arrived_results_are_handed_on";

fn failed(s: &mut Story, code: u32) {
    let (conn, session, lane, frame, fatal) = (ConnId(0), 7, 0, 1, false);
    s.event(C, Event::Error { conn, session, lane, frame, code, fatal });
    s.ended(C, 7, 1, Outcome::Failed);
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: REPORTED,
        id: "ERR-002",
        reading: None,
        trip: |s| {
            s.session(7).say(C, submit(7, 1)).say(S, error(0xC, 7, 1));
            failed(s, 3);
        },
        legal: |s| {
            s.session(7).say(C, submit(7, 1)).say(S, error(0xC, 7, 1));
            failed(s, 0xC);
        },
    },
    Case {
        name: REPORTED,
        id: "CACHE-019",
        reading: None,
        trip: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
            failed(s, 0x0003_0002);
        },
        legal: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
            failed(s, 0x0003_0001);
        },
    },
    Case {
        name: REPORTED,
        id: "CON-010",
        reading: None,
        trip: |s| {
            s.session(7).sends(C, &ping()).event(C, Event::Pong { conn: ConnId(0), session: 0 });
        },
        legal: |s| {
            s.session(7).say(C, ping()).say(S, pong());
            s.event(C, Event::Pong { conn: ConnId(0), session: 0 });
        },
    },
    Case {
        name: REPORTED,
        id: "PRB-002",
        reading: None,
        trip: |s| {
            s.session(7).say(C, probe(1)).say(S, probe_ack(1));
            s.event(C, Event::Probed { conn: ConnId(0), id: 2 });
        },
        legal: |s| {
            s.session(7).say(C, probe(1)).say(S, probe_ack(1));
            s.event(C, Event::Probed { conn: ConnId(0), id: 1 });
        },
    },
    Case {
        name: REPORTED,
        id: "MIG-004",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0));
            s.say(S, migrate_ack(7, 0).with("accept_code", 0x0001_0006));
            let (conn, session, code, resume_from) = (ConnId(1), 7, 0, 0);
            s.event(C, Event::Migrated { conn, session, code, resume_from });
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 1));
            let (conn, session, code, resume_from) = (ConnId(1), 7, 0, 1);
            s.event(C, Event::Migrated { conn, session, code, resume_from });
        },
    },
    Case {
        name: REPORTED,
        id: "PAT-004",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7));
            s.event(C, Event::Patched { session: 7, status: 0, applied: 1, rejected: 0 });
        },
        legal: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7));
            s.event(C, Event::Patched { session: 7, status: 0, applied: 3, rejected: 0 });
        },
    },
    Case {
        name: REPORTED,
        id: "CACHE-002",
        reading: None,
        trip: |s| {
            let (session, namespace, key, status, detail) = (7, 0, 8, 0, 0);
            s.session(7).say(C, put(7)).say(S, put_ack(7));
            s.event(C, Event::Cached { session, namespace, key, status, detail });
        },
        legal: |s| {
            let (session, namespace, key, status, detail) = (7, 0, 9, 0, 0);
            s.session(7).say(C, put(7)).say(S, put_ack(7));
            s.event(C, Event::Cached { session, namespace, key, status, detail });
        },
    },
    Case {
        name: REPORTED,
        id: "RLT-015",
        reading: None,
        trip: |s| {
            let (session, frame, reason, retry_after_ms) = (7, 1, 2, 0);
            s.session(7).submit(7, 1).say(S, hint(7, 1));
            s.event(C, Event::Hinted { session, frame, reason, retry_after_ms });
        },
        legal: |s| {
            let (session, frame, reason, retry_after_ms) = (7, 1, 0, 0);
            s.session(7).submit(7, 1).say(S, hint(7, 1));
            s.event(C, Event::Hinted { session, frame, reason, retry_after_ms });
        },
    },
    Case {
        name: HANDED,
        id: "CON-011",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).say(S, push(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).result(7, 2);
        },
    },
    Case {
        name: HANDED,
        id: "RLT-006",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).submit(7, 3).say(S, push(7, 3));
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).submit(7, 3).result(7, 3);
        },
    },
    Case {
        name: HANDED,
        id: "SES-031",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).say(C, close(7, 0, 50));
            s.say(S, close_ack(7, 1)).say(S, push(7, 2)).say(S, close_ack(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).say(C, close(7, 0, 50));
            s.say(S, close_ack(7, 1)).result(7, 2).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: HANDED,
        id: "PRO-006",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, partial(7, 1)).result(7, 1);
        },
        legal: |s| {
            s.session(7).submit(7, 1).partial(7, 1).result(7, 1);
        },
    },
    Case {
        name: HANDED,
        id: "OP-008",
        reading: None,
        trip: |s| {
            let bytes = partial(7, 1).with("payload_kind_bitmap", 0x40);
            let bytes = bytes.with("active_profile_id", 0).byte(40 + 64 + 32, 0);
            s.session(7).submit(7, 1).say(S, bytes).result(7, 1);
        },
        legal: |s| {
            s.session(7).submit(7, 1).partial(7, 1);
            s.say(S, drop_result(7, 1)).ended(C, 7, 1, Outcome::Failed);
        },
    },
];
