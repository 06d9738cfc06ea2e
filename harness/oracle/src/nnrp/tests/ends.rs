//! How sessions and operations end, what their closes say, and whose payload is whose.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::{ConnId, Role};
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::command::{Command, Push, Submit};
use wireproof_wire::nnrp::event::Outcome;

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
