//! Flow control.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::{Carrier, ConnId, Role};
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::command::{Command, Flow};
use wireproof_wire::nnrp::event::Hold;

fn applied(s: &mut Story, session: u32, epoch: u32, credit: u16) {
    applied_at(s, C, session, epoch, credit);
}

fn applied_at(s: &mut Story, who: Role, session: u32, epoch: u32, credit: u16) {
    let (conn, operation, level, paused) = (ConnId(0), 0, 0, false);
    s.event(who, Event::Flow { conn, session, operation, credit, level, paused, epoch });
}

/// Sessions 7 and 8 with unfinished operations, on the connection after the one they were lost on.
fn both_resumed(s: &mut Story, frames: u32) {
    s.session(7).open(8).submit(8, 1);
    for frame in 1..=frames {
        s.submit(7, frame);
    }
    s.resume(7).say(C, reopen(8, 8, 1)).say(S, resumed(8, 2)).opened(8, true);
}

fn blocked(s: &mut Story, session: u32, frame: u32, why: Hold) {
    s.event(C, Event::Blocked { session, lane: 0, frame, why });
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "credit_is_never_overdrawn",
        id: "FLOW-020",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).submit(7, 2).sends(C, &submit(7, 3));
        },
        legal: |s| {
            s.session(7).submit(7, 1).submit(7, 2).result(7, 1).submit(7, 3);
        },
    },
    Case {
        name: "credit_is_never_overdrawn",
        id: "FLOW-020",
        reading: Some("R-25"),
        trip: |s| {
            s.session(7).submit(7, 1).say(S, flow(7, 1, 1)).sends(C, &submit(7, 2));
        },
        // The update was under way when the submit was sent.
        legal: |s| {
            s.session(7).submit(7, 1).sends(S, &flow(7, 1, 1)).sends(C, &submit(7, 2));
            s.gets(C, &flow(7, 1, 1)).gets(S, &submit(7, 2)).submitted(7, 2);
        },
    },
    Case {
        name: "credit_is_never_overdrawn",
        id: "FLOW-020",
        reading: None,
        trip: |s| {
            s.session(7).open(8).submit(7, 1).submit(8, 1).submit(7, 2).sends(C, &submit(8, 2));
        },
        legal: |s| {
            s.session(7).open(8).submit(7, 1).submit(8, 1).submit(7, 2).result(7, 1);
            s.submit(8, 2);
        },
    },
    Case {
        name: "hard_limit_is_never_exceeded",
        id: "SES-037",
        reading: None,
        trip: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_concurrent_frames", 0)).open(7);
            s.say(S, flow(7, 1, 9)).submit(7, 1).submit(7, 2).submit(7, 3).sends(C, &submit(7, 4));
        },
        legal: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_concurrent_frames", 0)).open(7);
            s.say(S, flow(7, 1, 9)).submit(7, 1).submit(7, 2).submit(7, 3);
        },
    },
    Case {
        name: "paused_scope_starts_nothing",
        id: "FLOW-017",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(7, 1, 2).with("update_reason", 2)).sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 1, 2).with("update_reason", 2));
            s.say(S, flow(7, 2, 2).with("update_reason", 3)).submit(7, 1);
        },
    },
    Case {
        name: "hard_backpressure_starts_nothing",
        id: "FLOW-014",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(0, 1, 3).with("backpressure_level", 2));
            s.sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).say(S, flow(0, 1, 3).with("backpressure_level", 1)).submit(7, 1);
        },
    },
    Case {
        name: "draining_scope_starts_nothing",
        id: "FLOW-018",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(7, 1, 2).with("flow_flags", 9)).sends(C, &submit(7, 1));
        },
        // An older epoch lifts nothing and forbids nothing.
        legal: |s| {
            s.session(7).say(S, flow(7, 5, 2)).gets(C, &flow(7, 4, 2).with("flow_flags", 9));
            s.submit(7, 1);
        },
    },
    Case {
        name: "only_background_starts_when_asked",
        id: "FLOW-019",
        reading: Some("R-25"),
        trip: |s| {
            s.session(7).say(S, flow(0, 1, 3).with("flow_flags", 5)).sends(C, &submit(7, 1));
        },
        legal: |s| {
            let ack = open_ack(7).with("accepted_priority_class", 2);
            s.hello().say(C, open().with("priority_class", 2)).say(S, ack);
            s.say(S, flow(0, 1, 3).with("flow_flags", 5)).submit(7, 1);
        },
    },
    Case {
        name: "server_takes_no_more_than_it_granted",
        id: "FLOW-024",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).submit(7, 2).gets(S, &submit(7, 3)).submitted(7, 3);
        },
        legal: |s| {
            s.session(7).submit(7, 1).submit(7, 2).gets(S, &submit(7, 3));
            s.sends(S, &error(0xB, 7, 3));
        },
    },
    Case {
        // The credit was taken back, but the submit may have been under way.
        name: "server_takes_no_more_than_it_granted",
        id: "SES-037",
        reading: None,
        trip: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_concurrent_frames", 0)).open(7);
            s.say(S, flow(7, 1, 9)).submit(7, 1).submit(7, 2).submit(7, 3);
            s.gets(S, &submit(7, 4)).submitted(7, 4);
        },
        legal: |s| {
            s.session(7).submit(7, 1).sends(S, &flow(7, 1, 1)).gets(S, &submit(7, 2));
            s.submitted(7, 2);
        },
    },
    Case {
        name: "stale_epoch_has_no_effect",
        id: "FLOW-008",
        reading: None,
        trip: |s| {
            s.session(7).gets(C, &flow(7, 5, 2)).gets(C, &flow(7, 4, 9));
            applied(s, 7, 4, 9);
        },
        legal: |s| {
            s.session(7).gets(C, &flow(7, 4, 9)).gets(C, &flow(7, 5, 2));
            applied(s, 7, 5, 2);
        },
    },
    Case {
        name: "stale_epoch_has_no_effect",
        id: "FLOW-008",
        reading: Some("R-26"),
        trip: |s| {
            s.session(7).gets(C, &flow(7, 5, 2)).gets(C, &flow(7, 5, 9));
            applied(s, 7, 5, 9);
        },
        legal: |s| {
            s.session(7).gets(C, &flow(0, 5, 3)).gets(C, &flow(7, 5, 9));
            applied(s, 7, 5, 9);
        },
    },
    Case {
        name: "newer_update_replaces_the_record",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            s.session(7).gets(C, &flow(7, 1, 4));
            applied(s, 7, 1, 6);
        },
        legal: |s| {
            s.session(7).gets(C, &flow(7, 1, 4));
            applied(s, 7, 1, 4);
        },
    },
    Case {
        name: "newer_update_replaces_the_record",
        id: "FLOW-011",
        reading: None,
        trip: |s| {
            s.session(7).gets(C, &flow(7, 1, 9).with("flow_flags", 0));
            applied(s, 7, 1, 9);
        },
        legal: |s| {
            s.session(7).gets(C, &flow(7, 1, 9).with("flow_flags", 0));
            applied(s, 7, 1, 2);
        },
    },
    Case {
        // What is granted limits submits, so results start without a limit.
        name: "newer_update_replaces_the_record",
        id: "FLOW-011",
        reading: Some("R-28"),
        trip: |s| {
            s.session(7).say(C, flow(7, 1, 9).with("flow_flags", 0));
            applied_at(s, S, 7, 1, 2);
        },
        legal: |s| {
            s.session(7).say(C, flow(7, 1, 9).with("flow_flags", 0));
            applied_at(s, S, 7, 1, u16::MAX);
        },
    },
    Case {
        name: "update_stays_in_its_scope",
        id: "FLOW-021",
        reading: None,
        trip: |s| {
            s.session(7).open(8).gets(C, &flow(7, 1, 1));
            applied(s, 8, 1, 1);
        },
        legal: |s| {
            s.session(7).open(8).gets(C, &flow(7, 1, 1));
            applied(s, 7, 1, 1);
        },
    },
    Case {
        name: "epochs_increase_per_scope",
        id: "FLOW-007",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(7, 5, 2)).say(S, flow(7, 4, 2));
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 5, 2)).say(S, flow(0, 4, 3)).resume(7);
            s.say(S, flow(7, 1, 2));
        },
    },
    Case {
        name: "epochs_increase_per_scope",
        id: "FLOW-007",
        reading: Some("R-26"),
        trip: |s| {
            s.session(7).say(S, flow(7, 5, 2)).say(S, flow(7, 5, 2));
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 5, 2));
            s.command(S, Command::Flow(Flow { session: 7, epoch: Some(5), ..Flow::default() }));
            s.say(S, flow(7, 5, 2));
        },
    },
    Case {
        name: "other_credit_fields_are_clear",
        id: "FLOW-006",
        reading: Some("R-27"),
        trip: |s| {
            s.session(7).say(S, flow(7, 1, 2).with("connection_credit", 3));
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 1, 0)).say(S, flow(0, 1, 3));
        },
    },
    Case {
        name: "blocked_only_for_a_reason",
        id: "FLOW-016",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(7, 1, 2).with("backpressure_level", 1));
            blocked(s, 7, 1, Hold::Hard);
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 1, 2).with("backpressure_level", 2));
            blocked(s, 7, 1, Hold::Hard);
        },
    },
    Case {
        name: "blocked_only_for_a_reason",
        id: "SUB-003",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1);
            blocked(s, 7, 2, Hold::Credit);
        },
        legal: |s| {
            s.session(7).submit(7, 1).submit(7, 2);
            blocked(s, 7, 3, Hold::Credit);
        },
    },
    Case {
        name: "blocked_only_for_a_reason",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(7, 1, 2).with("update_reason", 2)).say(S, flow(7, 2, 2));
            blocked(s, 7, 1, Hold::Paused);
        },
        legal: |s| {
            s.session(7).say(S, flow(0, 1, 3).with("update_reason", 2));
            blocked(s, 7, 1, Hold::Paused);
        },
    },
    Case {
        // After a resume nobody knows how far they are, and they count until it is known.
        name: "blocked_only_for_a_reason",
        id: "SUB-003",
        reading: None,
        trip: |s| {
            both_resumed(s, 1);
            blocked(s, 8, 2, Hold::Credit);
        },
        legal: |s| {
            both_resumed(s, 2);
            blocked(s, 8, 2, Hold::Credit);
        },
    },
    Case {
        // The carrier may have doubled the submit that was refused.
        name: "blocked_only_for_a_reason",
        id: "SUB-003",
        reading: None,
        trip: |s| {
            s.session(7).say(C, submit(7, 1).with("header.trace_id", 5)).submitted(7, 1);
            s.say(C, submit(7, 2).with("header.trace_id", 6));
            s.say(S, error(0xC, 7, 0).with("header.trace_id", 6));
            blocked(s, 7, 3, Hold::Credit);
        },
        legal: |s| {
            *s = Story::over(Carrier::Datagram);
            let twice = submit(7, 2).with("header.trace_id", 6);
            s.session(7).submit(7, 1).say(C, twice).submitted(7, 2);
            s.gets(S, &submit(7, 2).with("header.trace_id", 6));
            s.say(S, error(3, 7, 0).with("header.trace_id", 6));
            blocked(s, 7, 3, Hold::Credit);
            s.result(7, 2);
        },
    },
];
