//! Diffs and subscriptions row by row (reference 5.2, 8.9, 8.11; `OP-29`, `OP-30`, `OP-43`,
//! `OP-56`, `OP-60`).

use super::fixture::{CONN, Pair, S1, Side, frame_of, product_id, record, value};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::ncp::command::{Answer, Change, Follow, Setup, Subscribe, Tier};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Diff;
use wireproof_wire::ncp::{Command, Event, Value, digest};

fn held(stream_id: &str, why: Hold) -> Event {
    Event::Blocked { conn: CONN, stream_id: stream_id.into(), why }
}

/// A patch that sets `stock`.
fn set(stock: u64) -> Value {
    value(&format!(r#"[{{"op":"replace","path":"/stock","value":{stock}}}]"#))
}

/// Record 1 with that `stock`.
fn stocked(stock: u64) -> Value {
    value(&format!(r#"{{"id":1,"name":"n1","price":9.5,"stock":{stock}}}"#))
}

fn follow(version: u64) -> Follow {
    Follow {
        anchor_ref: product_id(),
        entity: "e".into(),
        version,
        record: record(1),
        ..Follow::default()
    }
}

fn change(stock: u64) -> Change {
    Change { anchor_ref: product_id(), entity: "e".into(), patch: set(stock), ..Change::default() }
}

fn event(stock: u64) -> Change {
    Change { stream_id: S1.into(), event_type: "update".into(), ..change(stock) }
}

/// Both follow one entity.
fn followed(version: u64, setup: Setup) -> Pair {
    let mut pair = Pair::with_cached_schema(setup);
    for side in [Side::Agent, Side::Node] {
        pair.command(side, Command::Follow(follow(version)));
        pair.check(side, &[]);
    }
    pair
}

fn send(pair: &mut Pair, change: Change) {
    pair.node(Command::Change(change));
    pair.drive();
}

fn applied(stream_id: &str, version: u64, record: &Value) -> Event {
    Event::Applied {
        conn: CONN,
        stream_id: stream_id.into(),
        entity: "e".into(),
        version,
        digest: digest::record(record),
    }
}

fn diffs(pair: &Pair) -> Vec<Diff> {
    let frames = pair.frames(Side::Node).into_iter().filter_map(|frame| match frame {
        Frame::Diff(diff) => Some(diff),
        _ => None,
    });
    frames.collect()
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

/// The codes that an Agent which follows version 3 answers to a diff.
#[track_caller]
fn refused(pair: &mut Pair, members: &str, tier: Tier) -> Vec<String> {
    pair.inject(Side::Agent, &super::fixture::raw(FrameType::Diff, tier, members));
    pair.check(Side::Agent, &[]);
    let codes = pair.errors(Side::Agent);
    pair.forget();
    codes
}

fn diff(rest: &str) -> String {
    format!(r#"{{"anchor_ref":"{}","entity_id":"e",{rest}}}"#, product_id())
}

#[test]
fn d01_a_diff_moves_both_sides_from_version_to_version() {
    let mut pair = followed(3, Setup::default());
    send(&mut pair, change(7));
    send(&mut pair, change(8));
    pair.check(Side::Agent, &[applied("", 4, &stocked(7)), applied("", 5, &stocked(8))]);
    pair.check(Side::Node, &[]);
    let bases: Vec<u64> = diffs(&pair).iter().map(|diff| diff.base_seq).collect();
    assert_eq!(bases, [3, 4]);
}

#[test]
fn d02_a_bitset_where_it_is_agreed() {
    // Field 3, `stock`, becomes 48: NCP §4.2 has the bytes 08 30 for it.
    let bytes = Value::Bytes(vec![0x08, 0x30]);
    let bitset = Change { format: "binary_bitset".into(), patch: bytes, ..change(0) };
    let mut pair = followed(3, Setup { binary_bitset: true, ..Setup::default() });
    send(&mut pair, bitset.clone());
    pair.check(Side::Agent, &[applied("", 4, &stocked(48))]);
    let mut pair = followed(3, Setup::default());
    send(&mut pair, bitset);
    pair.check(Side::Node, &[held("", Hold::Malformed)]);
}

#[test]
fn d03_to_d07_nothing_applies_and_nothing_changes() {
    let good = r#""base_seq":3,"patch":[{"op":"replace","path":"/stock","value":7}]"#;
    let mut pair = followed(3, Setup::default());
    for (row, members, code) in [
        ("D03", diff(&good.replace('3', "2")), "NCP-STREAM-SEQ-GAP"),
        ("D03", diff(&good.replace('3', "4")), "NCP-STREAM-SEQ-GAP"),
        ("D04", diff(good).replace("sha256:d3", "sha256:d4"), "NCP-ANCHOR-NOT-FOUND"),
        ("D05", diff(&format!(r#"{good},"patch_format":"x""#)), "NCP-DIFF-FORMAT-UNSUPPORTED"),
        ("D06", diff(r#""base_seq":3,"patch":[{"op":"replace"}]"#), "NPS-CLIENT-BAD-FRAME"),
        ("D06", diff(r#""base_seq":3,"patch":{}"#), "NPS-CLIENT-BAD-FRAME"),
        (
            "D07",
            diff(r#""base_seq":3,"patch":[{"op":"replace","path":"/x","value":1}]"#),
            "NPS-CLIENT-UNPROCESSABLE",
        ),
        (
            "D07",
            diff(r#""base_seq":3,"patch":[{"op":"replace","path":"/stock","value":"x"}]"#),
            "NPS-CLIENT-UNPROCESSABLE",
        ),
        (
            "NCP-DIFF-012",
            diff(
                r#""base_seq":3,"patch":[{"op":"replace","path":"/stock","value":9},
                    {"op":"test","path":"/id","value":2}]"#,
            ),
            "NPS-CLIENT-UNPROCESSABLE",
        ),
    ] {
        assert_eq!(refused(&mut pair, &members, Tier::Json), [code], "{row}");
    }
    // D05 by tier, and where it is not agreed.
    let mut bitset = value(&diff(r#""base_seq":3,"patch":[],"patch_format":"binary_bitset""#));
    let code = "NCP-DIFF-FORMAT-UNSUPPORTED";
    pair.inject(Side::Agent, &frame_of(FrameType::Diff, Tier::Json, &bitset));
    if let Value::Map(members) = &mut bitset {
        members[3].1 = Value::Bytes(vec![0x08, 0x30]);
    }
    pair.inject(Side::Agent, &frame_of(FrameType::Diff, Tier::Msgpack, &bitset));
    assert_eq!(pair.errors(Side::Agent), [code, code]);
    send(&mut pair, change(7));
    pair.check(Side::Agent, &[applied("", 4, &stocked(7))]);
}

#[test]
fn errors_of_diffs_name_what_they_are_about() {
    let mut pair = Pair::ready(Setup::default());
    pair.inject_frame(Side::Agent, FrameType::Diff, &diff(r#""base_seq":0,"patch":[]"#));
    let error = pair.error_frames(Side::Agent).pop().expect("the schema is unknown");
    assert_eq!(error.detail("anchor_ref"), Some(product_id().as_str()));
}

#[test]
fn op56_an_entity_nobody_follows() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    send(&mut pair, change(7));
    pair.check(Side::Node, &[held("", Hold::Unknown)]);
    send(&mut pair, Change { base_seq: Some(12), ..change(7) });
    let unapplied = Event::Unapplied { conn: CONN, stream_id: String::new(), entity: "e".into() };
    pair.check(Side::Agent, &[unapplied]);
    assert!(pair.errors(Side::Agent).is_empty());
}

#[test]
fn a_version_that_is_named_is_sent() {
    let mut pair = followed(3, Setup::default());
    send(&mut pair, Change { base_seq: Some(9), ..change(7) });
    assert_eq!(pair.errors(Side::Agent), ["NCP-STREAM-SEQ-GAP"]);
    send(&mut pair, change(7));
    assert!(pair.take(Side::Agent).contains(&applied("", 4, &stocked(7))));
}

#[test]
fn diffs_that_break_a_rule_are_not_sent() {
    let mut pair = followed(3, Setup::default());
    let unknown = Change { anchor_ref: "sha256:none".into(), base_seq: Some(3), ..change(7) };
    let missing = value(r#"[{"op":"remove","path":"/x"}]"#);
    for (change, why) in [
        (unknown, Hold::Anchor),
        (Change { patch: value("{}"), ..change(7) }, Hold::Malformed),
        (Change { patch: missing, ..change(7) }, Hold::Malformed),
        (Change { format: "x".into(), ..change(7) }, Hold::Malformed),
        (Change { stream_id: S1.into(), ..change(7) }, Hold::Unknown),
    ] {
        let id = change.stream_id.clone();
        send(&mut pair, change);
        pair.check(Side::Node, &[held(&id, why)]);
    }
    assert!(pair.sent.is_empty());
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
