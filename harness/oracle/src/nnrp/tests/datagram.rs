//! A carrier that loses, doubles and damages packets excuses what follows from that, and no more.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::command::Submit;
use wireproof_wire::nnrp::event::{Hold, Outcome};
use wireproof_wire::nnrp::{Command, Event};

fn lossy(s: &mut Story) -> &mut Story {
    *s = Story::over(Carrier::Datagram);
    s
}

/// A submit of 62 bytes of body that the client holds back.
fn held_back(s: &mut Story) {
    let submit = Submit { session: 7, text: "prompt".into(), ..Submit::default() };
    s.command(C, Command::Submit(submit));
    s.event(C, Event::Blocked { session: 7, lane: 0, frame: 1, why: Hold::State });
}

/// An update that the client sends for operation 1 of session 7.
fn for_operation(epoch: u32) -> Msg {
    flow(7, epoch, 0).with("scope_kind", 2).with("operation_id", 1)
}

/// Session 7, which the client wants to move to connection 1.
fn moving(s: &mut Story) -> &mut Story {
    lossy(s).session(7).connect(1).hello().say(C, migrate(7, 0).traced(5))
}

fn submits_on_the_old_path(s: &mut Story) {
    s.on = 0;
    s.sends(C, &submit(7, 1));
}

fn applied(s: &mut Story, epoch: u32) {
    let (conn, session, operation, credit) = (ConnId(0), 7, 1, 0);
    let (level, paused) = (0, false);
    s.event(S, Event::Flow { conn, session, operation, credit, level, paused, epoch });
}

