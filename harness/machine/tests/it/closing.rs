//! Sessions and connections that end, from either side (S8 to S26, C13 to C18).

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::code::INVALID_STATE;
use wireproof_wire::nnrp::command::{Close, Migrate, Resume, Setup, Shutdown, Submit};
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::session::{ALLOW_RESUME, SessionClose, SessionCloseAck};
use wireproof_wire::nnrp::{Command, Event, Frame, MessageType, Metadata};

const CONN: ConnId = ConnId(0);
const DRAINING: Event = Event::Draining { session: 1 };
const CLOSED: Event = Event::Closed { session: 1, code: 0 };

fn ended(frame: u32, outcome: Outcome) -> Event {
    Event::Ended { session: 1, lane: 0, frame, outcome }
}

/// A session with `count` unfinished operations.
fn busy(count: u32) -> Pair {
    let mut pair = Pair::open(Setup::default(), 0);
    for _ in 0..count {
        pair.submit(1);
    }
    pair.drive();
    pair.forget();
    pair
}

fn close_statuses(pair: &Pair, side: Side) -> Vec<(u8, u64)> {
    let acks = pair.frames(side, |frame| match frame.meta {
        Metadata::SessionCloseAck(ack) => Some((ack.close_status, ack.last_operation_id)),
        _ => None,
    });
    acks.into_iter().flatten().collect()
}

#[test]
fn a_drain_lets_results_arrive_and_then_closes() {
    let mut pair = busy(2);
    pair.close(Side::Client, 1, 100);
    pair.drive();
    pair.check(Side::Client, &[DRAINING]);
    pair.check(Side::Server, &[DRAINING]);
    pair.push(1, 2);
    pair.drive();
    assert!(matches!(pair.take(Side::Client)[..], [Event::Result { frame: 2, .. }, _]));
    pair.push(1, 1);
    pair.drive();
    let completed = ended(1, Outcome::Completed);
    let events = pair.take(Side::Client);
    assert_eq!(events[1..], [completed, CLOSED]);
    pair.check(Side::Server, &[ended(2, Outcome::Completed), completed, CLOSED]);
    assert_eq!(close_statuses(&pair, Side::Server), [(1, 0), (2, 2)]);
    assert_eq!(pair.wakes(), [None, None]);
}

/// One tick before the drain timer the operations still run.
#[test]
fn the_drain_timer_cancels_what_is_left() {
    for by in [Side::Client, Side::Server] {
        let mut pair = busy(2);
        pair.close(by, 1, 100);
        pair.drive();
        pair.step_nanos(99_999_999);
        pair.check(Side::Client, &[DRAINING]);
        pair.check(Side::Server, &[DRAINING]);
        pair.step_nanos(1);
        let over = [ended(1, Outcome::Cancelled), ended(2, Outcome::Cancelled), CLOSED];
        pair.check(Side::Client, &over);
        pair.check(Side::Server, &over);
        assert_eq!(pair.wakes(), [None, None]);
    }
}

#[test]
fn an_abort_ends_everything_at_once() {
    for by in [Side::Client, Side::Server] {
        for (abort, drain_timeout_ms) in [(true, 100), (false, 0)] {
            let mut pair = busy(2);
            let close =
                Command::Close(Close { session: 1, abort, drain_timeout_ms, ..Close::default() });
            match by {
                Side::Client => pair.client(close),
                Side::Server => pair.server(close),
            }
            pair.drive();
            let over = |outcome| [ended(1, outcome), ended(2, outcome), CLOSED];
            // A drop that comes before the close it belongs to says nothing about it.
            let seen = match by {
                Side::Client => Outcome::Cancelled,
                Side::Server => Outcome::Failed,
            };
            pair.check(Side::Client, &over(seen));
            pair.check(Side::Server, &over(Outcome::Cancelled));
            let drops = pair.kinds(Side::Server);
            assert_eq!(drops[..2], [MessageType::ResultDrop; 2], "drops come first (R-57)");
            assert_eq!(pair.wakes(), [None, None]);
        }
    }
}

