//! Requests and their answers (reference 5.2; `OP-14`, `OP-27`, `OP-28`, `OP-60`).

use super::fixture::{
    CONN, Pair, S1, S2, S3, Side, product_id, product_query, records, stream, value,
};
use wireproof_wire::ncp::command::{Action, Answer, Open, Query, Refuse, Setup, Subscribe, Tier};
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Command, Event, Value};

fn held(stream_id: &str, why: Hold) -> Event {
    Event::Blocked { conn: CONN, stream_id: stream_id.into(), why }
}

fn streaming(id: &str) -> Query {
    Query { stream: Some(true), request_id: id.into(), ..product_query() }
}

fn unsubscribe(id: &str) -> Subscribe {
    Subscribe { action: "unsubscribe".into(), stream_id: id.into(), ..Subscribe::default() }
}

fn counts(events: &[Event]) -> Vec<u32> {
    let answered = events.iter().filter_map(|event| match event {
        Event::Answered { count, .. } => Some(*count),
        Event::Failed { .. } => Some(u32::MAX),
        _ => None,
    });
    answered.collect()
}

#[test]
fn op28_answers_come_in_the_order_of_the_requests() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    for anchor_ref in [product_id(), "sha256:none".into(), product_id()] {
        pair.query(Query { anchor_ref, ..Query::default() });
    }
    assert_eq!(pair.take(Side::Node).len(), 2, "the one in the middle needs no application");
    assert!(pair.frames(Side::Node).is_empty(), "its refusal waits for its turn");
    pair.answer(Answer { data: records(1), ..Answer::default() });
    pair.answer(Answer { data: records(3), ..Answer::default() });
    assert_eq!(counts(&pair.take(Side::Agent)), [1, u32::MAX, 3]);
    pair.answer(Answer::default());
    pair.check(Side::Node, &[held("", Hold::Unknown)]);
}

#[test]
fn streams_do_not_wait_for_their_turn() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.query(product_query());
    pair.query(streaming(S2));
    pair.query(streaming(S3));
    pair.open(Side::Node, Open { last: true, request_id: S3.into(), ..stream(S1) });
    let opened = pair.take(Side::Agent);
    assert!(matches!(&opened[0], Event::Opened { request_id, .. } if request_id == S3));
    // What is not streamed waits for no stream, and what is refused does not either.
    pair.query(product_query());
    pair.query(Query { anchor_ref: "sha256:none".into(), ..streaming(S1) });
    assert_eq!(pair.errors(Side::Node), ["NCP-ANCHOR-NOT-FOUND"]);
    pair.forget();
    pair.answer(Answer { data: records(1), ..Answer::default() });
    pair.answer(Answer { data: records(2), ..Answer::default() });
    assert_eq!(counts(&pair.take(Side::Agent)), [1, 2]);
    // Only the streaming one is left: records in one frame would be no stream.
    pair.take(Side::Node);
    pair.answer(Answer { data: records(1), ..Answer::default() });
    pair.check(Side::Node, &[held("", Hold::Unknown)]);
    pair.refuse("NWP-QUERY-STREAM-UNSUPPORTED");
    let error = pair.error_frames(Side::Node).pop().expect("it was refused");
    assert_eq!(error.detail("request_id"), Some(S2));
}

#[test]
fn op14_a_streaming_query_without_a_slot() {
    let mut pair = Pair::with_cached_schema(Setup { max_streams: 1, ..Setup::default() });
    pair.open(Side::Agent, stream(S1));
    pair.forget();
    pair.query(streaming(S2));
    pair.check(Side::Node, &[]);
    let error = pair.error_frames(Side::Node).pop().expect("it is refused");
    assert_eq!(error.error, "NCP-STREAM-LIMIT-EXCEEDED");
    assert_eq!(error.detail("request_id"), Some(S2));
    // T02: the slot is gone by the time the stream is to open.
    let mut pair = Pair::with_cached_schema(Setup { max_streams: 1, ..Setup::default() });
    pair.query(streaming(S2));
    pair.open(Side::Agent, stream(S1));
    pair.forget();
    pair.open(Side::Node, Open { request_id: S2.into(), ..stream(S3) });
    pair.check(Side::Node, &[held(S3, Hold::Streams)]);
    assert_eq!(pair.errors(Side::Node), ["NCP-STREAM-LIMIT-EXCEEDED"]);
}