pub(super) const CASES: &[Case] = &[
    Case {
        // What came was a damaged ERROR, which bore the trace id of the close.
        name: "close_is_answered_for_its_session",
        id: "SES-027",
        reading: None,
        trip: |s| {
            lossy(s).session(7).submit(7, 1).say(S, close(7, 0, 50).traced(5)).gets(C, &pong());
            s.sends(C, &error(5, 7, 0).traced(5)).wait(50).sends(C, &close_ack(7, 2).traced(5));
        },
        legal: |s| {
            lossy(s).session(7).submit(7, 1).say(S, close(7, 0, 50).traced(5));
            s.gets(C, &error(5, 7, 0).traced(5).byte(6, 0x1B));
            s.sends(C, &error(5, 7, 0).traced(5)).wait(50).sends(C, &close_ack(7, 2).traced(5));
        },
    },
    Case {
        // The close came twice; its time runs from the first.
        name: "draining_is_not_cut_short",
        id: "SES-029",
        reading: None,
        trip: |s| {
            lossy(s).session(7).submit(7, 1).say(S, close(7, 0, 50)).wait(49);
            s.sends(C, &close_ack(7, 2));
        },
        legal: |s| {
            lossy(s).session(7).submit(7, 1).say(S, close(7, 0, 50)).wait(10);
            s.gets(C, &close(7, 0, 50)).wait(40).sends(C, &close_ack(7, 2));
        },
    },
    Case {
        // A damaged ERROR with a bad header ends the connection without a word.
        name: "connection_ends_only_for_a_reason",
        id: "CON-008",
        reading: None,
        trip: |s| {
            lossy(s).session(7).say(S, error(0xB, 0, 0)).shutdown(C);
        },
        legal: |s| {
            lossy(s).session(7).say(S, error(0xB, 0, 0));
            s.gets(C, &error(3, 0, 0).with("header.version_major", 9)).shutdown(C);
        },
    },
    Case {
        // A damaged result may have been the last one.
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| {
            lossy(s).session(7).submit(7, 1).ended(C, 7, 1, Outcome::Failed);
        },
        legal: |s| {
            lossy(s).session(7).submit(7, 1).sends(S, &push(7, 1));
            s.gets(C, &push(7, 1).with("result_class", 9)).ended(C, 7, 1, Outcome::Failed);
        },
    },
    Case {
        // So may a damaged drop, and the client knows that a newer frame replaces the operation.
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| {
            lossy(s).session(7).submit(7, 1).submit_as(
                submit(7, 2).with("retry_of_frame", 1),
                7,
                2,
            );
            s.ended(C, 7, 1, Outcome::Superseded);
        },
        legal: |s| {
            lossy(s).session(7).submit(7, 1).submit_as(
                submit(7, 2).with("retry_of_frame", 1),
                7,
                2,
            );
            s.sends(S, &drop_result(7, 1)).gets(C, &drop_result(7, 1).byte(15, 0xCB));
            s.ended(C, 7, 1, Outcome::Superseded);
        },
    },
    Case {
        // A copy of the answer to the first open answers no other, and no session begins anew.
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| {
            lossy(s).session(7).ended(C, 7, 1, Outcome::Failed);
        },
        legal: |s| {
            lossy(s).hello().say(C, open().traced(5)).say(S, open_ack(7).traced(5));
            s.opened(7, false).submit(7, 1).sends(C, &open().traced(6));
            s.gets(C, &open_ack(7).traced(5)).result(7, 1);
        },
    },
    Case {
        // A copy of the answer to a resume leaves a close that came in between alone.
        name: "session_closes_only_for_a_reason",
        id: "CON-002",
        reading: None,
        trip: |s| {
            lossy(s).session(7).event(C, Event::Closed { session: 7, code: 0 });
        },
        legal: |s| {
            lossy(s).session(7).lose().connect(1).hello().say(C, reopen(7, 7, 1).traced(4));
            s.say(S, resumed(7, 2).traced(4)).opened(7, true).say(S, close(7, 0, 50));
            s.sends(C, &open()).gets(C, &resumed(7, 2)).wait(50).sends(C, &close_ack(7, 2));
            s.event(C, Event::Closed { session: 7, code: 0 });
        },
    },
    Case {
        // 62 bytes fit, or they do not.
        name: "blocked_only_for_a_reason",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_body_bytes", 62)).open(7);
            held_back(s);
        },
        legal: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_body_bytes", 61)).open(7);
            held_back(s);
        },
    },
    Case {
        // The newer update overtook the submit and found no operation.
        name: "stale_epoch_has_no_effect",
        id: "FLOW-008",
        reading: None,
        trip: |s| {
            lossy(s).session(7).submit(7, 1).gets(S, &for_operation(2));
            s.gets(S, &for_operation(1));
            applied(s, 1);
        },
        legal: |s| {
            lossy(s).session(7).gets(S, &for_operation(2)).submit(7, 1);
            s.gets(S, &for_operation(1));
            applied(s, 1);
        },
    },
    Case {
        // The version of the open was damaged on its way.
        name: "refused_open_names_a_cause_that_holds",
        id: "SES-017",
        reading: None,
        trip: |s| {
            lossy(s).hello().say(C, open()).say(S, refusal(0x0001_0003));
        },
        legal: |s| {
            lossy(s).hello().sends(C, &open()).gets(S, &open().with("schema_version", 0x35));
            s.say(S, refusal(0x0001_0003));
        },
    },
    Case {
        // A grant that was damaged, or came after its request was given up, opens nothing.
        name: "ended_sessions_are_let_go",
        id: "CON-005",
        reading: None,
        trip: |s| {
            lossy(s).session(7).open(8).say(C, shut()).shutdown(S);
            s.event(C, Event::Closed { session: 7, code: 0 });
        },
        legal: |s| {
            lossy(s).session(7).say(C, open()).sends(S, &open_ack(8));
            s.gets(C, &open_ack(8).with("granted_operation_credit", 14)).say(C, shut());
            s.shutdown(S).event(C, Event::Closed { session: 7, code: 0 });
        },
    },
    Case {
        name: "ended_sessions_are_let_go",
        id: "RES-012",
        reading: Some("R-37"),
        trip: |s| {
            lossy(s).session(7).open(8).lose().wait(1_000);
            s.event(C, Event::Closed { session: 7, code: 0 });
        },
        legal: |s| {
            lossy(s).session(7).say(C, open()).say(S, open_ack(8)).lose().wait(1_000);
            s.event(C, Event::Closed { session: 7, code: 0 });
        },
    },
    Case {
        // The migration came twice, and the refusal of the copy overtook the acceptance.
        name: "session_messages_stay_where_the_session_is",
        id: "MIG-007",
        reading: None,
        trip: |s| {
            moving(s).say(S, migrate_ack(7, 2).traced(5)).gets(S, &migrate(7, 0).traced(5));
            s.say(S, migrate_ack(7, 0).with("accept_code", 0x0001_0006).traced(5));
            submits_on_the_old_path(s);
        },
        legal: |s| {
            let refused = migrate_ack(7, 0).with("accept_code", 0x0001_0006).traced(5);
            moving(s).sends(S, &migrate_ack(7, 2).traced(5)).gets(S, &migrate(7, 0).traced(5));
            s.say(S, refused).gets(C, &migrate_ack(7, 2).traced(5));
            submits_on_the_old_path(s);
        },
    },
    Case {
        // The cursor was damaged: no frame can reach it.
        name: "session_messages_stay_where_the_session_is",
        id: "MIG-007",
        reading: None,
        trip: |s| {
            moving(s).sends(S, &migrate_ack(7, 2).traced(5));
            s.gets(C, &migrate_ack(7, 0xFFFF_FFFF).traced(5));
            submits_on_the_old_path(s);
        },
        legal: |s| {
            moving(s).sends(S, &migrate_ack(7, 2).traced(5));
            s.gets(C, &migrate_ack(7, 0x200_0000_0002).traced(5));
            submits_on_the_old_path(s);
        },
    },
    Case {
        // The client has given the migration up when a sound copy of the answer comes.
        name: "session_messages_stay_where_the_session_is",
        id: "MIG-007",
        reading: None,
        trip: |s| {
            let ack = migrate_ack(7, 2).traced(5);
            moving(s).sends(S, &ack).raw(C, false, &ack.bytes()[..60]).gets(C, &ack);
            submits_on_the_old_path(s);
        },
        legal: |s| {
            let ack = migrate_ack(7, 2).traced(5);
            moving(s).sends(S, &ack).raw(C, false, &ack.bytes()[..60]);
            let (conn, code, resume_from) = (ConnId(1), 5, 0);
            s.event(C, Event::Migrated { session: 7, conn, code, resume_from }).gets(C, &ack);
            submits_on_the_old_path(s);
        },
    },
];
