//! Older invariants, broken in the ways that other requirements name.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::event::{Hold, Outcome};

fn held(s: &mut Story, why: Hold) {
    s.event(C, Event::Blocked { session: 7, lane: 0, frame: 0, why });
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "migration_is_answered_with_its_cursor",
        id: "MIG-009",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().sends(S, &migrate_ack(7, 0).with("accept_code", 1));
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0));
            s.say(S, migrate_ack(7, 0).with("accept_code", 1));
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "MIG-004",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0));
            s.say(S, migrate_ack(7, 0).with("accept_code", 0x0001_0006)).sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0));
            s.say(S, migrate_ack(7, 0).with("accept_code", 0x0001_0006));
            s.on = 0;
            s.submit(7, 1);
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "RES-010",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).lose().connect(1).hello().sends(S, &push(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).resume(7).say(S, push(7, 1));
        },
    },
    Case {
        name: "session_closes_only_for_a_reason",
        id: "RES-013",
        reading: None,
        trip: |s| {
            s.session(7)
                .connect(1)
                .session(8)
                .resume(8)
                .event(S, Event::Closed { session: 7, code: 0 });
        },
        legal: |s| {
            s.session(7).connect(1).session(8).resume(8);
        },
    },
    Case {
        name: "ended_agrees_with_the_wire",
        id: "OP-008",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).partial(7, 1).ended(C, 7, 1, Outcome::Completed);
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, drop_result(7, 1)).ended(C, 7, 1, Outcome::Failed);
        },
    },
    Case {
        name: "deadline_ends_the_wait",
        id: "SUB-016",
        reading: None,
        trip: |s| {
            s.hello().say(C, open().with("default_deadline_ms", 5)).say(S, open_ack(7));
            s.submit(7, 1).wait(11);
        },
        legal: |s| {
            s.hello().say(C, open().with("default_deadline_ms", 5)).say(S, open_ack(7));
            s.submit(7, 1).wait(6).say(S, drop_result(7, 1)).wait(5);
        },
    },
    Case {
        name: "blocked_only_for_a_reason",
        id: "SUB-003",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1);
            held(s, Hold::Credit);
        },
        legal: |s| {
            s.session(7).submit(7, 1).submit(7, 2);
            held(s, Hold::Credit);
        },
    },
    Case {
        name: "blocked_only_for_a_reason",
        id: "SES-033",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 50)).say(S, close_ack(7, 3));
            held(s, Hold::State);
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 50));
            held(s, Hold::State);
            s.say(S, close_ack(7, 3));
        },
    },
    Case {
        name: "hello_answer_lies_inside_the_offer",
        id: "NEG-004",
        reading: None,
        trip: |s| {
            s.gets(S, &hello().with("min_version_major", 2).with("max_version_major", 2));
            s.sends(S, &hello_ack());
        },
        legal: |s| {
            s.gets(S, &hello().with("max_version_major", 2)).sends(S, &hello_ack());
        },
    },
    Case {
        name: "connection_ends_only_for_a_reason",
        id: "ERR-006",
        reading: None,
        trip: |s| {
            s.session(7).gets(C, &error(3, 7, 0)).shutdown(C);
        },
        legal: |s| {
            s.session(7).gets(C, &error(3, 0, 0).with("is_fatal", 1)).shutdown(C);
        },
    },
    Case {
        name: "fire_and_forget_is_sent_once",
        id: "NEG-016",
        reading: None,
        trip: |s| {
            s.say(C, level(hello(), 0x03, 3)).say(S, level(hello_ack(), 0x04, 3)).open(7);
            s.submit(7, 1).result(7, 1).resume(7).sends(S, &push(7, 1));
        },
        legal: |s| {
            s.say(C, level(hello(), 0x03, 2)).say(S, level(hello_ack(), 0x04, 2)).open(7);
            s.submit(7, 1).result(7, 1).resume(7).sends(S, &push(7, 1));
        },
    },
    Case {
        name: "application_gets_what_was_sent",
        id: "SES-009",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &longer(open(), b"prompt")).submitted(7, 1);
            s.sends(S, &error(5, 0, 0));
        },
        legal: |s| {
            s.session(7).gets(S, &longer(open(), b"prompt")).sends(S, &error(5, 0, 0));
            s.submit(7, 1);
        },
    },
    Case {
        // What was refused on a path that the session has left may count for longer.
        name: "blocked_only_for_a_reason",
        id: "SUB-003",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2);
            held(s, Hold::Credit);
        },
        legal: |s| {
            s.session(7).submit(7, 1).connect(1).hello().say(C, migrate(7, 0));
            s.sends(S, &migrate_ack(7, 0));
            s.on = 0;
            s.say(C, submit(7, 2).traced(5)).sends(S, &error(3, 7, 0).traced(5));
            s.on = 1;
            s.gets(C, &migrate_ack(7, 0));
            s.on = 0;
            s.gets(C, &error(3, 7, 0).traced(5));
            held(s, Hold::Credit);
        },
    },
    Case {
        // What has moved elsewhere may have been refused or heeded.
        name: "references_resolve_or_are_refused",
        id: "CACHE-006",
        reading: None,
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7)).say(C, invalidate(7, 3));
            s.submit_as(refers(7, 1, 9), 7, 1);
        },
        legal: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7)).connect(1).hello();
            s.say(C, migrate(7, 0)).say(S, migrate_ack(7, 0));
            s.on = 0;
            s.gets(S, &invalidate(7, 3)).sends(S, &error(3, 7, 0));
            s.on = 1;
            s.submit_as(refers(7, 1, 9), 7, 1);
        },
    },
    Case {
        name: "refusals_name_a_cause_that_holds",
        id: "SUB-012",
        reading: None,
        trip: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0xC, 7, 1));
        },
        legal: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
        },
    },
    Case {
        // What ended in time waits for a client that is away.
        name: "deadline_ends_the_wait",
        id: "SUB-017",
        reading: Some("R-44"),
        trip: |s| {
            let timed = submit(7, 1).with("latency_budget_ms", 20);
            s.session(7).submit_as(timed, 7, 1).wait(22).say(S, push(7, 1));
        },
        legal: |s| {
            let timed = submit(7, 1).with("latency_budget_ms", 20);
            s.session(7).submit_as(timed, 7, 1).lose().wait(30).connect(1).hello();
            s.say(C, migrate(7, 0)).say(S, migrate_ack(7, 2)).say(S, push(7, 1));
        },
    },
    Case {
        // What came too late on the old path may come again on the new one.
        name: "one_path_takes_submits",
        id: "MIG-007",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 1));
            s.on = 0;
            s.gets(S, &submit(7, 1)).submitted(7, 1);
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 1));
            s.on = 0;
            s.gets(S, &submit(7, 1));
            s.on = 1;
            s.gets(S, &submit(7, 1)).submitted(7, 1);
        },
    },
    Case {
        name: "operation_ends_exactly_once",
        id: "RLT-011",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(S, drop_result(7, 1)).sends(S, &push(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, partial(7, 1)).say(S, drop_result(7, 1));
        },
    },
];