#[test]
fn op27_an_answer_that_is_too_long_comes_as_a_stream() {
    for request_id in ["", S2] {
        let setup = Setup { max_frame_payload: 1_024, ..Setup::default() };
        let mut pair = Pair::with_cached_schema(setup);
        pair.query(Query { request_id: request_id.into(), ..product_query() });
        pair.answer(Answer { data: records(200), ..Answer::default() });
        let frames = pair.frames(Side::Node);
        let data: Vec<Value> = frames
            .iter()
            .flat_map(|frame| match frame {
                Frame::Stream(stream) => stream.data.clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(data, records(200));
        let events = pair.take(Side::Agent);
        assert!(matches!(
            &events[0],
            Event::Opened { request_id: id, anchor_ref, .. }
                if id == request_id && *anchor_ref == product_id()
        ));
        let last = events.last();
        assert!(matches!(last, Some(Event::Ended { outcome: StreamEnd::Complete, .. })));
        // The query is answered: the next answer belongs to the next one.
        pair.query(Query { anchor_ref: "sha256:none".into(), ..Query::default() });
        assert_eq!(pair.errors(Side::Node), ["NCP-ANCHOR-NOT-FOUND"]);
    }
}

#[test]
fn a_request_that_breaks_a_rule_is_not_sent() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    let with = |json| value(json);
    for command in [
        Command::Query(Query::default()),
        Command::Query(Query { with: with(r#"{"limit":1001}"#), ..product_query() }),
        Command::Query(Query { with: with(r#"{"filter":{"$nor":[]}}"#), ..product_query() }),
        Command::Query(Query { with: Value::Nil, ..product_query() }),
        Command::Action(Action { action_id: String::new(), ..Action::default() }),
    ] {
        pair.agent(command.clone());
        assert_eq!(pair.take(Side::Agent), [held("", Hold::Malformed)], "{command:?}");
    }
    pair.subscribe(Subscribe { stream_id: "x".into(), ..Subscribe::default() });
    pair.check(Side::Agent, &[held("x", Hold::Malformed)]);
    assert!(pair.sent.is_empty());
    let long = Query {
        with: with(&format!(r#"{{"nonce":"{}"}}"#, "x".repeat(70_000))),
        ..product_query()
    };
    pair.query(long);
    pair.check(Side::Agent, &[held("", Hold::Limit)]);
}

#[test]
fn further_members_are_sent_as_they_are() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    let with = value(r#"{"limit":5,"x_unknown":[1,{"y":null}]}"#);
    pair.agent(Command::Query(Query { with, ..product_query() }));
    let (_, _, bytes) = &pair.sent[0];
    let decoded = wireproof_wire::ncp::tier::decode(Tier::Msgpack, &bytes[4..]);
    let members = decoded.expect("it is a map");
    assert_eq!(members.get("frame"), Some(&Value::Uint(0x10)));
    assert_eq!(members.get("x_unknown"), Some(&value(r#"[1,{"y":null}]"#)));
    pair.drive();
    assert_eq!(pair.take(Side::Node).len(), 1);
    pair.answer(Answer {
        data: records(1),
        with: value(r#"{"next_cursor":"YQ","token_est":9}"#),
        ..Answer::default()
    });
    let frames = pair.frames(Side::Node);
    let [Frame::Caps(caps)] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!((caps.next_cursor.as_deref(), caps.token_est), (Some("YQ"), Some(9)));
}

#[test]
fn faults_of_requests_are_answered_with_their_code() {
    let deep =
        (0..9).fold(String::from(r#"{"a":1}"#), |inner, _| format!(r#"{{"$and":[{inner}]}}"#));
    let query = |rest: &str| format!(r#"{{"anchor_ref":"{}",{rest}}}"#, product_id());
    for (kind, members, code) in [
        (FrameType::Query, query(&format!(r#""filter":{deep}"#)), "NWP-QUERY-FILTER-INVALID"),
        (FrameType::Query, "{}".into(), "NPS-CLIENT-BAD-FRAME"),
        (FrameType::Action, "{}".into(), "NPS-CLIENT-BAD-FRAME"),
        (
            FrameType::Action,
            r#"{"action_id":"a.b","callback_url":"http://x"}"#.into(),
            "NPS-CLIENT-BAD-FRAME",
        ),
    ] {
        let mut pair = Pair::with_cached_schema(Setup::default());
        pair.inject_frame(Side::Node, kind, &members);
        assert_eq!(pair.errors(Side::Node), [code], "{members}");
        pair.check(Side::Node, &[]);
    }
}

#[test]
fn a_refusal_has_a_registered_code() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.refuse("NWP-TASK-NOT-FOUND");
    pair.check(Side::Node, &[held("", Hold::Unknown)]);
    pair.query(product_query());
    pair.take(Side::Node);
    pair.refuse("NWP-WHATEVER");
    pair.check(Side::Node, &[held("", Hold::Malformed)]);
    let message = String::from("later");
    let error = String::from("NWP-RATE-LIMIT-EXCEEDED");
    pair.node(Command::Refuse(Refuse { conn: CONN, error, message: message.clone() }));
    let sent = pair.error_frames(Side::Node).pop().expect("it was refused");
    assert_eq!((sent.status.as_str(), sent.message), ("NPS-LIMIT-RATE", Some(message)));
}

#[test]
fn op60_unsubscribing_stops_a_streaming_query() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.query(streaming(S2));
    pair.open(Side::Node, Open { request_id: S2.into(), ..stream(S1) });
    pair.forget();
    pair.subscribe(unsubscribe(S2));
    let frames = pair.frames(Side::Node);
    let [Frame::Stream(last)] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!(last.error_code.as_deref(), Some("NWP-SUBSCRIBE-INTERRUPTED"));
    assert!(last.is_last && last.stream_id == S1);
    // Once more: it was in use, so nobody is told that it never was.
    pair.forget();
    pair.subscribe(unsubscribe(S2));
    assert!(pair.frames(Side::Node).is_empty());
}

#[test]
fn op60_unsubscribing_before_the_answer() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.query(streaming(S2));
    pair.subscribe(unsubscribe(S2));
    let error = pair.error_frames(Side::Node).pop().expect("the query ends");
    assert_eq!(error.error, "NWP-SUBSCRIBE-INTERRUPTED");
    assert_eq!(error.detail("request_id"), Some(S2));
    pair.take(Side::Node);
    pair.open(Side::Node, Open { request_id: S2.into(), ..stream(S1) });
    pair.check(Side::Node, &[held(S1, Hold::Unknown)]);
}

#[test]
fn op60_what_was_never_in_use() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    let ping = Subscribe { action: "ping".into(), ..unsubscribe(S1) };
    pair.subscribe(ping);
    assert!(pair.frames(Side::Node).is_empty());
    pair.subscribe(unsubscribe(S1));
    let error = pair.error_frames(Side::Node).pop().expect("it is refused");
    assert_eq!(error.error, "NWP-SUBSCRIBE-STREAM-NOT-FOUND");
    assert_eq!(error.detail("stream_id"), Some(S1));
    pair.check(Side::Node, &[]);
}

#[test]
fn a_node_that_echoes_needs_no_application() {
    let mut pair = Pair::with_cached_schema(Setup { echo: true, ..Setup::default() });
    pair.query(product_query());
    pair.query(streaming(S2));
    pair.agent(Command::Action(Action::default()));
    pair.subscribe(Subscribe {
        stream_id: S3.into(),
        anchor_ref: product_id(),
        ..Subscribe::default()
    });
    assert_eq!(pair.names(Side::Node), ["CAPS", "STREAM", "CAPS", "CAPS"]);
    let asked = pair.take(Side::Node);
    let asked = asked.iter().filter(|event| matches!(event, Event::Requested { .. }));
    assert_eq!(asked.count(), 4);
    let events = pair.take(Side::Agent);
    assert_eq!(counts(&events), [1, 0, 1]);
    assert!(events.iter().all(|event| !matches!(event, Event::Answered { read: false, .. })));
    // Without a schema an action cannot be answered.
    let mut bare = Pair::ready(Setup { echo: true, ..Setup::default() });
    bare.agent(Command::Action(Action::default()));
    bare.drive();
    assert_eq!(bare.errors(Side::Node), ["NWP-ACTION-NOT-FOUND"]);
}
