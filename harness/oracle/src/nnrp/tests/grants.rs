//! A success that is faulty, was damaged or is older than a close leaves a client where it was.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::Event;

/// Session 7 is lost and asked for on connection 1, by a client that reports updates.
fn asked_again(s: &mut Story) -> &mut Story {
    *s = Story::over(Carrier::Datagram);
    s.session(7).open(8).say(S, flow(8, 1, 3)).event(C, updated(0, 8, 3)).lose().connect(1);
    s.hello().say(C, reopen(7, 7, 1).traced(5))
}

fn updated(conn: u32, session: u32, credit: u16) -> Event {
    let (conn, operation, level, paused, epoch) = (ConnId(conn), 0, 0, false, 1);
    Event::Flow { conn, session, operation, credit, level, paused, epoch }
}

fn granted(s: &mut Story, received: &Msg) {
    s.sends(S, &resumed(7, 2).traced(5)).gets(C, received);
}

fn damaged(s: &mut Story) -> &mut Story {
    let ack = resumed(7, 2).traced(5);
    s.sends(S, &ack).raw(C, false, &ack.bytes()[..90])
}

/// Where two resumes are under way, the server closes the session where the later one is granted.
fn closed_where_it_is(s: &mut Story) -> &mut Story {
    s.session(7).submit(7, 1).lose().connect(1).hello().sends(C, &reopen(7, 7, 1));
    s.connect(2).hello().say(C, reopen(7, 7, 1)).on(1).gets(S, &reopen(7, 7, 1));
    s.sends(S, &resumed(7, 2)).on(2).say(S, resumed(7, 3)).opened(7, true);
    s.say(S, close(7, 0, 50)).say(C, close_ack(7, 1)).on(1).gets(C, &resumed(7, 2))
}

/// The same with a migration to connection 1 in place of the first resume.
fn closed_after_a_move(s: &mut Story) -> &mut Story {
    s.session(7).submit(7, 1).lose().connect(1).hello().sends(C, &migrate(7, 0));
    s.connect(2).hello().say(C, reopen(7, 7, 1)).on(1).gets(S, &migrate(7, 0));
    s.sends(S, &migrate_ack(7, 2)).on(2).say(S, resumed(7, 3)).opened(7, true);
    s.say(S, close(7, 0, 50)).say(C, close_ack(7, 1)).on(1).gets(C, &migrate_ack(7, 2))
}

pub(super) const CASES: &[Case] = &[
    Case {
        // More credit than operations: the client may refuse that, and is not resumed then.
        name: "newer_update_is_applied",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            granted(asked_again(s), &resumed(7, 2).traced(5));
            s.opened(7, true).say(S, flow(7, 2, 2));
        },
        legal: |s| {
            let faulty = resumed(7, 2).traced(5).with("granted_operation_credit", 14);
            granted(asked_again(s), &faulty);
            s.say(S, flow(7, 2, 2));
        },
    },
    Case {
        // A client that says it has taken the faulty grant is held to it.
        name: "newer_update_is_applied",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            let faulty = resumed(7, 2).traced(5).with("max_in_flight_operations", 1);
            granted(asked_again(s), &faulty);
            let (conn, tag, session, resumed) = (ConnId(1), 1, 7, true);
            let (credit, max_in_flight) = (2, 1);
            s.event(C, Event::Opened { conn, tag, session, resumed, credit, max_in_flight });
            s.say(S, flow(7, 2, 2));
        },
        legal: |s| {
            let unasked = resumed(7, 2).traced(5).with("session_flags_ack", 0x7);
            granted(asked_again(s), &unasked);
            s.say(S, flow(7, 2, 2));
        },
    },
    Case {
        // The client has given the resume up when a sound copy of the answer comes.
        name: "newer_update_is_applied",
        id: "FLOW-010",
        reading: None,
        trip: |s| {
            damaged(asked_again(s)).gets(C, &resumed(7, 2).traced(5)).say(S, flow(7, 2, 2));
        },
        legal: |s| {
            let (conn, tag, code, retry_later) = (ConnId(1), 1, 5, false);
            damaged(asked_again(s)).event(C, Event::Refused { conn, tag, code, retry_later });
            s.gets(C, &resumed(7, 2).traced(5)).say(S, flow(7, 2, 2));
        },
    },
    Case {
        // What closes cannot be resumed, so the grant that comes last is the older one.
        name: "close_is_answered_for_its_session",
        id: "SES-027",
        reading: None,
        trip: |s| {
            closed_where_it_is(s).wait(50).say(C, close_ack(7, 2));
        },
        legal: |s| {
            closed_where_it_is(s).wait(50).on(2).say(C, close_ack(7, 2));
            s.event(C, Event::Closed { session: 7, code: 0 });
        },
    },
    Case {
        // Nor can it move.
        name: "close_is_answered_for_its_session",
        id: "SES-027",
        reading: None,
        trip: |s| {
            closed_after_a_move(s).wait(50).say(C, close_ack(7, 2));
        },
        legal: |s| {
            closed_after_a_move(s).wait(50).on(2).say(C, close_ack(7, 2));
            s.event(C, Event::Closed { session: 7, code: 0 });
        },
    },
];
