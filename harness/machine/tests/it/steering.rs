//! FLOW_UPDATE in both directions (table 4.4).

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::code::{LIMIT_EXCEEDED, SERVER_BUSY};
use wireproof_wire::nnrp::command::{Flow, Open, Push, Setup, Submit};
use wireproof_wire::nnrp::event::Hold;
use wireproof_wire::nnrp::flow::{CREDIT_VALID, FlowUpdate, SCOPE_SESSION};
use wireproof_wire::nnrp::{Command, Event, Frame};

const CONN: ConnId = ConnId(0);

/// Steers from the server and reports what a submit on session 1 then comes to.
fn after(pair: &mut Pair, flow: Flow) -> Option<Hold> {
    pair.server(Command::Flow(flow));
    pair.drive();
    try_submit(pair, 1)
}

fn try_submit(pair: &mut Pair, session: u32) -> Option<Hold> {
    pair.forget();
    pair.submit(session);
    pair.drive();
    let hold = match pair.take(Side::Client)[..] {
        [] => None,
        [Event::Blocked { why, .. }] => Some(why),
        ref other => panic!("{other:?}"),
    };
    let arrived = pair.take(Side::Server);
    assert_eq!(arrived.len(), usize::from(hold.is_none()), "{arrived:?}");
    hold
}

#[test]
fn each_obstacle_at_each_scope_stops_submits_until_a_newer_update() {
    let obstacles = [
        (Flow { reason: 2, ..Flow::default() }, Some(Hold::Paused)),
        (Flow { level: 2, reason: 4, ..Flow::default() }, Some(Hold::Hard)),
        (Flow { level: 1, reason: 4, ..Flow::default() }, None),
        (Flow { drain_in_flight_only: true, ..Flow::default() }, Some(Hold::Drain)),
        (Flow { background_only: true, ..Flow::default() }, Some(Hold::Background)),
        (Flow { reason: 1, credit: Some(0), ..Flow::default() }, Some(Hold::Credit)),
    ];
    for session in [0, 1] {
        for (obstacle, hold) in &obstacles {
            let mut pair = Pair::open(Setup::default(), 0);
            pair.client(Command::Open(Open { tag: 2, priority: 2, ..Open::default() }));
            pair.drive();
            let flow = Flow { session, ..obstacle.clone() };
            assert_eq!(after(&mut pair, flow), *hold, "{obstacle:?} at {session}");
            // The background session feels what concerns the connection, except background_only.
            let sibling =
                if session == 0 && *hold != Some(Hold::Background) { *hold } else { None };
            assert_eq!(try_submit(&mut pair, 2), sibling, "{obstacle:?} at {session}");
            let lifted = Flow { session, reason: 3, credit: Some(8), ..Flow::default() };
            assert_eq!(after(&mut pair, lifted), None);
        }
    }
}

#[test]
fn a_session_never_exceeds_its_credit_and_gets_it_back() {
    let mut pair = Pair::open(Setup { session_credit: 2, ..Setup::default() }, 0);
    assert_eq!([try_submit(&mut pair, 1), try_submit(&mut pair, 1)], [None, None]);
    assert_eq!(try_submit(&mut pair, 1), Some(Hold::Credit));
    pair.push(1, 2);
    pair.drive();
    assert_eq!(try_submit(&mut pair, 1), None);
    assert_eq!(try_submit(&mut pair, 1), Some(Hold::Credit));
    // A lower credit takes nothing back; it only blocks until enough have ended.
    let lower = Flow { session: 1, reason: 1, credit: Some(1), ..Flow::default() };
    assert_eq!(after(&mut pair, lower), Some(Hold::Credit));
    pair.push(1, 1);
    pair.drive();
    assert_eq!(try_submit(&mut pair, 1), Some(Hold::Credit));
    pair.push(1, 3);
    pair.drive();
    assert_eq!(try_submit(&mut pair, 1), None);
}

#[test]
fn the_connection_credit_is_shared() {
    let mut pair = Pair::open(Setup { connection_credit: 2, ..Setup::default() }, 0);
    pair.client(Command::Open(Open { tag: 2, ..Open::default() }));
    pair.drive();
    assert_eq!([try_submit(&mut pair, 1), try_submit(&mut pair, 2)], [None, None]);
    assert_eq!(try_submit(&mut pair, 1), Some(Hold::Credit));
    pair.push(2, 1);
    pair.drive();
    assert_eq!(try_submit(&mut pair, 1), None);
}

#[test]
fn stale_and_repeated_epochs_change_nothing() {
    let mut pair = Pair::open(Setup::default(), 0);
    let credit = |credit_epoch, session_credit| {
        let meta = FlowUpdate {
            scope_kind: SCOPE_SESSION,
            session_credit,
            credit_epoch,
            flow_flags: CREDIT_VALID,
            ..FlowUpdate::default()
        };
        Frame::new(meta, &[]).at(1, 0, 0).to_vec()
    };
    for (epoch, value, applied) in [(5, 3, true), (4, 7, false), (5, 7, false), (6, 2, true)] {
        pair.inject(Side::Client, 0, &credit(epoch, value));
        let event = Event::Flow {
            conn: CONN,
            session: 1,
            operation: 0,
            credit: value,
            level: 0,
            paused: false,
            epoch,
        };
        let expected = if applied { vec![event] } else { vec![] };
        pair.check(Side::Client, &expected);
    }
}

