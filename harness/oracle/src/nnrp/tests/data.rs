//! Submits and results.

use super::Case;
use super::frames::*;
use super::story::{C, S};
use wireproof_wire::nnrp::event::Outcome;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "frame_ids_are_new",
        id: "SUB-004",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).say(C, submit(7, 1).lane(1)).event(
                S,
                wireproof_wire::nnrp::Event::Submitted {
                    session: 7,
                    lane: 1,
                    frame: 1,
                    bytes: 6,
                    digest: wireproof_wire::nnrp::schema::hash(b"prompt"),
                },
            );
        },
    },
    Case {
        name: "frame_ids_are_new",
        id: "SUB-004",
        reading: Some("R-43"),
        trip: |s| {
            s.session(7).say(C, submit(7, 1)).say(S, error(0xC, 7, 1)).sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).sends(C, &submit(7, 1)).resume(7);
            s.submit_as(submit(7, 1).with("header.flags", 0x10), 7, 1);
        },
    },
    Case {
        name: "results_name_a_known_operation",
        id: "RLT-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).sends(S, &push(7, 2));
        },
        legal: |s| {
            s.session(7).gets(S, &cancel(7, 2)).sends(S, &drop_result(7, 2));
        },
    },
    Case {
        name: "results_name_a_known_operation",
        id: "RLT-015",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).sends(S, &hint(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, hint(7, 1)).say(S, hint(7, 0));
        },
    },
    Case {
        name: "operation_ends_exactly_once",
        id: "RLT-007",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1)).say(S, push(7, 1));
        },
        legal: |s| {
            s.session(7)
                .submit(7, 1)
                .say(S, partial(7, 1))
                .say(S, partial(7, 1))
                .say(S, push(7, 1));
        },
    },
    Case {
        name: "operation_ends_exactly_once",
        id: "RLT-007",
        reading: Some("R-21"),
        trip: |s| {
            let unmarked = push(7, 1).with("header.flags", 0);
            s.session(7).submit(7, 1).say(S, unmarked).say(S, push(7, 1));
        },
        legal: |s| {
            let unmarked = push(7, 1).with("header.flags", 0);
            s.session(7).submit(7, 1).say(S, unmarked).submit(7, 2).say(S, push(7, 2));
        },
    },
    Case {
        name: "operation_ends_exactly_once",
        id: "RLT-007",
        reading: Some("R-54"),
        trip: |s| {
            s.session(7).say(C, submit(7, 1)).say(S, error(0xC, 7, 1)).say(S, push(7, 1));
        },
        // A cancel that finds the operation finished may be answered.
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).say(C, cancel(7, 1)).say(S, error(9, 7, 1));
        },
    },
    Case {
        name: "budget_stays_within_the_wish",
        id: "RLT-003",
        reading: None,
        trip: |s| {
            s.session(7).submit_as(submit(7, 1).with("budget_policy", 2), 7, 1);
            s.say(S, push(7, 1).with("applied_budget_policy", 6));
        },
        legal: |s| {
            s.session(7).submit_as(submit(7, 1).with("budget_policy", 6), 7, 1);
            s.say(S, push(7, 1).with("applied_budget_policy", 2));
        },
    },
    Case {
        name: "budget_stays_within_the_wish",
        id: "RLT-003",
        reading: Some("R-21"),
        trip: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1).with("result_class", 1));
        },
        legal: |s| {
            s.session(7).submit_as(submit(7, 1).with("budget_policy", 1), 7, 1);
            s.say(S, push(7, 1).with("result_class", 1).with("applied_budget_policy", 1));
        },
    },
    Case {
        name: "stale_reuse_names_its_source",
        id: "RLT-008",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1).with("result_class", 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2);
            s.sends(S, &push(7, 2).with("result_class", 2).with("reused_frame_id", 1));
        },
    },
    Case {
        name: "keyframe_results_are_not_droppable",
        id: "RLT-012",
        reading: None,
        trip: |s| {
            s.session(7).submit_as(submit(7, 1).with("frame_class", 0), 7, 1);
            s.say(S, push(7, 1).with("header.flags", 0xA));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1).with("header.flags", 0xA));
        },
    },
    Case {
        name: "application_gets_what_was_sent",
        id: "PAY-010",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1)).result_event(7, 1, b"tokem");
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1)).result_event(7, 1, b"token");
        },
    },
    Case {
        // The result of one session shows up in another.
        name: "application_gets_what_was_sent",
        id: "RLT-005",
        reading: None,
        trip: |s| {
            s.session(7).open(8).submit(7, 1).submit(8, 1).say(S, push(7, 1));
            s.result_event(8, 1, b"token");
        },
        legal: |s| {
            s.session(7).open(8).submit(7, 1).submit(8, 1).say(S, push(8, 1)).say(S, push(7, 1));
            s.result_event(8, 1, b"token").result_event(7, 1, b"token");
        },
    },
    Case {
        name: "application_sees_each_end_once",
        id: "OP-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).ended(C, 7, 1, Outcome::Completed);
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).ended(S, 7, 1, Outcome::Completed);
        },
    },
    Case {
        name: "application_sees_each_end_once",
        id: "RLT-007",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).result_event(7, 1, b"token");
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).result(7, 2);
        },
    },
    Case {
        name: "submit_makes_one_operation",
        id: "OP-002",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).gets(S, &submit(7, 1)).submitted(7, 1);
        },
        legal: |s| {
            s.session(7).submit(7, 1).gets(S, &submit(7, 1)).sends(S, &error(3, 7, 0));
        },
    },
    Case {
        name: "malformed_submit_leaves_no_operation",
        id: "ERR-011",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &submit(7, 1).with("reserved0", 1)).submitted(7, 1);
            s.sends(S, &error(5, 7, 1));
        },
        legal: |s| {
            s.session(7).gets(S, &submit(7, 1).with("reserved0", 1)).sends(S, &error(5, 7, 1));
        },
    },
    Case {
        name: "malformed_packets_are_refused_visibly",
        id: "ERR-011",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &submit(7, 1).with("reserved0", 1));
        },
        legal: |s| {
            s.session(7).gets(S, &submit(7, 1).with("reserved0", 1));
            s.sends(S, &error(5, 0, 0).with("is_fatal", 1)).shutdown(S);
        },
    },
    Case {
        name: "malformed_packets_are_refused_visibly",
        id: "ERR-011",
        reading: Some("R-51"),
        trip: |s| {
            s.session(7).gets(S, &submit(7, 1).with("frame_class", 7));
        },
        legal: |s| {
            s.session(7).gets(C, &error(3, 0, 0).with("is_fatal", 7));
        },
    },
    Case {
        name: "ended_agrees_with_the_wire",
        id: "RLT-016",
        reading: Some("R-23"),
        trip: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1).with("status_code", 3));
            s.ended(C, 7, 1, Outcome::Completed);
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1).with("status_code", 3));
            s.ended(C, 7, 1, Outcome::Failed);
        },
    },
    Case {
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, drop_result(7, 1)).ended(C, 7, 1, Outcome::Completed);
        },
        // A drop that crossed a cancel may be read either way.
        legal: |s| {
            s.session(7).submit(7, 1).sends(C, &cancel(7, 1)).say(S, drop_result(7, 1));
            s.gets(S, &cancel(7, 1)).ended(C, 7, 1, Outcome::Cancelled);
            s.ended(S, 7, 1, Outcome::Failed);
        },
    },
    Case {
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).ended(C, 7, 1, Outcome::Failed);
        },
        // At the server the event may come ahead of the packet of the same step.
        legal: |s| {
            s.session(7).submit(7, 1).ended(S, 7, 1, Outcome::Completed).sends(S, &push(7, 1));
        },
    },
    Case {
        name: "deadline_ends_the_wait",
        id: "SUB-017",
        reading: Some("R-44"),
        trip: |s| {
            s.session(7).submit_as(submit(7, 1).with("latency_budget_ms", 20), 7, 1);
            s.wait(21).say(S, push(7, 1));
        },
        legal: |s| {
            s.session(7).submit_as(submit(7, 1).with("latency_budget_ms", 20), 7, 1);
            s.wait(20).say(S, push(7, 1));
        },
    },
    Case {
        name: "deadline_ends_the_wait",
        id: "SUB-017",
        reading: None,
        trip: |s| {
            s.session(7).submit_as(submit(7, 1).with("latency_budget_ms", 20), 7, 1).wait(41);
        },
        legal: |s| {
            s.session(7).submit_as(submit(7, 1).with("latency_budget_ms", 20), 7, 1).wait(20);
            s.say(S, error(8, 7, 1)).wait(100);
        },
    },
    Case {
        name: "application_gets_what_was_sent",
        id: "OP-002",
        reading: None,
        trip: |s| {
            s.session(7).submitted(7, 1);
        },
        legal: |s| {
            s.session(7).gets(S, &submit(7, 1)).submitted(7, 1);
        },
    },
    Case {
        name: "application_gets_what_was_sent",
        id: "RLT-004",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1).with("status_code", 1));
            s.result_event(7, 1, b"token");
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1)).result_event(7, 1, b"token");
        },
    },
    Case {
        name: "application_gets_what_was_sent",
        id: "RLT-007",
        reading: Some("R-21"),
        trip: |s| {
            let gap = push(7, 1).with("header.flags", 0).with("result_flags", 4);
            s.session(7).submit(7, 1).say(S, gap).result_event(7, 1, b"token");
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1).with("header.flags", 0));
            s.result_event(7, 1, b"token");
        },
    },
    Case {
        name: "ended_agrees_with_the_wire",
        id: "OP-009",
        reading: Some("R-22"),
        trip: |s| {
            s.session(7).submit(7, 1).say(S, push(7, 1)).ended(C, 7, 1, Outcome::Superseded);
        },
        legal: |s| {
            s.session(7).submit(7, 1).submit_as(submit(7, 2).with("retry_of_frame", 1), 7, 2);
            s.say(S, drop_result(7, 1)).ended(C, 7, 1, Outcome::Superseded);
        },
    },
    Case {
        name: "override_needs_the_grant",
        id: "SES-041",
        reading: Some("R-19"),
        trip: |s| {
            s.hello()
                .say(C, open())
                .say(S, open_ack(7).with("schema_id", 0x1001).with("schema_version", 3));
            s.submit_as(submit(7, 1).byte(40 + 72 + 32 + 4, 9), 7, 1);
        },
        legal: |s| {
            s.session(7).submit_as(submit(7, 1).byte(40 + 72 + 32 + 4, 9), 7, 1);
        },
    },
    Case {
        name: "hints_wait_for_work",
        id: "SES-039",
        reading: Some("R-47"),
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).say(S, hint(7, 0));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, hint(7, 0)).result(7, 1);
        },
    },
];
