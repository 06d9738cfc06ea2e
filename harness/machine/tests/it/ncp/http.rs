//! HTTP mode: requests and responses of an Agent and a Node (NCP §2.2, reference 6.4, 6.5, 9.1;
//! `OP-38`, `OP-49`, `OP-50`).

use super::fixture::{
    CONN, Pair, S1, S2, Side, product, product_id, product_query, raw, record, records, stream,
};
use wireproof_base::{Carrier, StreamId};
use wireproof_wire::ncp::command::{
    Action, Answer, Fetched, Open, Publish, Query, Setup, Subscribe, Target, Tier,
};
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::http::{Message, Refusal, Start, content, header};
use wireproof_wire::ncp::{Command, Event, digest};

/// Connected in HTTP mode; both sides know the product schema.
fn ready() -> Pair {
    let agent_id = String::from("urn:nps:agent:example.com:a1");
    let mut pair = Pair::new(Setup { agent_id, ..Setup::default() }, Setup::default());
    pair.connect(Carrier::Exchange);
    pair.node(Command::Publish(Publish { schema: product(), ..Publish::default() }));
    pair.agent(Command::Fetched(Fetched { schema: product(), ..Fetched::default() }));
    assert!(matches!(pair.take(Side::Agent)[..], [Event::Anchored { .. }]));
    pair.check(Side::Node, &[]);
    assert!(pair.sent.is_empty(), "nothing is said before a request");
    pair
}

fn sent(pair: &Pair, side: Side) -> Vec<(StreamId, Message)> {
    let own = pair.sent.iter().filter(|(by, ..)| *by == side);
    own.map(|(_, stream, bytes)| (*stream, Message::read(bytes).expect("it is whole"))).collect()
}

fn only(pair: &Pair, side: Side) -> Message {
    let [(_, message)] = &sent(pair, side)[..] else { panic!("one message of {side:?}") };
    message.clone()
}

fn status(message: &Message) -> u16 {
    let Start::Response { status } = message.start else { panic!("{message:?}") };
    status
}

/// A request with a frame, as a tester would post it.
fn post(target: &str, body: Vec<u8>) -> Vec<u8> {
    let message =
        Message::request("POST", target).with(header::CONTENT_TYPE, content::FRAME).carrying(body);
    bytes(&message)
}

fn bytes(message: &Message) -> Vec<u8> {
    let mut out = Vec::new();
    message.write(&mut out);
    out
}