/// Both close before either has heard of it; both answer, nobody complains.
#[test]
fn closes_that_cross_are_both_answered() {
    for drain in [0, 100] {
        for operations in [0, 1] {
            let mut pair = busy(operations);
            pair.close(Side::Client, 1, drain);
            pair.close(Side::Server, 1, drain);
            pair.drive();
            if operations == 1 && drain > 0 {
                pair.push(1, 1);
                pair.drive();
            }
            for side in [Side::Client, Side::Server] {
                let events = pair.take(side);
                assert_eq!(events.last(), Some(&CLOSED), "{side:?} {drain} {operations}");
                assert_eq!(events.iter().filter(|event| **event == CLOSED).count(), 1);
                assert!(!events.iter().any(|event| matches!(event, Event::Rejected { .. })));
                assert!(!close_statuses(&pair, side).is_empty(), "{side:?} answered");
            }
            assert_eq!(pair.wakes(), [None, None]);
        }
    }
}

#[test]
fn a_rejected_close_restores_the_session() {
    let mut pair = busy(1);
    pair.close(Side::Client, 1, 100);
    pair.lose_everything();
    let ack = SessionCloseAck { close_status: 3, ..SessionCloseAck::default() };
    pair.inject_frame(Side::Client, &Frame::new(ack, &[]).at(1, 0, 0));
    pair.submit(1);
    pair.drive();
    pair.check(Side::Client, &[Event::CloseRejected { session: 1 }]);
    assert!(matches!(pair.take(Side::Server)[..], [Event::Submitted { frame: 2, .. }]));
}

#[test]
fn a_late_close_is_answered_closed_and_a_late_answer_ignored() {
    let mut pair = busy(0);
    pair.close(Side::Client, 1, 0);
    pair.drive();
    pair.forget();
    let close = Frame::new(SessionClose::default(), &[]).at(1, 0, 0);
    let ack = Frame::new(SessionCloseAck::default(), &[]).at(1, 0, 0);
    for side in [Side::Client, Side::Server] {
        pair.inject_frame(side, &close);
        pair.inject_frame(side, &ack);
        assert_eq!(close_statuses(&pair, side), [(2, 0)]);
        pair.check(side, &[]);
        // A number that never was is refused.
        pair.inject_frame(side, &close.at(77, 0, 0));
        let (session, frame, code) = (77, 0, INVALID_STATE);
        pair.check(side, &[Event::Rejected { conn: CONN, session, frame, code }]);
        pair.lose_everything();
    }
}

/// S13 and S14: new work is refused while results and cancels go on.
#[test]
fn a_draining_session_takes_nothing_new() {
    let mut pair = busy(1);
    pair.close(Side::Client, 1, 100);
    pair.drive();
    pair.forget();
    let submit = well_formed_submit(2);
    pair.inject(Side::Server, 0, &submit);
    pair.drive();
    let (session, frame, code) = (1, 2, INVALID_STATE);
    pair.check(Side::Server, &[Event::Rejected { conn: CONN, session, frame, code }]);
    pair.client(Command::Cancel(target(1)));
    pair.drive();
    pair.check(Side::Server, &[ended(1, Outcome::Cancelled), CLOSED]);
}

fn target(frame: u32) -> wireproof_wire::nnrp::command::Target {
    wireproof_wire::nnrp::command::Target { session: 1, lane: 0, frame }
}

/// The bytes of a submit of session 1, taken from another pair.
fn well_formed_submit(frame: u32) -> Vec<u8> {
    let mut other = Pair::open(Setup::default(), 0);
    other.client(Command::Submit(Submit { session: 1, frame, ..Submit::default() }));
    other.sent.pop().expect("the submit was sent").2
}

#[test]
fn a_connection_that_closes_takes_its_sessions_along() {
    for by in [Side::Client, Side::Server] {
        let mut pair = busy(1);
        let shutdown = Command::Shutdown(Shutdown { conn: CONN });
        match by {
            Side::Client => pair.client(shutdown),
            Side::Server => pair.server(shutdown),
        }
        pair.drive();
        let over = [ended(1, Outcome::Failed), CLOSED, Event::Down { conn: CONN, code: 0 }];
        pair.check(Side::Client, &over);
        pair.check(Side::Server, &over);
        assert_eq!(pair.wakes(), [None, None]);
    }
}

