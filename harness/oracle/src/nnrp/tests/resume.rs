//! Recovery and migration.

use super::Case;
use super::frames::*;
use super::story::{C, S};
use wireproof_wire::nnrp::command::{Command, Push};
use wireproof_wire::nnrp::event::Outcome;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "resume_grant_has_token_and_window",
        id: "RES-005",
        reading: Some("R-37"),
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("resume_window_ms", 0));
        },
        legal: |s| {
            let ack = open_ack(7).with("resume_window_ms", 0).with("session_flags_ack", 0x4);
            s.hello().say(C, open()).say(S, ack);
        },
    },
    Case {
        name: "resume_grant_has_token_and_window",
        id: "RES-004",
        reading: Some("R-37"),
        trip: |s| {
            s.session(7).lose().connect(1).hello().say(C, reopen(7, 7, 1));
            s.say(S, resumed(7, 2).with("session_error_code", 0x0001_0006));
        },
        legal: |s| {
            s.session(7).resume(7);
        },
    },
    Case {
        name: "resumed_only_with_a_fitting_token",
        id: "RES-006",
        reading: None,
        trip: |s| {
            s.session(7).lose().connect(1).hello().say(C, reopen(7, 7, 9)).say(S, resumed(7, 2));
        },
        legal: |s| {
            s.session(7).lose().connect(1).hello().say(C, reopen(7, 7, 9));
            s.say(S, refusal(0x0001_0006));
        },
    },
    Case {
        name: "resumed_only_with_a_fitting_token",
        id: "RES-001",
        reading: None,
        trip: |s| {
            s.session(7).open(8).lose().connect(1).hello();
            s.say(C, reopen(7, 8, 1)).say(S, resumed(7, 2));
        },
        legal: |s| {
            s.session(7).open(8).lose().connect(1).hello();
            s.say(C, reopen(8, 8, 1)).say(S, resumed(8, 2));
        },
    },
    Case {
        // The client has spoken with the second token in hand: the first is spent.
        name: "resumed_only_with_a_fitting_token",
        id: "RES-006",
        reading: Some("R-37"),
        trip: |s| {
            s.session(7).resume(7).submit(7, 1).result(7, 1).lose().connect(2).hello();
            s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 3)).say(S, push(7, 1));
        },
        legal: |s| {
            s.session(7).resume(7).lose().connect(2).hello();
            s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 3));
        },
    },
    Case {
        name: "resumed_only_with_a_fitting_token",
        id: "RES-003",
        reading: Some("R-37"),
        trip: |s| {
            s.session(7).lose().connect(1).hello();
            s.say(C, open().with("requested_session_id", 7)).say(S, resumed(7, 2));
        },
        legal: |s| {
            s.session(7).resume(7);
        },
    },
    Case {
        name: "resumed_only_with_a_fitting_token",
        id: "RES-007",
        reading: None,
        trip: |s| {
            s.session(7).lose().connect(1).hello().say(C, reopen(7, 7, 9)).say(S, open_ack(8));
        },
        legal: |s| {
            s.session(7).lose().connect(1).hello().say(C, reopen(7, 7, 9));
            s.say(S, open_ack(8).with("session_error_code", 0x0001_0006));
        },
    },
    Case {
        name: "token_belongs_to_one_session",
        id: "RES-001",
        reading: None,
        trip: |s| {
            s.session(7).say(C, open());
            s.say(S, open_ack(7).with("session_id", 8).with("header.session_id", 8));
        },
        legal: |s| {
            s.session(7).open(8);
        },
    },
    Case {
        name: "closed_or_expired_session_is_not_resumed",
        id: "RES-012",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).lose().connect(1).hello();
            s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 2));
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).lose().connect(1).hello();
            s.say(C, reopen(7, 7, 1)).say(S, refusal(0x0001_0006));
        },
    },
    Case {
        name: "closed_or_expired_session_is_not_resumed",
        id: "RES-012",
        reading: Some("R-37"),
        trip: |s| {
            s.session(7).lose().wait(1_001).connect(1).hello();
            s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 2));
        },
        legal: |s| {
            s.session(7).lose().wait(999).connect(1).hello();
            s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 2));
        },
    },
    Case {
        name: "resume_names_its_session",
        id: "RES-002",
        reading: Some("R-37"),
        trip: |s| {
            s.session(7).lose().connect(1).hello();
            s.say(C, reopen(0, 7, 1)).say(S, refusal(0x0001_0006));
        },
        legal: |s| {
            s.session(7).resume(7);
        },
    },
    Case {
        name: "resume_redelivers_what_is_owed",
        id: "RES-008",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).sends(S, &push(7, 1)).resume(7);
        },
        legal: |s| {
            s.session(7).submit(7, 1).sends(S, &push(7, 1)).resume(7).result(7, 1);
        },
    },
    Case {
        name: "fire_and_forget_is_sent_once",
        id: "RLT-013",
        reading: None,
        trip: |s| {
            s.session(7).submit_as(submit(7, 1).with("loss_tolerance_policy", 3), 7, 1);
            s.sends(S, &push(7, 1)).resume(7).say(S, push(7, 1));
        },
        legal: |s| {
            s.session(7).submit_as(submit(7, 1).with("loss_tolerance_policy", 3), 7, 1);
            s.sends(S, &push(7, 1)).resume(7).say(S, drop_result(7, 1));
        },
    },
    Case {
        name: "application_sees_each_end_once",
        id: "RES-011",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).resume(7).say(S, push(7, 1));
            s.result_event(7, 1, b"token");
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).resume(7).say(S, push(7, 1));
        },
    },
    Case {
        name: "one_path_takes_submits",
        id: "MIG-007",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).sends(S, &migrate_ack(7, 1));
            s.on = 0;
            s.say(C, submit(7, 1)).submitted(7, 1);
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 1));
            s.submit(7, 1).result(7, 1);
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "MIG-007",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 1));
            s.on = 0;
            s.sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).connect(1).hello();
            s.say(C, migrate(7, 0)).say(S, migrate_ack(7, 2));
            s.on = 0;
            s.result(7, 1);
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "MIG-008",
        reading: None,
        trip: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 1));
            s.on = 0;
            s.sends(S, &flow(7, 1, 2));
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 1));
            s.say(S, flow(7, 1, 2));
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "MIG-008",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).connect(1).hello();
            s.say(C, migrate(7, 0)).say(S, migrate_ack(7, 2)).wait(201);
            s.on = 0;
            s.sends(S, &push(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).connect(1).hello();
            s.say(C, migrate(7, 0)).say(S, migrate_ack(7, 2)).wait(150);
            s.on = 0;
            s.result(7, 1);
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "SES-011",
        reading: None,
        trip: |s| {
            s.session(7).sends(C, &submit(8, 1));
        },
        legal: |s| {
            s.session(7).open(8).submit(8, 1).result(8, 1);
        },
    },
    Case {
        name: "migration_is_answered_with_its_cursor",
        id: "MIG-005",
        reading: Some("R-38"),
        trip: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).result(7, 2).connect(1).hello();
            s.say(C, migrate(7, 2)).say(S, migrate_ack(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).result(7, 1).submit(7, 2).result(7, 2).connect(1).hello();
            s.say(C, migrate(7, 2)).say(S, migrate_ack(7, 3));
        },
    },
    Case {
        name: "migration_is_answered_with_its_cursor",
        id: "MIG-006",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 4).connect(1).hello().say(C, migrate(7, 0));
            s.say(S, migrate_ack(7, 5)).sends(C, &submit(7, 4));
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, migrate(7, 0)).say(S, migrate_ack(7, 5));
            s.submit(7, 5);
        },
    },
    Case {
        name: "closed_or_expired_session_is_not_resumed",
        id: "RES-006",
        reading: Some("R-60"),
        trip: |s| {
            s.session(7).say(C, reopen(7, 7, 1)).say(S, resumed(7, 2));
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, reopen(7, 7, 1)).say(S, resumed(7, 2));
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "HDR-009",
        reading: Some("R-60"),
        trip: |s| {
            s.session(7).connect(1).hello().say(C, reopen(7, 7, 1)).say(S, resumed(7, 2));
            s.on = 0;
            s.sends(S, &flow(7, 1, 2));
        },
        legal: |s| {
            s.session(7).connect(1).hello().say(C, reopen(7, 7, 1)).say(S, resumed(7, 2));
            s.on = 0;
            s.sends(S, &error(3, 7, 0));
        },
    },
    Case {
        name: "session_messages_stay_where_the_session_is",
        id: "HDR-009",
        reading: None,
        trip: |s| {
            s.session(7).sends(S, &flow(8, 1, 2));
        },
        legal: |s| {
            s.session(7).open(8).sends(S, &flow(8, 1, 2));
        },
    },
    Case {
        // A result for a client that is away ends the operation at once and is sent later.
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).lose().ended(S, 7, 1, Outcome::Completed);
        },
        legal: |s| {
            let push = Push { session: 7, frame: 1, ..Push::default() };
            s.session(7).submit(7, 1).lose().command(S, Command::Push(push));
            s.ended(S, 7, 1, Outcome::Completed).connect(1).hello();
            s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 2)).opened(7, true).result(7, 1);
        },
    },
    Case {
        name: "ended_agrees_with_the_wire",
        id: "RLT-016",
        reading: Some("R-23"),
        trip: |s| {
            let push = Push { session: 7, frame: 1, status: 3, ..Push::default() };
            s.session(7).submit(7, 1).lose().command(S, Command::Push(push));
            s.ended(S, 7, 1, Outcome::Completed);
        },
        legal: |s| {
            let push = Push { session: 7, frame: 1, status: 3, ..Push::default() };
            s.session(7).submit(7, 1).lose().command(S, Command::Push(push));
            s.ended(S, 7, 1, Outcome::Failed);
        },
    },
    Case {
        // A refused submit has created no operation: its repeat after a loss may be taken.
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &submit(7, 1)).sends(S, &error(0xC, 7, 1));
            s.ended(S, 7, 1, Outcome::Completed);
        },
        legal: |s| {
            s.session(7).say(C, submit(7, 1)).sends(S, &error(0xC, 7, 1)).resume(7);
            s.submit(7, 1).result(7, 1).ended(S, 7, 1, Outcome::Completed);
        },
    },
];
