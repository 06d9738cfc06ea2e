//! Lost connections, tokens, windows and redelivery (reference 4.7).

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::code::{INVALID_STATE, RESUME_REJECTED};
use wireproof_wire::nnrp::command::{Open, Push, Resume, Setup, Submit};
use wireproof_wire::nnrp::event::{Hold, Outcome};
use wireproof_wire::nnrp::header::RETRANSMIT;
use wireproof_wire::nnrp::session::ALLOW_RESUME;
use wireproof_wire::nnrp::{Command, Event, MessageType, Metadata};

const DETACHED: Event = Event::Detached { session: 1 };

fn ended(frame: u32, outcome: Outcome) -> Event {
    Event::Ended { session: 1, lane: 0, frame, outcome }
}

pub(crate) fn resumable() -> Pair {
    Pair::open(Setup { resume_window_ms: 100, ..Setup::default() }, ALLOW_RESUME)
}

/// A new connection with a finished hello.
pub(crate) fn reconnect(pair: &mut Pair) -> ConnId {
    let conn = pair.connect(Carrier::Stream);
    pair.hello(conn.0);
    conn
}

pub(crate) fn resume(pair: &mut Pair, conn: ConnId, watermark: u64) {
    pair.client(Command::Resume(Resume { conn, session: 1, tag: 5, watermark }));
    pair.drive();
}

pub(crate) fn resumed(conn: ConnId) -> Event {
    let (tag, session, resumed) = (5, 1, true);
    Event::Opened { conn, tag, session, resumed, credit: 8, max_in_flight: 16 }
}

#[test]
fn a_session_continues_with_its_unfinished_operations() {
    let mut pair = resumable();
    pair.submit(1);
    pair.drive();
    pair.forget();
    pair.kill(0);
    let down = Event::Down { conn: ConnId(0), code: 0 };
    pair.check(Side::Client, &[DETACHED, down]);
    pair.check(Side::Server, &[DETACHED, down]);
    let conn = reconnect(&mut pair);
    pair.forget();
    resume(&mut pair, conn, 0);
    assert!(pair.take(Side::Server).contains(&resumed(conn)));
    assert_eq!(pair.take(Side::Client)[0], resumed(conn));
    pair.push(1, 1);
    pair.drive();
    assert_eq!(pair.take(Side::Client).last(), Some(&ended(1, Outcome::Completed)));
    pair.submit(1);
    pair.drive();
    assert!(matches!(pair.take(Side::Server)[..], [_, Event::Submitted { frame: 2, .. }]));
    assert_eq!(pair.wakes(), [None, None]);
}

/// Results that were sent, and results that came while nobody was there.
#[test]
fn terminal_events_are_delivered_again() {
    let mut pair = resumable();
    for _ in 0..4 {
        pair.submit(1);
    }
    pair.drive();
    pair.push(1, 1);
    pair.drive();
    pair.push(1, 2);
    pair.kill(0);
    pair.push(1, 3);
    pair.server(Command::Drop(wireproof_wire::nnrp::command::Target {
        session: 1,
        lane: 0,
        frame: 4,
    }));
    let conn = reconnect(&mut pair);
    pair.forget();
    resume(&mut pair, conn, 0);
    let events = pair.take(Side::Client);
    let ends: Vec<_> =
        events.into_iter().filter(|event| matches!(event, Event::Ended { .. })).collect();
    let (done, failed) = (Outcome::Completed, Outcome::Failed);
    assert_eq!(ends, [ended(2, done), ended(3, done), ended(4, failed)], "1 was not repeated");
    let again = pair.frames(Side::Server, |frame| {
        (frame.kind(), frame.header.frame_id, frame.header.flags & RETRANSMIT != 0)
    });
    let results: Vec<_> = again.into_iter().filter(|(_, frame, _)| *frame != 0).collect();
    let (push, drop) = (MessageType::ResultPush, MessageType::ResultDrop);
    assert_eq!(results, [(push, 1, true), (push, 2, true), (push, 3, true), (drop, 4, true)]);
}

#[test]
fn a_watermark_limits_redelivery() {
    let mut pair = resumable();
    for _ in 0..3 {
        pair.submit(1);
    }
    pair.drive();
    for frame in [1, 3] {
        pair.push(1, frame);
    }
    pair.drive();
    pair.kill(0);
    let conn = reconnect(&mut pair);
    pair.forget();
    // 2 is unfinished and still owed although it lies below the watermark.
    resume(&mut pair, conn, 3);
    pair.push(1, 2);
    pair.drive();
    let frames = pair.frames(Side::Server, |frame| match frame.meta {
        Metadata::ResultPush(_) => Some(frame.header.frame_id),
        _ => None,
    });
    assert_eq!(frames.into_iter().flatten().collect::<Vec<_>>(), [2]);
    assert_eq!(pair.take(Side::Client).last(), Some(&ended(2, Outcome::Completed)));
}

