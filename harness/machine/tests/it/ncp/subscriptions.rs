//! Subscriptions row by row (reference 5.2, 8.9 D08 and D09, 8.11; `OP-43`, `OP-56`, `OP-60`).

use super::diffs::{applied, change, diffs, follow, followed, held, send, stocked};
use super::fixture::{CONN, Pair, S1, Side, product_id};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::ncp::command::{Answer, Change, Follow, Setup, Subscribe};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::{Command, Event, Value, digest};

fn event(stock: u64) -> Change {
    Change { stream_id: S1.into(), event_type: "update".into(), ..change(stock) }
}

fn subscribe(resume_from_seq: Option<u64>) -> Subscribe {
    Subscribe {
        stream_id: S1.into(),
        anchor_ref: product_id(),
        heartbeat_interval: Some(0),
        resume_from_seq,
        ..Subscribe::default()
    }
}

fn subscribed(version: u64) -> Pair {
    let mut pair = followed(version, Setup::default());
    pair.subscribe(subscribe(None));
    pair.answer(Answer::default());
    pair.forget();
    pair
}

#[test]
fn a_subscription_is_acknowledged_and_numbered() {
    let mut pair = followed(0, Setup::default());
    pair.subscribe(subscribe(None));
    pair.check(
        Side::Node,
        &[Event::Requested {
            conn: CONN,
            frame: "SUBSCRIBE".into(),
            anchor_ref: product_id(),
            stream: false,
            request_id: S1.into(),
        }],
    );
    send(&mut pair, event(1));
    pair.check(Side::Node, &[held(S1, Hold::Unknown)]);
    pair.answer(Answer::default());
    let frames = pair.frames(Side::Node);
    let [Frame::Caps(ack)] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!(ack.anchor_ref, "nps:system:subscribe:ack");
    assert_eq!(ack.data[0].get("stream_id"), Some(&Value::from(S1)));
    assert_eq!(ack.data[0].get("resumed"), Some(&Value::Bool(false)));
    assert_eq!(ack.data[0].get("last_seq"), Some(&Value::Uint(0)));
    pair.forget();
    send(&mut pair, event(1));
    send(&mut pair, event(2));
    pair.check(Side::Agent, &[applied(S1, 1, &stocked(1)), applied(S1, 2, &stocked(2))]);
    let seen: Vec<_> = diffs(&pair)
        .into_iter()
        .map(|diff| (diff.seq, diff.base_seq, diff.event_type, diff.timestamp.is_some()))
        .collect();
    let update = || Some("update".to_string());
    assert_eq!(seen, [(Some(1), 0, update(), true), (Some(2), 1, update(), true)]);
}

#[test]
fn op56_versions_belong_to_the_subscription() {
    let mut pair = subscribed(5);
    send(&mut pair, event(1));
    send(&mut pair, event(2));
    let bases: Vec<u64> = diffs(&pair).iter().map(|diff| diff.base_seq).collect();
    assert_eq!(bases, [5, 1], "the entity's own version, then the number before");
    pair.check(Side::Agent, &[applied(S1, 1, &stocked(1)), applied(S1, 2, &stocked(2))]);
}

#[test]
fn d08_heartbeats_take_a_number_each() {
    let mut pair = followed(0, Setup::default());
    pair.subscribe(Subscribe { heartbeat_interval: None, ..subscribe(None) });
    pair.step(10_000);
    pair.answer(Answer::default());
    pair.forget();
    pair.step(29_999);
    assert!(pair.sent.is_empty());
    pair.step(1);
    send(&mut pair, event(1));
    pair.step(30_000);
    let beat = |seq| Event::Heartbeat { conn: CONN, stream_id: S1.into(), seq };
    pair.check(Side::Agent, &[beat(1), applied(S1, 2, &stocked(1)), beat(3)]);
    let sent = diffs(&pair);
    assert_eq!((sent[0].base_seq, sent[0].event_type.as_deref()), (0, None));
    assert_eq!(sent[0].patch, Value::Array(Vec::new()));
    assert_eq!((sent[1].base_seq, sent[2].base_seq), (0, 2));
    // OP-60: a subscription that was left just stops.
    let leave = Subscribe { action: "unsubscribe".into(), ..subscribe(None) };
    pair.subscribe(leave);
    pair.forget();
    pair.step(100_000);
    assert!(pair.sent.is_empty());
    send(&mut pair, event(2));
    pair.check(Side::Node, &[held(S1, Hold::State)]);
}

#[test]
fn a_commanded_heartbeat() {
    let mut pair = subscribed(0);
    let patch = Value::Array(Vec::new());
    send(&mut pair, Change { stream_id: S1.into(), patch, ..Change::default() });
    pair.check(Side::Agent, &[Event::Heartbeat { conn: CONN, stream_id: S1.into(), seq: 1 }]);
}

