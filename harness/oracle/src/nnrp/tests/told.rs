//! What applications are told, and what must reach them.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::{ConnId, Role};
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::command::{Command, Push, Submit};
use wireproof_wire::nnrp::event::Outcome;

const REPORTED: &str = "answers_are_reported_as_given";
const HANDED: &str = "arrived_results_are_handed_on";

fn failed(s: &mut Story, code: u32) {
    let (conn, session, lane, frame, fatal) = (ConnId(0), 7, 0, 1, false);
    s.event(C, Event::Error { conn, session, lane, frame, code, fatal });
    s.ended(C, 7, 1, Outcome::Failed);
}

fn flowed(s: &mut Story, session: u32, epoch: u32, credit: u16) {
    let (conn, operation, level, paused) = (ConnId(0), 0, 0, false);
    s.event(C, Event::Flow { conn, session, operation, credit, level, paused, epoch });
}

fn closed(s: &mut Story, who: Role, session: u32) {
    s.event(who, Event::Closed { session, code: 0 });
}

/// The application of `who` gives a payload to an operation.
fn given(s: &mut Story, who: Role, session: u32, frame: u32, text: &str) {
    let text = text.into();
    s.command(
        who,
        match who {
            C => Command::Submit(Submit { session, frame, text, ..Submit::default() }),
            S => Command::Push(Push { session, frame, partial: true, text, ..Push::default() }),
        },
    );
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
    Case {
        name: "ended_sessions_leave_no_operation",
        id: "SES-030",
        reading: Some("R-57"),
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2);
            s.say(C, close(7, 1, 0)).say(S, close_ack(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2);
            s.say(C, close(7, 1, 0)).say(S, close_ack(7, 2)).ended(C, 7, 2, Outcome::Cancelled);
        },
    },
    Case {
        name: "ended_sessions_leave_no_operation",
        id: "CON-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).say(C, shut()).shutdown(S);
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).say(C, shut()).shutdown(S);
            s.ended(C, 7, 2, Outcome::Failed);
        },
    },
    Case {
        name: "ended_sessions_leave_no_operation",
        id: "RES-012",
        reading: Some("R-37"),
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).lose().wait(1_000);
            closed(s, C, 7);
            closed(s, S, 7);
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).lose().wait(1_000);
            s.ended(C, 7, 2, Outcome::Failed);
            closed(s, C, 7);
            closed(s, S, 7);
        },
    },
    Case {
        name: "ended_sessions_are_let_go",
        id: "SES-032",
        reading: None,
        trip: |s| {
            s.session(7).open(8).say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
            closed(s, C, 7);
            s.say(C, close(8, 0, 0)).say(S, close_ack(8, 2));
        },
        legal: |s| {
            s.session(7).open(8).say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
            closed(s, C, 7);
        },
    },
    Case {
        name: "ended_sessions_are_let_go",
        id: "CON-005",
        reading: None,
        trip: |s| {
            s.session(7).open(8).say(C, shut()).shutdown(S);
            closed(s, C, 7);
        },
        legal: |s| {
            s.session(7).open(8).say(C, shut()).shutdown(S);
            closed(s, C, 7);
            closed(s, C, 8);
        },
    },
    Case {
        name: "ended_sessions_are_let_go",
        id: "RES-012",
        reading: Some("R-37"),
        trip: |s| {
            s.session(7).open(8).lose().wait(1_000);
            closed(s, C, 7);
        },
        legal: |s| {
            s.session(7).open(8).lose().wait(1_000);
            closed(s, C, 7);
            closed(s, C, 8);
        },
    },
    Case {
        name: "newer_update_is_applied",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(7, 1, 3));
            flowed(s, 7, 1, 3);
            s.say(S, flow(7, 2, 2));
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 2, 3));
            flowed(s, 7, 2, 3);
            s.gets(C, &flow(7, 1, 2));
        },
    },
    Case {
        name: "newer_update_is_applied",
        id: "FLOW-009",
        reading: None,
        trip: |s| {
            s.session(7).open(8).say(S, flow(7, 5, 3));
            flowed(s, 7, 5, 3);
            s.say(S, flow(8, 2, 2));
        },
        legal: |s| {
            s.session(7).open(8).say(S, flow(7, 5, 3));
            flowed(s, 7, 5, 3);
            s.say(S, flow(8, 2, 2));
            flowed(s, 8, 2, 2);
        },
    },
    Case {
        name: "newer_update_is_applied",
        id: "FLOW-023",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, flow(7, 1, 3));
            flowed(s, 7, 1, 3);
            s.say(C, close(7, 0, 50)).say(S, close_ack(7, 1)).say(S, flow(7, 2, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.say(S, flow(7, 2, 2));
            flowed(s, 7, 2, 2);
        },
    },
    Case {
        name: "watermark_names_a_settled_operation",
        id: "SES-034",
        reading: None,
        trip: |s| {
            s.session(7)
                .say(C, close(7, 0, 0).with("last_operation_id", 4))
                .say(S, close_ack(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 4).result(7, 4);
            s.say(C, close(7, 0, 0).with("last_operation_id", 4)).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "watermark_names_a_settled_operation",
        id: "SES-034",
        reading: Some("R-36"),
        trip: |s| {
            s.session(7).submit(7, 4).say(C, close(7, 0, 50).with("last_operation_id", 4));
            s.say(S, close_ack(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 3).result(7, 3).submit(7, 4);
            s.say(C, close(7, 0, 50).with("last_operation_id", 3)).say(S, close_ack(7, 1));
        },
    },
    Case {
        name: "close_carries_a_code_only_for_an_error",
        id: "SES-035",
        reading: None,
        trip: |s| {
            let close = close(7, 0, 0).with("session_error_code", 0x0001_0001);
            s.session(7).say(C, close).say(S, close_ack(7, 2));
        },
        legal: |s| {
            let close = close(7, 0, 0).with("session_error_code", 0x0001_0001);
            s.session(7).say(C, close.with("close_reason", 5)).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "close_carries_a_code_only_for_an_error",
        id: "SES-043",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 0));
            s.say(S, close_ack(7, 2).with("session_error_code", 0x0001_0001));
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 0));
            s.say(S, close_ack(7, 3).with("session_error_code", 0x0001_0001));
        },
    },
    Case {
        name: "result_times_fit_the_clock",
        id: "RLT-017",
        reading: Some("R-49"),
        trip: |s| {
            s.session(7).submit(7, 1).wait(3).say(S, push(7, 1).with("server_total_ms", 4));
        },
        legal: |s| {
            s.session(7).submit(7, 1).wait(3).say(S, push(7, 1).with("server_total_ms", 3));
        },
    },
    Case {
        name: "payloads_stay_with_their_operation",
        id: "CON-002",
        reading: None,
        trip: |s| {
            s.session(7).open(8).submit(7, 1).submit(8, 1);
            given(s, S, 7, 1, "tok");
            s.say(S, partial(8, 1));
        },
        legal: |s| {
            s.session(7).open(8).submit(7, 1).submit(8, 1);
            given(s, S, 7, 1, "tok");
            s.say(S, partial(7, 1));
            given(s, S, 8, 1, "tok");
            s.say(S, partial(8, 1));
        },
    },
    Case {
        name: "payloads_stay_with_their_operation",
        id: "RLT-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).submit(7, 2);
            given(s, S, 7, 1, "tok");
            s.say(S, partial(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).submit(7, 2);
            given(s, S, 7, 2, "tok");
            s.say(S, partial(7, 2));
        },
    },
    Case {
        name: "payloads_stay_with_their_operation",
        id: "OP-004",
        reading: Some("R-01"),
        trip: |s| {
            s.session(7);
            given(s, C, 7, 0, "prompt");
            s.say(C, submit(7, 1).lane(1));
            s.event(S, submitted_on(1));
        },
        legal: |s| {
            s.session(7);
            given(s, C, 7, 0, "prompt");
            s.submit(7, 1);
        },
    },
];

fn submitted_on(lane: u16) -> Event {
    let (bytes, digest) = (6, wireproof_wire::nnrp::schema::hash(b"prompt"));
    Event::Submitted { session: 7, lane, frame: 1, bytes, digest }
}