#[test]
fn a_result_to_be_sent_once_is_not_repeated() {
    let mut pair = resumable();
    let once = Submit { session: 1, loss_tolerance: 3, ..Submit::default() };
    pair.client(Command::Submit(once));
    pair.drive();
    pair.push(1, 1);
    pair.kill(0);
    let conn = reconnect(&mut pair);
    pair.forget();
    resume(&mut pair, conn, 0);
    assert!(!pair.kinds(Side::Server).contains(&MessageType::ResultPush));
    assert!(pair.take(Side::Client).contains(&ended(1, Outcome::Failed)));
}

#[test]
fn a_lost_submit_is_sent_again_and_one_that_arrived_goes_on() {
    let mut pair = resumable();
    pair.submit(1);
    pair.drive();
    pair.submit(1);
    pair.lose_everything();
    pair.kill(0);
    let conn = reconnect(&mut pair);
    pair.forget();
    resume(&mut pair, conn, 0);
    let submits = pair.frames(Side::Client, |frame| {
        (frame.header.frame_id, frame.header.flags & RETRANSMIT != 0)
    });
    assert_eq!(submits[1..], [(1, true), (2, true)]);
    let server = pair.take(Side::Server);
    assert!(matches!(
        server[..],
        [
            Event::Opened { .. },
            Event::Rejected { session: 1, frame: 0, .. },
            Event::Submitted { frame: 2, .. },
        ]
    ));
    assert!(!pair.take(Side::Client).iter().any(|event| matches!(event, Event::Ended { .. })));
    for frame in [1, 2] {
        pair.push(1, frame);
        pair.drive();
        assert_eq!(pair.take(Side::Client).last(), Some(&ended(frame, Outcome::Completed)));
    }
}

#[test]
fn partial_results_are_not_repeated() {
    let mut pair = resumable();
    pair.submit(1);
    pair.drive();
    pair.server(Command::Push(Push { session: 1, frame: 1, partial: true, ..Push::default() }));
    pair.drive();
    pair.kill(0);
    let conn = reconnect(&mut pair);
    pair.forget();
    resume(&mut pair, conn, 0);
    pair.check(Side::Client, &[resumed(conn)]);
    assert!(!pair.kinds(Side::Client).contains(&MessageType::FrameSubmit), "it was seen");
}

/// One tick before its end the window still admits, at its end no more.
#[test]
fn the_window_is_exact() {
    for (wait, admitted) in [(99_999_999, true), (100_000_000, false)] {
        let mut pair = resumable();
        pair.submit(1);
        pair.drive();
        pair.kill(0);
        let conn = reconnect(&mut pair);
        pair.forget();
        pair.step_nanos(wait);
        if admitted {
            resume(&mut pair, conn, 0);
            assert_eq!(pair.take(Side::Client)[0], resumed(conn));
        } else {
            let over = [ended(1, Outcome::Failed), Event::Closed { session: 1, code: 0 }];
            pair.check(Side::Client, &over);
            pair.check(Side::Server, &over);
        }
        assert_eq!(pair.wakes(), [None, None]);
    }
}

/// the client has left the old connection, the server does not know yet.
#[test]
fn a_resume_takes_the_session_from_a_connection_that_still_stands() {
    let mut pair = resumable();
    pair.submit(1);
    pair.drive();
    let conn = reconnect(&mut pair);
    pair.forget();
    resume(&mut pair, conn, 0);
    assert_eq!(pair.take(Side::Client)[0], resumed(conn));
    pair.forget();
    pair.push(1, 1);
    assert!(pair.sent.iter().all(|(_, over, _)| *over == conn), "served on the new connection");
    pair.drive();
    // What still comes on the old one is refused, and ends nothing.
    let mut other = Pair::open(Setup::default(), 0);
    other.client(Command::Submit(Submit { session: 1, frame: 9, ..Submit::default() }));
    let late = other.sent.pop().expect("sent").2;
    pair.forget();
    pair.inject(Side::Server, 0, &late);
    let (session, frame, code) = (1, 0, INVALID_STATE);
    pair.check(Side::Server, &[Event::Rejected { conn: ConnId(0), session, frame, code }]);
    pair.kill(0);
    let events = pair.take(Side::Client);
    assert!(!events.contains(&DETACHED), "{events:?}");
}