#[test]
fn epochs_of_scopes_are_independent_and_rise() {
    let mut pair = Pair::open(Setup::default(), 0);
    pair.submit(1);
    pair.drive();
    pair.forget();
    for (session, operation, epoch) in [(0, 0, None), (1, 0, None), (1, 1, None), (1, 0, None)] {
        pair.server(Command::Flow(Flow { session, operation, epoch, ..Flow::default() }));
    }
    // The reference does not send an epoch that has been passed.
    pair.server(Command::Flow(Flow { session: 1, epoch: Some(2), ..Flow::default() }));
    pair.server(Command::Flow(Flow { session: 1, epoch: Some(9), ..Flow::default() }));
    pair.drive();
    let epochs: Vec<_> = pair
        .take(Side::Client)
        .into_iter()
        .map(|event| match event {
            Event::Flow { session, operation, epoch, .. } => (session, operation, epoch),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(epochs, [(0, 0, 1), (1, 0, 1), (1, 1, 1), (1, 0, 2), (1, 0, 9)]);
}

/// The server refuses what comes past its own word (F9).
#[test]
fn the_server_enforces_what_it_granted() {
    let mut pair = Pair::open(Setup { max_in_flight: 1, ..Setup::default() }, 0);
    let mut other = Pair::open(Setup::default(), 0);
    let submits: Vec<_> = (0..3)
        .map(|_| {
            other.submit(1);
            other.sent.pop().expect("sent").2
        })
        .collect();
    pair.inject(Side::Server, 0, &submits[0]);
    pair.inject(Side::Server, 0, &submits[1]);
    let retry_after_ms = Some(30);
    pair.server(Command::Flow(Flow { session: 1, reason: 2, retry_after_ms, ..Flow::default() }));
    pair.inject(Side::Server, 0, &submits[2]);
    let rejected = |frame, code| Event::Rejected { conn: CONN, session: 1, frame, code };
    let events = pair.take(Side::Server);
    assert_eq!(events[1..], [rejected(2, LIMIT_EXCEEDED), rejected(3, SERVER_BUSY)]);
    let waits = pair.frames(Side::Server, |frame| frame.get("retry_after_ms"));
    assert_eq!(waits, [Some(0), Some(30), Some(30)], "and says how long to wait (ERR-010)");
}

/// Client to server: partial results stop while the client asks for it.
#[test]
fn a_paused_client_gets_no_partial_results() {
    for (session, operation) in [(0, 0), (1, 0), (1, 1)] {
        let mut pair = Pair::open(Setup::default(), 0);
        pair.submit(1);
        pair.drive();
        pair.client(Command::Flow(Flow { session, operation, reason: 2, ..Flow::default() }));
        pair.drive();
        pair.forget();
        let partial = Push { session: 1, frame: 1, partial: true, ..Push::default() };
        pair.server(Command::Push(partial.clone()));
        pair.drive();
        pair.check(Side::Client, &[]);
        pair.client(Command::Flow(Flow { session, operation, reason: 3, ..Flow::default() }));
        pair.drive();
        pair.server(Command::Push(partial));
        pair.drive();
        assert!(matches!(pair.take(Side::Client)[..], [Event::Result { terminal: false, .. }]));
    }
}

#[test]
fn an_update_for_a_session_that_is_not_live_is_refused() {
    let mut pair = Pair::open(Setup::default(), 0);
    let meta = FlowUpdate { scope_kind: SCOPE_SESSION, ..FlowUpdate::default() };
    pair.inject_frame(Side::Client, &Frame::new(meta, &[]).at(9, 0, 0));
    assert!(matches!(pair.take(Side::Client)[..], [Event::Rejected { session: 9, code: 3, .. }]));
}

#[test]
fn lanes_beyond_the_grant_are_held_back() {
    let mut pair = Pair::new(Setup::default(), Setup::default());
    pair.connect(Carrier::Multistream);
    pair.hello(0);
    pair.client(Command::Open(Open::default()));
    pair.drive();
    pair.forget();
    for (lane, sent) in [(3, true), (4, false)] {
        pair.client(Command::Submit(Submit { session: 1, lane, ..Submit::default() }));
        let expected = Event::Blocked { session: 1, lane, frame: 0, why: Hold::State };
        pair.check(Side::Client, if sent { &[] } else { core::slice::from_ref(&expected) });
    }
}

/// What is granted limits submits; the other direction starts without a limit.
#[test]
fn updates_of_the_client_start_without_a_limit() {
    for session in [0, 1] {
        let mut pair = Pair::open(Setup::default(), 0);
        pair.client(Command::Flow(Flow { session, level: 1, reason: 4, ..Flow::default() }));
        pair.drive();
        let [Event::Flow { credit, level: 1, .. }] = pair.take(Side::Server)[..] else {
            panic!("no update at {session}");
        };
        assert_eq!(credit, u16::MAX);
    }
}