fn query_body() -> Vec<u8> {
    raw(FrameType::Query, Tier::Msgpack, &format!(r#"{{"anchor_ref":"{}"}}"#, product_id()))
}

fn requested(stream: bool, id: &str) -> Event {
    Event::Requested {
        conn: CONN,
        frame: "QUERY".into(),
        anchor_ref: product_id(),
        stream,
        request_id: id.into(),
    }
}

fn answered(count: u64) -> Event {
    Event::Answered {
        conn: CONN,
        anchor_ref: product_id(),
        count: count as u32,
        digest: digest::records(&records(count)),
        read: true,
    }
}

fn failed(code: &str) -> Event {
    Event::Failed {
        conn: CONN,
        status: code.into(),
        error: code.into(),
        stream_id: String::new(),
        anchor_ref: String::new(),
    }
}

fn held(why: Hold) -> Event {
    Event::Blocked { conn: CONN, stream_id: String::new(), why }
}

#[test]
fn a_query_is_posted_and_answered_with_a_capsule() {
    let mut pair = ready();
    pair.query(Query { request_id: S1.into(), ..product_query() });
    let request = only(&pair, Side::Agent);
    let start = Start::Request { method: "POST".into(), target: "/orders/query".into() };
    assert_eq!(request.start, start);
    assert_eq!(request.header("content-type"), Some("application/nwp-frame"));
    assert_eq!(request.header("x-nwp-encoding"), Some("msgpack"));
    assert_eq!(request.header("x-nwp-agent"), Some("urn:nps:agent:example.com:a1"));
    assert_eq!(request.header("x-nwp-request-id"), Some(S1));
    // QueryFrame in Tier-2 with FINAL: header and payload as on a native connection.
    assert_eq!(request.body[..2], [0x10, 0x05]);
    pair.check(Side::Node, &[requested(false, S1)]);
    pair.answer(Answer { data: records(2), ..Answer::default() });
    let response = only(&pair, Side::Node);
    assert_eq!(status(&response), 200);
    assert_eq!(response.header("content-type"), Some("application/nwp-capsule"));
    assert_eq!(response.header("x-nwp-schema"), Some(product_id().as_str()));
    assert_eq!(response.header("x-nwp-request-id"), Some(S1));
    assert_eq!(response.body[..2], [0x04, 0x05]);
    pair.check(Side::Agent, &[answered(2)]);
}

#[test]
fn errors_have_a_body_and_the_status_of_the_table() {
    for (code, http) in [
        ("NWP-QUERY-FILTER-INVALID", 400),
        ("NWP-AUTH-NID-SCOPE-VIOLATION", 403),
        ("NWP-BUDGET-EXCEEDED", 429),
        ("NWP-NODE-UNAVAILABLE", 503),
    ] {
        let mut pair = ready();
        pair.query(product_query());
        pair.refuse(code);
        let response = only(&pair, Side::Node);
        assert_eq!(status(&response), http, "{code}");
        let refusal = Refusal::read(&response).expect("it is an error");
        assert_eq!(refusal.error.error, code);
        let events = pair.take(Side::Agent);
        assert!(
            matches!(&events[..], [Event::Failed { error, .. }] if error == code),
            "{events:?}"
        );
    }
}

#[test]
fn an_unknown_schema_is_not_found() {
    let mut pair = ready();
    let unknown = format!("sha256:{}", "0".repeat(64));
    pair.query(Query { anchor_ref: unknown.clone(), ..Query::default() });
    assert_eq!(status(&only(&pair, Side::Node)), 404);
    let failed = Event::Failed {
        conn: CONN,
        status: "NPS-CLIENT-NOT-FOUND".into(),
        error: "NCP-ANCHOR-NOT-FOUND".into(),
        stream_id: String::new(),
        anchor_ref: unknown,
    };
    pair.check(Side::Agent, &[failed]);
    pair.check(Side::Node, &[]);
}

#[test]
fn a_stream_travels_in_one_body() {
    let mut pair = ready();
    let query = Query { stream: Some(true), request_id: S1.into(), ..product_query() };
    pair.query(query);
    let Start::Request { target, .. } = only(&pair, Side::Agent).start else { panic!() };
    assert_eq!(target, "/orders/stream");
    pair.check(Side::Node, &[requested(true, S1)]);
    pair.open(Side::Node, Open { request_id: S1.into(), ..stream(S2) });
    assert!(sent(&pair, Side::Node).is_empty(), "the stream has not ended");
    let chunk = wireproof_wire::ncp::command::Chunk {
        stream_id: S2.into(),
        data: vec![record(2)],
        last: true,
    };
    pair.node(Command::Chunk(chunk));
    pair.drive();
    assert_eq!(status(&only(&pair, Side::Node)), 200);
    let events = pair.take(Side::Agent);
    let names: Vec<&str> = events.iter().map(Event::name).collect();
    assert_eq!(names, ["opened", "chunk", "chunk", "ended"]);
    assert!(matches!(&events[3], Event::Ended { outcome: StreamEnd::Complete, .. }));
}

#[test]
fn responses_find_their_requests_in_any_order() {
    let mut pair = ready();
    pair.query(Query { stream: Some(true), request_id: S1.into(), ..product_query() });
    pair.query(product_query());
    pair.take(Side::Node);
    pair.answer(Answer { data: records(1), ..Answer::default() });
    pair.check(Side::Agent, &[answered(1)]);
    pair.open(Side::Node, Open { request_id: S1.into(), last: true, ..stream(S2) });
    let streams: Vec<StreamId> = sent(&pair, Side::Node).into_iter().map(|(at, _)| at).collect();
    assert_eq!(streams, [StreamId(3), StreamId(1)]);
    assert_eq!(pair.take(Side::Agent).len(), 3);
}

#[test]
fn a_repeated_request_is_answered_again_and_heard_once() {
    let mut pair = ready();
    pair.query(product_query());
    let request = pair.sent[0].2.clone();
    pair.answer(Answer { data: records(1), ..Answer::default() });
    pair.inject_on(Side::Node, StreamId(1), &request);
    pair.check(Side::Node, &[requested(false, ""), requested(false, "")]);
    pair.answer(Answer { data: records(1), ..Answer::default() });
    assert_eq!(sent(&pair, Side::Node).len(), 2);
    pair.check(Side::Agent, &[answered(1)]);
}

#[test]
fn a_lost_response_is_given_up_in_time() {
    let mut pair = ready();
    pair.agent(Command::Query(product_query()));
    pair.lose_everything();
    pair.step(5_000);
    pair.check(Side::Agent, &[]);
    pair.step(1);
    pair.check(Side::Agent, &[failed("NPS-SERVER-TIMEOUT")]);
    assert_eq!(pair.wakes(), [None, None]);
    assert!(pair.is_alive(0));
    pair.query(product_query());
    pair.answer(Answer { data: records(1), ..Answer::default() });
    pair.check(Side::Agent, &[answered(1)]);
}

#[test]
fn what_was_cut_short_is_refused_by_either_side() {
    let request = post("/orders/query", query_body());
    for len in 1..request.len() {
        let mut pair = ready();
        pair.inject_on(Side::Node, StreamId(1), &request[..len]);
        assert_eq!(status(&only(&pair, Side::Node)), 400, "{len}");
        pair.check(Side::Node, &[]);
    }
    let mut pair = ready();
    pair.query(product_query());
    pair.node(Command::Answer(Answer { data: records(1), ..Answer::default() }));
    let response = pair.sent[1].2.clone();
    pair.lose_everything();
    pair.inject_on(Side::Agent, StreamId(1), &response[..response.len() - 1]);
    pair.check(Side::Agent, &[failed("NPS-CLIENT-BAD-FRAME")]);
}

#[test]
fn requests_that_do_not_fit_are_refused() {
    let hello = r#"{"nps_version":"0.4","supported_encodings":["json"],
        "supported_protocols":["ncp"]}"#;
    let hello = raw(FrameType::Hello, Tier::Json, hello);
    let two = [query_body(), query_body()].concat();
    let untyped = bytes(&Message::request("POST", "/orders/query").carrying(query_body()));
    for (request, http) in [
        (post("/orders/query", hello), 400),
        (post("/orders/query", two), 400),
        (post("/orders/query", Vec::new()), 400),
        (post("/orders/stream", query_body()), 400),
        (post("/orders/invoke", query_body()), 400),
        (post("/orders/nowhere", query_body()), 404),
        (post("/orders/subscribe", query_body()), 501),
        (post("/orders/.schema", query_body()), 400),
        (bytes(&Message::request("GET", "/orders/query")), 400),
        (untyped, 400),
    ] {
        let mut pair = ready();
        pair.inject_on(Side::Node, StreamId(1), &request);
        let response = only(&pair, Side::Node);
        assert_eq!(status(&response), http, "{}", request.escape_ascii());
        assert!(Refusal::read(&response).is_ok_and(|refusal| refusal.fits(&response)));
        pair.check(Side::Node, &[]);
        assert!(pair.is_alive(0));
    }
}

#[test]
fn a_bare_payload_is_taken_and_answered_in_the_encoding_asked_for() {
    let mut pair = ready();
    let body = format!(r#"{{"frame":"0x10","anchor_ref":"{}"}}"#, product_id());
    let request = Message::request("POST", "/nwp/orders/query")
        .with(header::CONTENT_TYPE, content::FRAME)
        .with(header::ENCODING, "json")
        .carrying(body.into_bytes());
    pair.inject_on(Side::Node, StreamId(1), &bytes(&request));
    pair.check(Side::Node, &[requested(false, "")]);
    pair.answer(Answer { data: records(1), ..Answer::default() });
    // CapsFrame in Tier-1 with FINAL.
    assert_eq!(only(&pair, Side::Node).body[..2], [0x04, 0x04]);
}

#[test]
fn the_schema_can_be_fetched() {
    let mut pair = ready();
    let request = bytes(&Message::request("GET", "/orders/.schema"));
    pair.inject_on(Side::Node, StreamId(1), &request);
    let response = only(&pair, Side::Node);
    assert_eq!((status(&response), response.content_type().as_str()), (200, content::CAPSULE));
    assert_eq!(response.body[..2], [0x01, 0x05]);
    let mut bare = Pair::new(Setup::default(), Setup::default());
    bare.connect(Carrier::Exchange);
    bare.inject_on(Side::Node, StreamId(1), &request);
    assert_eq!(status(&only(&bare, Side::Node)), 404);
}

#[test]
fn nothing_is_sent_that_no_request_carries() {
    let mut pair = ready();
    pair.agent(Command::Hello(Target::default()));
    pair.agent(Command::Subscribe(Subscribe { stream_id: S1.into(), ..Subscribe::default() }));
    pair.agent(Command::Open(stream(S1)));
    pair.check(Side::Agent, &[held(Hold::State), held(Hold::State), held(Hold::State)]);
    pair.node(Command::Answer(Answer::default()));
    pair.node(Command::Open(stream(S1)));
    pair.push_schema(&product_id(), None);
    pair.check(Side::Node, &[held(Hold::Unknown), held(Hold::Unknown), held(Hold::State)]);
    assert!(pair.sent.is_empty());
}

#[test]
fn a_stream_ends_with_the_connection() {
    let mut pair = ready();
    pair.query(Query { stream: Some(true), request_id: S1.into(), ..product_query() });
    pair.open(Side::Node, Open { request_id: S1.into(), ..stream(S2) });
    pair.forget();
    pair.kill(0);
    let names: Vec<&str> = pair.take(Side::Node).iter().map(Event::name).collect();
    assert_eq!(names, ["ended", "down"]);
    pair.check(Side::Agent, &[Event::Down { conn: CONN, error: String::new() }]);
}

#[test]
fn an_action_is_invoked() {
    let mut pair = ready();
    pair.agent(Command::Action(Action::default()));
    pair.drive();
    let Start::Request { target, .. } = only(&pair, Side::Agent).start else { panic!() };
    assert_eq!(target, "/orders/invoke");
    pair.answer(Answer { anchor_ref: product_id(), data: records(1), ..Answer::default() });
    pair.check(Side::Agent, &[answered(1)]);
}
