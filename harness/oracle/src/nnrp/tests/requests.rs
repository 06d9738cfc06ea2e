//! Requests, their answers, and errors.

use super::Case;
use super::frames::*;
use super::story::{C, S};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "ping_is_answered_by_one_pong",
        id: "CON-010",
        reading: Some("R-41"),
        trip: |s| {
            s.session(7).say(C, ping()).say(S, pong()).sends(S, &pong());
        },
        legal: |s| {
            s.say(C, ping()).say(S, pong()).session(7).say(S, ping()).say(C, pong());
        },
    },
    Case {
        name: "ping_is_answered_by_one_pong",
        id: "CON-010",
        reading: Some("R-41"),
        trip: |s| {
            s.session(7).say(S, ping().with("header.session_id", 7)).say(C, ping()).say(S, pong());
        },
        legal: |s| {
            s.session(7).say(C, ping()).lose();
        },
    },
    Case {
        name: "patch_answer_covers_the_request",
        id: "PAT-004",
        reading: Some("R-34"),
        trip: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7).with("applied_patch_mask", 1));
        },
        legal: |s| {
            let ack = patch_ack(7).with("applied_patch_mask", 1).with("rejected_patch_mask", 2);
            s.session(7).say(C, patch(7)).say(S, ack.with("status", 1).with("reason", 4));
        },
    },
    Case {
        name: "patch_answer_covers_the_request",
        id: "PAT-005",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7).with("reason", 2));
        },
        legal: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7));
        },
    },
    Case {
        name: "patch_answer_covers_the_request",
        id: "PAT-002",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7));
        },
        legal: |s| {
            s.session(7).say(C, patch(7).traced(3)).say(S, error(0xC, 7, 0).traced(3));
        },
    },
    Case {
        name: "cache_answer_names_its_put",
        id: "CACHE-002",
        reading: None,
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7)).say(S, put_ack(7));
        },
        legal: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7)).say(C, put(0)).say(S, put_ack(0));
        },
    },
    Case {
        name: "cache_answer_names_its_put",
        id: "CACHE-007",
        reading: None,
        trip: |s| {
            s.session(7).say(C, put(7).with("object_kind", 5)).say(S, put_ack(7));
        },
        legal: |s| {
            s.session(7).say(C, put(7).with("object_kind", 5)).say(S, error(6, 7, 0));
        },
    },
    Case {
        name: "cache_answer_names_its_put",
        id: "SES-040",
        reading: Some("R-32"),
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("session_flags_ack", 1));
            s.say(C, put(7)).say(S, put_ack(7));
        },
        legal: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("session_flags_ack", 1));
            s.say(C, put(7)).say(S, put_ack(7).with("status", 1).with("detail_code", 0x0001_0005));
        },
    },
    Case {
        name: "probe_answer_repeats_its_id",
        id: "PRB-002",
        reading: None,
        trip: |s| {
            s.session(7).say(C, probe(4)).say(S, probe_ack(4)).sends(S, &probe_ack(5));
        },
        legal: |s| {
            s.session(7).say(C, probe(4)).say(C, probe(5)).say(S, probe_ack(5));
            s.say(S, probe_ack(4));
        },
    },
    Case {
        name: "answers_repeat_the_trace_id",
        id: "HDR-013",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7).traced(5)).say(S, patch_ack(7));
        },
        legal: |s| {
            s.session(7).say(C, patch(7).traced(5)).say(S, patch_ack(7).traced(5));
        },
    },
    Case {
        name: "answers_repeat_the_trace_id",
        id: "HDR-013",
        reading: Some("R-05"),
        trip: |s| {
            s.hello().say(C, open().traced(5)).say(S, open_ack(7));
        },
        legal: |s| {
            s.hello().say(C, open().traced(5)).say(S, open_ack(7).traced(5));
        },
    },
    Case {
        name: "error_is_never_answered_by_error",
        id: "ERR-008",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).say(C, error(3, 7, 0)).sends(S, &error(3, 7, 0));
        },
        legal: |s| {
            s.session(7).say(C, error(3, 7, 0)).gets(S, &hello()).sends(S, &error(3, 0, 0));
        },
    },
    Case {
        name: "errors_keep_their_scope",
        id: "ERR-005",
        reading: None,
        trip: |s| {
            s.session(7).say(S, error(2, 0, 0));
        },
        legal: |s| {
            s.session(7).say(S, error(2, 0, 0).with("is_fatal", 1)).shutdown(S);
        },
    },
    Case {
        name: "errors_keep_their_scope",
        id: "ERR-007",
        reading: None,
        trip: |s| {
            s.session(7).say(S, error(0x0003_0001, 7, 0));
        },
        legal: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
        },
    },
    Case {
        name: "errors_keep_their_scope",
        id: "ERR-009",
        reading: None,
        trip: |s| {
            s.session(7).say(S, error(0x0002_0001, 7, 0));
        },
        legal: |s| {
            s.session(7).say(S, error(0x0004_0001, 7, 0));
        },
    },
    Case {
        name: "migration_is_answered_with_its_cursor",
        id: "MIG-009",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0));
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0));
            s.say(S, migrate_ack(7, 0).with("accept_code", 0x0001_0006));
        },
    },
    Case {
        name: "malformed_packets_are_refused_visibly",
        id: "ERR-011",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &critical(close(7, 1, 0)));
        },
        legal: |s| {
            s.session(7).gets(S, &critical(close(7, 1, 0))).sends(S, &error(6, 7, 0)).submit(7, 1);
        },
    },
    Case {
        name: "malformed_packets_are_refused_visibly",
        id: "ERR-011",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).gets(S, &critical(cancel(7, 1)));
        },
        legal: |s| {
            s.session(7).submit(7, 1).gets(S, &critical(cancel(7, 1))).sends(S, &error(6, 7, 0));
        },
    },
];