/// Unfinished operations count on the connection that carries them now.
#[test]
fn operations_count_on_the_new_connection() {
    let server = Setup { connection_credit: 2, ..Setup::default() };
    let mut pair = Pair::open(server, ALLOW_RESUME);
    pair.submit(1);
    pair.submit(1);
    pair.drive();
    pair.kill(0);
    let conn = reconnect(&mut pair);
    resume(&mut pair, conn, 0);
    pair.forget();
    pair.submit(1);
    let (lane, frame, why) = (0, 0, Hold::Credit);
    pair.check(Side::Client, &[Event::Blocked { session: 1, lane, frame, why }]);
    pair.push(1, 1);
    pair.drive();
    pair.forget();
    pair.submit(1);
    pair.drive();
    assert!(matches!(pair.take(Side::Server)[..], [Event::Submitted { frame: 3, .. }]));
    assert!(pair.take(Side::Client).is_empty());
}

#[test]
fn without_a_grant_a_loss_is_the_end() {
    for (window, flags) in [(0, ALLOW_RESUME), (100, 0)] {
        let server = Setup { resume_window_ms: window, ..Setup::default() };
        let mut pair = Pair::open(server, flags);
        pair.submit(1);
        pair.drive();
        pair.forget();
        pair.kill(0);
        let down = Event::Down { conn: ConnId(0), code: 0 };
        let over = [ended(1, Outcome::Failed), Event::Closed { session: 1, code: 0 }, down];
        pair.check(Side::Client, &over);
        pair.check(Side::Server, &over);
    }
}

/// Results have streams of their own, so one may be there before the answer to the resume.
#[test]
fn a_result_that_overtakes_the_answer_to_a_resume_counts() {
    let mut pair = resumable();
    pair.submit(1);
    pair.drive();
    pair.push(1, 1);
    pair.kill(0);
    let conn = reconnect(&mut pair);
    pair.forget();
    pair.client(Command::Resume(Resume { conn, session: 1, tag: 5, watermark: 0 }));
    pair.deliver(Side::Server);
    let (_, _, result) = pair.sent.last().cloned().expect("the server redelivers");
    pair.inject(Side::Client, conn.0, &result);
    let events = pair.take(Side::Client);
    assert!(matches!(events[0], Event::Result { frame: 1, terminal: true, .. }), "{events:?}");
    assert_eq!(events[1..], [ended(1, Outcome::Completed)]);
    pair.drive();
    pair.check(Side::Client, &[resumed(conn)]);
    assert_eq!(pair.kinds(Side::Client), [MessageType::SessionOpen], "1 was not repeated");
}

/// An answer that the carrier has doubled is none for the open that waits next.
#[test]
fn a_doubled_answer_opens_nothing() {
    let mut pair = Pair::new(Setup::default(), Setup::default());
    pair.connect(Carrier::Datagram);
    pair.hello(0);
    pair.client(Command::Open(Open { tag: 1, ..Open::default() }));
    pair.drive();
    let (_, _, answer) = pair.sent.last().cloned().expect("the server answers");
    pair.client(Command::Open(Open { tag: 2, ..Open::default() }));
    pair.take(Side::Client);
    pair.inject(Side::Client, 0, &answer);
    pair.drive();
    let events = pair.take(Side::Client);
    let [rejected, Event::Opened { tag: 2, session: 2, .. }] = &events[..] else {
        panic!("{events:?}");
    };
    assert!(matches!(rejected, Event::Rejected { code: INVALID_STATE, .. }));
}

/// The window says how long a session may be asked for, not how long the answer may take.
#[test]
fn an_answer_may_come_after_the_window() {
    for granted in [true, false] {
        let mut pair = resumable();
        pair.kill(0);
        pair.step(90);
        let conn = reconnect(&mut pair);
        pair.forget();
        pair.client(Command::Resume(Resume { conn, session: 1, tag: 5, watermark: 0 }));
        if granted {
            while pair.deliver(Side::Server) {}
        }
        // The timer comes first, then what travels.
        pair.step(20);
        let events = pair.take(Side::Client);
        if granted {
            assert_eq!(events, [resumed(conn)]);
        } else {
            assert!(matches!(
                events[..],
                [Event::Refused { code: RESUME_REJECTED, .. }, Event::Closed { session: 1, .. }]
            ));
        }
        assert_eq!(pair.wakes(), [None, None]);
    }
}