/// C13 to C17 with a close timer: what runs may end, nothing new starts.
#[test]
fn a_connection_with_a_close_timer_drains() {
    let patient = Setup { close_timeout_ms: 50, ..Setup::default() };
    for (result_in_time, outcome) in [(true, Outcome::Completed), (false, Outcome::Failed)] {
        let mut pair = Pair::new(patient.clone(), patient.clone());
        pair.connect(wireproof_base::Carrier::Stream);
        pair.hello(0);
        pair.client(Command::Open(Default::default()));
        pair.drive();
        pair.submit(1);
        pair.drive();
        pair.forget();
        pair.client(Command::Shutdown(Shutdown { conn: CONN }));
        pair.drive();
        pair.inject(Side::Server, 0, &well_formed_submit(2));
        pair.drive();
        let (session, frame, code) = (1, 2, INVALID_STATE);
        pair.check(Side::Server, &[Event::Rejected { conn: CONN, session, frame, code }]);
        pair.take(Side::Client);
        pair.step_nanos(49_999_999);
        pair.check(Side::Client, &[]);
        if result_in_time {
            pair.push(1, 1);
            pair.drive();
            pair.take(Side::Client).remove(0);
        } else {
            pair.step_nanos(1);
        }
        let over = [ended(1, outcome), CLOSED, Event::Down { conn: CONN, code: 0 }];
        pair.check(Side::Server, &over);
        assert_eq!(pair.wakes(), [None, None]);
    }
}

/// NNRP-HDR-013, also for the answer that a drain puts off.
#[test]
fn every_answer_to_a_close_repeats_its_trace_id() {
    for by in [Side::Client, Side::Server] {
        for (count, answers) in [(0, 1), (1, 2)] {
            let mut pair = busy(count);
            pair.close(by, 1, 100);
            pair.drive();
            pair.step(100);
            let traces = |side, kind| {
                let of =
                    |frame: &Frame<'_>| (frame.kind() == kind).then_some(frame.header.trace_id);
                pair.frames(side, of).into_iter().flatten().collect::<Vec<_>>()
            };
            let asked = traces(by, MessageType::SessionClose)[0];
            let other = if by == Side::Client { Side::Server } else { Side::Client };
            assert_ne!(asked, 0);
            assert_eq!(traces(other, MessageType::SessionCloseAck), vec![asked; answers]);
        }
    }
}

/// The application hears of the drain once, and the time runs from the first close.
#[test]
fn a_doubled_close_is_one_close() {
    let mut pair = busy(1);
    pair.close(Side::Client, 1, 100);
    let (_, _, close) = pair.sent.last().cloned().expect("the close");
    pair.drive();
    pair.step(50);
    pair.inject(Side::Server, 0, &close);
    pair.drive();
    pair.check(Side::Server, &[DRAINING]);
    pair.step(50);
    pair.check(Side::Server, &[ended(1, Outcome::Cancelled), CLOSED]);
}

/// The server has granted a resume on connection 2 after another on connection 1, or after a
/// migration to it, and closed the session where it was then. The older answer comes to the client
/// last, and takes no close back: what closes cannot be recovered (S3, S30, R-55).
#[test]
fn an_older_answer_does_not_take_a_close_back() {
    for migrating in [false, true] {
        let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
        pair.submit(1);
        pair.drive();
        let carriers = [Carrier::Stream; 2];
        let [older, newer] = carriers.map(|carrier| pair.connect(carrier));
        pair.hello(older.0);
        pair.hello(newer.0);
        pair.kill(0);
        pair.forget();
        pair.client(match migrating {
            true => Command::Migrate(Migrate { session: 1, conn: older }),
            false => resume(older, 5),
        });
        pair.client(resume(newer, 6));
        while pair.deliver(Side::Server) {}
        pair.close(Side::Server, 1, 100);
        let late = pair.take_towards(Side::Client, older);
        pair.drive();
        assert!(pair.take(Side::Client).contains(&DRAINING));
        pair.forget();
        for bytes in late {
            pair.inject(Side::Client, older.0, &bytes);
        }
        let code = INVALID_STATE;
        let given_up = match migrating {
            true => Event::Migrated { session: 1, conn: older, code, resume_from: 0 },
            false => Event::Refused { conn: older, tag: 5, code, retry_later: false },
        };
        let session = u32::from(migrating);
        let rejected = Event::Rejected { conn: older, session, frame: 0, code };
        pair.check(Side::Client, &[rejected, given_up]);
        pair.drive();
        pair.push(1, 1);
        pair.forget();
        pair.drive();
        assert_eq!(pair.kinds(Side::Client), [MessageType::SessionCloseAck]);
        assert!(pair.sent.iter().all(|(_, conn, _)| *conn == newer), "{:?}", pair.sent);
        assert_eq!(pair.take(Side::Client).last(), Some(&CLOSED));
        assert_eq!(pair.take(Side::Server).last(), Some(&CLOSED));
        assert_eq!(pair.wakes(), [None, None]);
    }
}

fn resume(conn: ConnId, tag: u64) -> Command {
    Command::Resume(Resume { conn, session: 1, tag, watermark: 0 })
}