#[test]
fn d09_a_gap_is_filled_by_subscribing_again() {
    let mut pair = subscribed(0);
    pair.node(Command::Change(event(1)));
    pair.drive();
    pair.node(Command::Change(event(2)));
    pair.lose_everything();
    pair.forget();
    send(&mut pair, event(3));
    send(&mut pair, event(4));
    let frames = pair.frames(Side::Agent);
    let [Frame::Subscribe(again)] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!((again.action.as_str(), again.resume_from_seq), ("subscribe", Some(1)));
    assert_eq!(again.anchor_ref.as_deref(), Some(product_id().as_str()));
    pair.check(Side::Agent, &[]);
    pair.answer(Answer::default());
    let expected: Vec<Event> = (2..=4).map(|seq| applied(S1, seq, &stocked(seq))).collect();
    let events = pair.take(Side::Agent);
    assert!(matches!(events[0], Event::Answered { .. }));
    assert_eq!(events[1..], expected);
    send(&mut pair, event(5));
    pair.check(Side::Agent, &[applied(S1, 5, &stocked(5))]);
}

#[test]
fn a_subscription_outlives_its_connection() {
    let mut pair = subscribed(0);
    send(&mut pair, event(1));
    pair.kill(0);
    pair.forget();
    // Numbered while nobody listens.
    send(&mut pair, event(2));
    pair.check(Side::Node, &[]);
    assert!(pair.sent.is_empty());
    pair.connect(Carrier::Stream);
    pair.hello(1);
    pair.forget();
    let conn = ConnId(1);
    let push = wireproof_wire::ncp::command::Push { conn, anchor_ref: product_id(), ttl: None };
    pair.node(Command::Push(push));
    let at = Follow { conn, version: 1, record: stocked(1), ..follow(0) };
    pair.agent(Command::Follow(at));
    pair.subscribe(Subscribe { conn, ..subscribe(Some(1)) });
    pair.answer(Answer { conn, ..Answer::default() });
    pair.take(Side::Node);
    let resumed = Event::Applied {
        conn,
        stream_id: S1.into(),
        entity: "e".into(),
        version: 2,
        digest: digest::record(&stocked(2)),
    };
    assert_eq!(pair.take(Side::Agent).last(), Some(&resumed));
    send(&mut pair, Change { conn, ..event(3) });
    let sent = diffs(&pair);
    let numbers: Vec<_> = sent.iter().map(|diff| (diff.base_seq, diff.seq)).collect();
    assert_eq!(numbers, [(1, Some(2)), (2, Some(3))]);
}

#[test]
fn nobody_is_kept_awake_for_a_subscriber_that_is_away() {
    let mut pair = followed(0, Setup::default());
    pair.subscribe(Subscribe { heartbeat_interval: Some(1), ..subscribe(None) });
    pair.answer(Answer::default());
    pair.kill(0);
    assert_eq!(pair.wakes(), [None, None]);
    pair.step(10_000);
    pair.connect(Carrier::Stream);
    pair.hello(1);
    pair.forget();
    let conn = ConnId(1);
    pair.subscribe(Subscribe { conn, ..subscribe(Some(0)) });
    pair.answer(Answer { conn, ..Answer::default() });
    assert!(diffs(&pair).is_empty(), "no heartbeat was numbered meanwhile");
}

#[test]
fn op43_a_resume_point_outside_of_the_buffer() {
    let mut pair = followed(0, Setup { event_buffer: 1, ..Setup::default() });
    pair.subscribe(subscribe(None));
    pair.answer(Answer::default());
    for stock in 1..=3 {
        send(&mut pair, event(stock));
    }
    pair.forget();
    for (after, old) in [(0, true), (1, true), (2, false), (3, false), (4, true)] {
        pair.subscribe(subscribe(Some(after)));
        let codes = pair.errors(Side::Node);
        if old {
            assert_eq!(codes, ["NWP-SUBSCRIBE-SEQ-TOO-OLD"], "{after}");
        } else {
            assert!(codes.is_empty());
            pair.answer(Answer::default());
            assert_eq!(diffs(&pair).len() as u64, 3 - after, "exclusive");
        }
        pair.forget();
    }
    // An unknown subscription has no events to go on from.
    let other = super::fixture::S2;
    pair.subscribe(Subscribe { stream_id: other.into(), ..subscribe(Some(1)) });
    assert_eq!(pair.errors(Side::Node), ["NWP-SUBSCRIBE-SEQ-TOO-OLD"]);
}
