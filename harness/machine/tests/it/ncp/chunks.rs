//! What stands in chunks: records that are too many, too long, strange or beyond any frame
//! (`OP-27`, `OP-48`, `OP-53`).

use super::fixture::{CONN, Pair, S1, Side, product_id, record, records, stream};
use super::streams::{chunk, ended, held, streams};
use wireproof_wire::ncp::command::{Open, Setup, Tier};
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Event, Value};

#[test]
fn op27_records_are_cut_to_the_limit() {
    for tier in [Tier::Json, Tier::Msgpack] {
        let limit = 1_024;
        let mut pair = Pair::with_cached_schema(Setup {
            max_frame_payload: limit,
            encodings: [tier].into(),
            ..Setup::default()
        });
        pair.open(Side::Node, Open { data: records(100), ..stream(S1) });
        pair.node(chunk(S1, records(100), true));
        pair.drive();
        let sent = streams(&pair, Side::Node);
        let all = pair.sent.iter().filter(|(by, ..)| *by == Side::Node);
        let longest = all.map(|(_, _, bytes)| bytes.len() - 4).max().expect("something was sent");
        assert!(longest <= limit as usize, "{longest}");
        assert!(longest > limit as usize * 9 / 10, "frames are filled: {longest}");
        let data: Vec<Value> = sent.iter().flat_map(|stream| stream.data.clone()).collect();
        assert_eq!(data, [records(100), records(100)].concat());
        assert_eq!(sent.iter().filter(|stream| stream.is_last).count(), 1);
        assert!(sent.iter().map(|stream| stream.seq).eq(0..sent.len() as u32));
        assert!(pair.take(Side::Agent).contains(&ended(S1, StreamEnd::Complete, "")));
    }
}

#[test]
fn op53_what_no_frame_can_hold_is_not_sent() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.forget();
    let mut endless = record(1);
    if let Value::Map(members) = &mut endless {
        members[2].1 = Value::Float(f64::INFINITY);
    }
    let deep = (0..100).fold(Value::Nil, |inner, _| Value::Array(vec![inner]));
    let mut nested = record(1);
    if let Value::Map(members) = &mut nested {
        members.push(("more".into(), deep));
    }
    for data in [endless, nested] {
        pair.node(chunk(S1, vec![data], false));
        pair.check(Side::Node, &[held(S1, Hold::Malformed)]);
    }
    assert!(pair.sent.is_empty() && pair.is_alive(0));
}

#[test]
fn op48_strange_records_are_handed_up_and_noted() {
    let opener = |record: &str| {
        format!(
            r#"{{"stream_id":"{S1}","seq":0,"is_last":false,"anchor_ref":"{}","data":[{record}]}}"#,
            product_id()
        )
    };
    for (record, what) in
        [(r#"{"id":1,"more":2}"#, "unknown_members"), (r#"{"id":"one"}"#, "misfit")]
    {
        let mut pair = Pair::with_cached_schema(Setup::default());
        pair.inject_frame(Side::Agent, FrameType::Stream, &opener(record));
        let events = pair.take(Side::Agent);
        assert!(matches!(events[1], Event::Chunk { count: 1, .. }));
        assert_eq!(events[2..], [Event::Noticed { conn: CONN, what: what.into() }]);
        assert!(pair.sent.is_empty());
    }
}

#[test]
fn op27_one_record_is_not_cut() {
    let limit = 1_024;
    let mut pair = Pair::with_cached_schema(Setup { max_frame_payload: limit, ..Setup::default() });
    let mut long = record(1);
    if let Value::Map(members) = &mut long {
        members[1].1 = Value::Text("x".repeat(limit as usize));
    }
    pair.open(Side::Node, Open { data: vec![long.clone()], ..stream(S1) });
    pair.check(Side::Node, &[held(S1, Hold::Limit)]);
    assert!(pair.sent.is_empty());
    pair.open(Side::Node, stream(S1));
    pair.node(chunk(S1, vec![record(1), long], false));
    pair.check(Side::Node, &[held(S1, Hold::Limit)]);
    // Nothing of it went out, and the stream goes on.
    pair.node(chunk(S1, Vec::new(), true));
    assert_eq!(streams(&pair, Side::Node).last().map(|stream| stream.seq), Some(1));
}
