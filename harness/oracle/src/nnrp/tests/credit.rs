//! Credits of the right scope, and submits that no client may send.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::command::{Command, Submit};
use wireproof_wire::nnrp::event::Hold;

fn applied(s: &mut Story, session: u32, epoch: u32, credit: u16) {
    let (conn, operation, level, paused) = (ConnId(0), 0, 0, false);
    s.event(C, Event::Flow { conn, session, operation, credit, level, paused, epoch });
}

fn blocked(s: &mut Story, session: u32, frame: u32, why: Hold) {
    s.event(C, Event::Blocked { session, lane: 0, frame, why });
}

/// An update for operation 1 of session 7.
fn for_operation(credit: u16) -> Msg {
    let update = flow(7, 1, 0).with("scope_kind", 2).with("operation_id", 1);
    update.with("operation_credit", u64::from(credit))
}

fn applied_to_operation(s: &mut Story, credit: u16) {
    let (conn, session, operation, level, paused) = (ConnId(0), 7, 1, 0, false);
    s.event(C, Event::Flow { conn, session, operation, credit, level, paused, epoch: 1 });
}

/// The client is asked for a keyframe of that loss tolerance.
fn keyframe(s: &mut Story, loss_tolerance: u8) {
    let submit = Submit { session: 7, frame_class: 0, loss_tolerance, ..Submit::default() };
    s.session(7).command(C, Command::Submit(submit));
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "newer_update_replaces_the_record",
        id: "FLOW-003",
        reading: None,
        trip: |s| {
            s.session(7).gets(C, &flow(0, 1, 3).with("session_credit", 5));
            applied(s, 0, 1, 5);
        },
        legal: |s| {
            s.session(7).say(S, flow(0, 1, 3));
            applied(s, 0, 1, 3);
        },
    },
    Case {
        name: "newer_update_replaces_the_record",
        id: "FLOW-004",
        reading: None,
        trip: |s| {
            s.session(7).gets(C, &flow(7, 1, 3).with("connection_credit", 5));
            applied(s, 7, 1, 5);
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 1, 3));
            applied(s, 7, 1, 3);
        },
    },
    Case {
        name: "newer_update_replaces_the_record",
        id: "FLOW-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).gets(C, &for_operation(3).with("session_credit", 5));
            applied_to_operation(s, 5);
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(S, for_operation(3));
            applied_to_operation(s, 3);
        },
    },
    Case {
        // A keyframe cannot be submitted as fire_and_forget.
        name: "blocked_only_for_a_reason",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            keyframe(s, 2);
            blocked(s, 7, 1, Hold::State);
        },
        legal: |s| {
            keyframe(s, 3);
            blocked(s, 7, 1, Hold::State);
        },
    },
    Case {
        // The numbers of the lane are used up.
        name: "blocked_only_for_a_reason",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, u32::MAX - 1);
            blocked(s, 7, 0, Hold::State);
        },
        legal: |s| {
            s.session(7).submit(7, u32::MAX);
            blocked(s, 7, 0, Hold::State);
        },
    },
];
