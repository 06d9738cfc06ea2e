//! What nothing is wrong with, and what is refused all the same.

use super::Case;
use super::frames::*;
use super::refusals::{draining, fatal, kept};
use super::story::{C, S, Story};

const LEGAL: &str = "what_is_legal_is_not_refused";

pub(super) const CASES: &[Case] = &[
    Case {
        name: LEGAL,
        id: "ERR-002",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).say(C, submit(7, 1)).say(S, error(3, 7, 1));
        },
        legal: |s| {
            s.session(7).say(C, submit(7, 1)).say(S, error(0xC, 7, 1));
        },
    },
    Case {
        name: LEGAL,
        id: "PAT-002",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7).traced(3)).say(S, error(3, 7, 0).traced(3));
        },
        legal: |s| {
            s.session(7).say(C, patch(7).traced(3)).say(S, error(0xB, 7, 0).traced(3));
        },
    },
    Case {
        name: LEGAL,
        id: "FLOW-023",
        reading: None,
        trip: |s| {
            draining(s, &flow(7, 1, 1));
            s.sends(S, &error(3, 7, 0));
        },
        legal: |s| {
            draining(s, &flow(7, 1, 1));
        },
    },
    Case {
        name: LEGAL,
        id: "CON-010",
        reading: Some("R-41"),
        trip: |s| {
            s.session(7).say(C, ping()).say(S, error(3, 0, 0));
        },
        legal: |s| {
            s.session(7).say(C, ping()).say(S, pong());
        },
    },
    Case {
        name: LEGAL,
        id: "CACHE-023",
        reading: None,
        trip: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
            s.say(C, submit(7, 2)).say(S, error(0x0003_0001, 7, 2));
        },
        legal: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1)).submit(7, 2);
        },
    },
    Case {
        name: LEGAL,
        id: "CACHE-015",
        reading: None,
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20)).wait(19);
            s.say(C, refers(7, 1, 9)).say(S, error(0x0003_0002, 7, 1));
        },
        legal: |s| {
            // It may have been thrown out for want of room.
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20)).wait(19);
            s.say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
        },
    },
    Case {
        name: LEGAL,
        id: "SUB-018",
        reading: None,
        trip: |s| {
            kept(s).say(C, mixed(7, 1, 9)).say(S, error(6, 7, 1));
        },
        legal: |s| {
            kept(s).submit_as(mixed(7, 1, 9), 7, 1);
        },
    },
    Case {
        name: LEGAL,
        id: "EXT-002",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &optional(close(7, 1, 0))).sends(S, &error(6, 7, 0));
        },
        legal: |s| {
            s.session(7).say(C, optional(close(7, 1, 0))).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: LEGAL,
        id: "PAY-021",
        reading: None,
        trip: |s| {
            s.session(7).say(C, extended(7, 1, 0)).say(S, error(6, 7, 1));
        },
        legal: |s| {
            s.session(7).say(C, extended(7, 1, 1)).say(S, error(6, 7, 1));
        },
    },
    Case {
        name: LEGAL,
        id: "SES-033",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 50)).say(S, close_ack(7, 3));
            s.say(C, submit(7, 1)).say(S, error(3, 7, 1));
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 50)).say(S, close_ack(7, 3)).submit(7, 1);
        },
    },
    Case {
        name: LEGAL,
        id: "SES-025",
        reading: None,
        trip: |s| {
            override_granted(s);
            s.say(C, anchored(7, 1, 4)).say(S, error(0x0004_0004, 7, 1));
        },
        legal: |s| {
            override_granted(s);
            s.submit_as(anchored(7, 1, 4), 7, 1);
        },
    },
    Case {
        name: "sound_packets_are_not_called_malformed",
        id: "ENC-008",
        reading: None,
        trip: |s| {
            s.session(7);
            fatal(s, 4);
        },
        legal: |s| {
            s.session(7).gets(S, &ping().with("header.header_len", 41));
            fatal(s, 4);
        },
    },
    Case {
        name: "cancel_of_nothing_is_harmless",
        id: "SUB-015",
        reading: None,
        trip: |s| {
            s.session(7).say(C, cancel(7, 4)).sends(S, &error(3, 0, 0));
        },
        legal: |s| {
            s.session(7).say(C, cancel(7, 4)).sends(S, &error(3, 7, 4));
        },
    },
    Case {
        name: "probe_changes_nothing",
        id: "PRB-004",
        reading: None,
        trip: |s| {
            s.gets(S, &probe(1)).shutdown(S);
        },
        legal: |s| {
            s.gets(S, &probe(1)).sends(S, &error(6, 0, 0)).hello();
        },
    },
    Case {
        name: "probe_changes_nothing",
        id: "PRB-004",
        reading: None,
        trip: |s| {
            s.gets(S, &probe(1));
            fatal(s, 3);
        },
        legal: |s| {
            s.say(C, probe(1)).say(S, probe_ack(1)).hello();
        },
    },
    Case {
        name: "every_hello_is_answered",
        id: "ERR-011",
        reading: None,
        trip: |s| {
            s.say(C, hello());
        },
        legal: |s| {
            s.say(C, hello()).shutdown(S);
        },
    },
    Case {
        name: "granted_credit_is_honoured",
        id: "FLOW-024",
        reading: Some("R-25"),
        trip: |s| {
            s.session(7).submit(7, 1).say(C, submit(7, 2)).say(S, error(0xB, 7, 2));
        },
        legal: |s| {
            s.session(7)
                .submit(7, 1)
                .submit(7, 2)
                .gets(S, &submit(7, 3))
                .sends(S, &error(0xB, 7, 3));
        },
    },
    Case {
        // The third operation is beyond the maximum of the first two.
        name: "granted_credit_is_honoured",
        id: "SES-037",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(C, submit(7, 2)).say(S, error(7, 7, 2));
        },
        legal: |s| {
            let ack = open_ack(7).with("max_in_flight_operations", 1);
            s.hello().say(C, open()).say(S, ack.with("granted_operation_credit", 1));
            s.submit(7, 1).gets(S, &submit(7, 2)).sends(S, &error(7, 7, 2));
        },
    },
    Case {
        name: "frames_expire_only_at_their_deadline",
        id: "SUB-016",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).wait(5).say(S, error(8, 7, 1));
        },
        legal: |s| {
            let timed = submit(7, 1).with("latency_budget_ms", 5);
            s.session(7).submit_as(timed, 7, 1).wait(5).say(S, error(8, 7, 1));
        },
    },
    Case {
        name: "frames_expire_only_at_their_deadline",
        id: "SUB-017",
        reading: Some("R-44"),
        trip: |s| {
            let timed = submit(7, 1).with("latency_budget_ms", 5);
            s.session(7).submit_as(timed, 7, 1).wait(4).say(S, error(8, 7, 1));
        },
        legal: |s| {
            s.hello().say(C, open().with("default_deadline_ms", 5)).say(S, open_ack(7));
            s.submit(7, 1).wait(6).say(S, error(8, 7, 1));
        },
    },
];

/// Session 7 with a default schema of its own and leave to name another.
fn override_granted(s: &mut Story) {
    let wish = open().with("session_flags", 0xF).with("schema_id", 5).with("schema_version", 1);
    let ack = open_ack(7).with("session_flags_ack", 0xF);
    s.hello().say(C, wish).say(S, ack.with("schema_id", 5).with("schema_version", 1));
}
