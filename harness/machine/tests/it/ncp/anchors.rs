//! Schemas at the Node and at the Agent row by row (reference 8.7, 8.8; `OP-20`, `OP-33` to
//! `OP-36`, `OP-58`).

use super::fixture::{
    CONN, Pair, S1, Side, product, product_id, product_query, records, stock, stock_id, stream,
    value,
};
use wireproof_wire::ncp::command::{
    Answer, Fetched, Open, Publish, Query, Setup, Subscribe, Withdraw,
};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Command, Event, Value, digest};

fn anchored(anchor_ref: String, ttl: u32) -> Event {
    Event::Anchored { conn: CONN, anchor_ref, ttl }
}

fn forgotten(anchor_ref: String) -> Event {
    Event::Forgotten { conn: CONN, anchor_ref }
}

fn held(why: Hold) -> Event {
    Event::Blocked { conn: CONN, stream_id: String::new(), why }
}

fn read(events: &[Event]) -> Option<bool> {
    events.iter().find_map(|event| match event {
        Event::Answered { read, .. } => Some(*read),
        _ => None,
    })
}

/// An AnchorFrame as JSON.
fn anchor(id: &str, schema: &str, ttl: u32) -> String {
    format!(r#"{{"anchor_id":"{id}","schema":{schema},"ttl":{ttl}}}"#)
}

const PRODUCT: &str = r#"{"fields":[
    {"name":"id","type":"uint64","semantic":"entity.id"},
    {"name":"name","type":"string","semantic":"entity.label"},
    {"name":"price","type":"decimal","semantic":"commerce.price.usd"},
    {"name":"stock","type":"uint64","semantic":"commerce.inventory.count"}]}"#;

/// The product schema is replaced by the other one.
fn replaced() -> Pair {
    let mut pair = Pair::with_cached_schema(Setup::default());
    let successor =
        Publish { schema: stock(), replaces: product_id(), ttl: 60, ..Publish::default() };
    pair.node(Command::Publish(successor));
    pair.check(Side::Node, &[]);
    pair
}

fn stock_record() -> Value {
    value(r#"{"id":1,"stock":2}"#)
}

#[test]
fn n02_n03_publishing_again() {
    let mut pair = Pair::with_schema(Setup::default());
    pair.node(Command::Publish(Publish { schema: product(), ..Publish::default() }));
    pair.check(Side::Node, &[]);
    let other = Publish { schema: stock(), anchor_id: product_id(), ..Publish::default() };
    pair.node(Command::Publish(other));
    pair.check(Side::Node, &[held(Hold::Anchor)]);
    pair.node(Command::Publish(Publish { schema: value("{}"), ..Publish::default() }));
    pair.check(Side::Node, &[held(Hold::Malformed)]);
}

#[test]
fn n06_a_successor_answers_and_travels_along() {
    let mut pair = replaced();
    pair.query(product_query());
    pair.answer(Answer { data: vec![stock_record()], ..Answer::default() });
    let frames = pair.frames(Side::Node);
    let [Frame::Caps(caps)] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!(caps.anchor_ref, stock_id());
    let inline = caps.inline_anchor.as_ref().expect("it travels along");
    assert_eq!((&inline.anchor_id, &inline.schema), (&stock_id(), &stock()));
    // A09: in, out, and read at once.
    pair.check(
        Side::Agent,
        &[
            anchored(stock_id(), 60),
            forgotten(product_id()),
            Event::Answered {
                conn: CONN,
                anchor_ref: stock_id(),
                count: 1,
                digest: digest::records(&[stock_record()]),
                read: true,
            },
        ],
    );
    pair.query(Query { anchor_ref: stock_id(), ..Query::default() });
    pair.answer(Answer { data: vec![stock_record()], ..Answer::default() });
    let events = pair.take(Side::Agent);
    assert_eq!(read(&events), Some(true));
    assert_eq!(events.len(), 1, "the schema is not sent again (NCP-ANCHOR-034)");
}

#[test]
fn n07_a_stale_reference_is_refused_where_no_successor_is_wanted() {
    let mut pair = replaced();
    pair.query(Query { auto_anchor: Some(false), ..product_query() });
    pair.check(Side::Node, &[]);
    let error = pair.error_frames(Side::Node).pop().expect("it is refused");
    assert_eq!(error.error, "NCP-ANCHOR-STALE");
    assert_eq!(error.status, "NPS-CLIENT-CONFLICT");
    assert_eq!(error.detail("anchor_ref"), Some(product_id().as_str()));
    // A11.
    assert_eq!(pair.take(Side::Agent).last(), Some(&forgotten(product_id())));
}

#[test]
fn n08_n09_a_reference_nobody_has() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.node(Command::Withdraw(Withdraw { anchor_ref: product_id() }));
    pair.query(product_query());
    pair.check(Side::Node, &[]);
    let error = pair.error_frames(Side::Node).pop().expect("it is refused");
    assert_eq!(error.error, "NCP-ANCHOR-NOT-FOUND");
    assert_eq!(error.status, "NPS-CLIENT-NOT-FOUND");
    assert_eq!(error.detail("anchor_ref"), Some(product_id().as_str()));
    // A12.
    assert_eq!(pair.take(Side::Agent).last(), Some(&forgotten(product_id())));
    pair.node(Command::Withdraw(Withdraw { anchor_ref: product_id() }));
    pair.check(Side::Node, &[held(Hold::Unknown)]);
}

#[test]
fn op36_where_a_successor_has_no_room_it_goes_ahead() {
    // A stream.
    let mut pair = replaced();
    pair.query(Query { stream: Some(true), request_id: S1.into(), ..product_query() });
    let open = Open {
        anchor_ref: stock_id(),
        data: vec![stock_record()],
        request_id: S1.into(),
        last: true,
        ..stream(S1)
    };
    pair.open(Side::Node, open);
    assert_eq!(pair.names(Side::Node), ["ANCHOR", "STREAM"]);
    assert!(pair.errors(Side::Agent).is_empty());
    // A subscription, which has no auto_anchor.
    let mut pair = replaced();
    pair.subscribe(Subscribe {
        stream_id: S1.into(),
        anchor_ref: product_id(),
        ..Subscribe::default()
    });
    pair.answer(Answer::default());
    assert_eq!(pair.names(Side::Node), ["ANCHOR", "CAPS"]);
    assert_eq!(pair.take(Side::Agent)[0], anchored(stock_id(), 60));
}

#[test]
fn a_node_may_leave_the_successor_out() {
    let mut pair = replaced();
    pair.query(product_query());
    let data = vec![stock_record()];
    pair.answer(Answer { data, inline: Some(false), ..Answer::default() });
    // A08: the answer is complete, and cannot be read.
    assert_eq!(read(&pair.take(Side::Agent)), Some(false));
    pair.agent(Command::Fetched(Fetched { schema: stock(), ..Fetched::default() }));
    pair.check(Side::Agent, &[anchored(stock_id(), 3600)]);
    pair.query(Query { anchor_ref: stock_id(), ..Query::default() });
    pair.answer(Answer { data: vec![stock_record()], ..Answer::default() });
    assert_eq!(read(&pair.take(Side::Agent)), Some(true));
}

#[test]
fn a01_a05_a07_age() {
    let mut pair = Pair::with_schema(Setup::default());
    pair.push_schema(&product_id(), Some(10));
    pair.check(Side::Agent, &[anchored(product_id(), 10)]);
    let ask = |pair: &mut Pair| {
        pair.query(product_query());
        pair.answer(Answer { data: records(1), ..Answer::default() });
        read(&pair.take(Side::Agent))
    };
    pair.step(9_999);
    assert_eq!(ask(&mut pair), Some(true));
    pair.push_schema(&product_id(), Some(10));
    pair.take(Side::Agent);
    pair.step(9_999);
    assert_eq!(ask(&mut pair), Some(true), "A05: restarted");
    pair.step(1);
    assert_eq!(ask(&mut pair), Some(false), "A07: dead at the instant itself");
    // A02, and A05 with ttl 0.
    pair.push_schema(&product_id(), Some(0));
    pair.check(Side::Agent, &[anchored(product_id(), 0)]);
    assert_eq!(ask(&mut pair), Some(false));
    pair.push_schema(&product_id(), None);
    pair.push_schema(&product_id(), Some(0));
    pair.check(
        Side::Agent,
        &[anchored(product_id(), 3600), anchored(product_id(), 0), forgotten(product_id())],
    );
}

#[test]
fn a02_an_inline_schema_without_time_serves_its_answer() {
    let mut pair = Pair::with_schema(Setup::default());
    pair.query(product_query());
    let caps = format!(
        r#"{{"anchor_ref":"{id}","count":1,"data":[{{"id":1,"name":"a","price":1,"stock":2}}],
            "inline_anchor":{anchor}}}"#,
        id = product_id(),
        anchor = anchor(&product_id(), PRODUCT, 0)
    );
    pair.inject_frame(Side::Agent, FrameType::Caps, &caps);
    assert_eq!(read(&pair.take(Side::Agent)), Some(true));
    pair.query(product_query());
    let bare = format!(
        r#"{{"anchor_ref":"{}","count":1,"data":[{{"id":1,"name":"a","price":1,"stock":2}}]}}"#,
        product_id()
    );
    pair.inject_frame(Side::Agent, FrameType::Caps, &bare);
    assert_eq!(read(&pair.take(Side::Agent)), Some(false));
}

#[test]
fn a03_a06_a_poisoned_schema_ends_the_connection() {
    for cached in [false, true] {
        let mut pair = match cached {
            false => Pair::with_schema(Setup::default()),
            true => Pair::with_cached_schema(Setup::default()),
        };
        let poison = anchor(&product_id(), r#"{"fields":[{"name":"a","type":"bool"}]}"#, 60);
        pair.inject_frame(Side::Agent, FrameType::Anchor, &poison);
        let error = pair.error_frames(Side::Agent).pop().expect("it is refused");
        assert_eq!(error.error, "NCP-ANCHOR-ID-MISMATCH");
        assert_eq!(error.status, "NPS-CLIENT-CONFLICT");
        assert_eq!(error.detail("anchor_ref"), Some(product_id().as_str()));
        let down = Event::Down { conn: CONN, error: "NCP-ANCHOR-ID-MISMATCH".into() };
        pair.check(Side::Agent, &[down]);
        assert!(!pair.is_alive(0));
    }
}

#[test]
fn a04_a_malformed_schema_is_refused() {
    let id = product_id();
    for members in [
        anchor(&id, "[]", 60),
        anchor(&id, "{}", 60),
        anchor(&id, r#"{"fields":[{"name":"a"}]}"#, 60),
        anchor(&id, r#"{"fields":[{"name":"a","type":"float"}]}"#, 60),
        anchor(&id, r#"{"fields":[{"name":"a","type":"bool","semantic":"a"}]}"#, 60),
        anchor("sha256:a3f9b2c1", PRODUCT, 60),
    ] {
        let mut pair = Pair::with_cached_schema(Setup::default());
        pair.inject_frame(Side::Agent, FrameType::Anchor, &members);
        assert_eq!(pair.errors(Side::Agent), ["NCP-ANCHOR-SCHEMA-INVALID"], "{members}");
        pair.check(Side::Agent, &[]);
        assert!(pair.is_alive(0));
    }
}

#[test]
fn a10_an_answer_with_a_wrong_schema_is_rejected() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    let caps = |reference: &str, anchor: &str| {
        format!(r#"{{"anchor_ref":"{reference}","count":0,"data":[],"inline_anchor":{anchor}}}"#)
    };
    let wrong = anchor(&stock_id(), r#"{"fields":[{"name":"a","type":"bool"}]}"#, 60);
    pair.query(product_query());
    pair.inject_frame(Side::Agent, FrameType::Caps, &caps(&stock_id(), &wrong));
    assert_eq!(pair.errors(Side::Agent), ["NCP-ANCHOR-ID-MISMATCH"]);
    pair.check(Side::Agent, &[]);
    pair.forget();
    // OP-35: the reference has to be that of the schema.
    let stock = r#"{"fields":[{"name":"id","type":"uint64"},{"name":"stock","type":"uint64"}]}"#;
    let right = anchor(&stock_id(), stock, 60);
    pair.inject_frame(Side::Agent, FrameType::Caps, &caps(&product_id(), &right));
    assert_eq!(pair.errors(Side::Agent), ["NPS-CLIENT-BAD-FRAME"]);
    pair.check(Side::Agent, &[]);
    pair.lose_everything();
    // The cache is as it was.
    pair.query(product_query());
    pair.take(Side::Node);
    let bare = format!(
        r#"{{"anchor_ref":"{}","count":1,"data":[{{"id":1,"name":"a","price":1,"stock":2}}]}}"#,
        product_id()
    );
    pair.inject_frame(Side::Agent, FrameType::Caps, &bare);
    assert_eq!(read(&pair.take(Side::Agent)), Some(true));
}

#[test]
fn a13_the_least_recently_used_goes() {
    let mut pair = Pair::with_schema(Setup { max_anchors: 1, ..Setup::default() });
    pair.node(Command::Publish(Publish { schema: stock(), ..Publish::default() }));
    pair.push_schema(&product_id(), None);
    pair.push_schema(&stock_id(), None);
    pair.check(
        Side::Agent,
        &[anchored(product_id(), 3600), anchored(stock_id(), 3600), forgotten(product_id())],
    );
}

#[test]
fn a14_schemas_belong_to_their_connection() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.kill(0);
    pair.connect(wireproof_base::Carrier::Stream);
    pair.hello(1);
    let conn = wireproof_base::ConnId(1);
    pair.query(Query { conn, ..product_query() });
    pair.answer(Answer { conn, data: records(1), ..Answer::default() });
    assert_eq!(read(&pair.take(Side::Agent)), Some(false));
}

#[test]
fn a_fetched_schema_is_checked_like_any_other() {
    let mut pair = Pair::with_schema(Setup::default());
    for (fetched, why) in [
        (Fetched { schema: stock(), anchor_id: product_id(), ..Fetched::default() }, Hold::Anchor),
        (Fetched { schema: value("{}"), ..Fetched::default() }, Hold::Malformed),
    ] {
        pair.agent(Command::Fetched(fetched));
        pair.check(Side::Agent, &[held(why)]);
    }
    assert!(pair.sent.is_empty());
}

#[test]
fn op48_strange_answers_are_handed_up_and_noted() {
    for (record, what, readable) in [
        (r#"{"id":1,"name":"a","price":1,"stock":2,"more":3}"#, "unknown_members", true),
        (r#"{"id":1,"name":"a","price":1}"#, "misfit", false),
    ] {
        let mut pair = Pair::with_cached_schema(Setup::default());
        pair.query(product_query());
        let id = product_id();
        let caps = format!(r#"{{"anchor_ref":"{id}","count":1,"data":[{record}]}}"#);
        pair.inject_frame(Side::Agent, FrameType::Caps, &caps);
        let events = pair.take(Side::Agent);
        assert_eq!(events[0], Event::Noticed { conn: CONN, what: what.into() });
        assert_eq!(read(&events), Some(readable));
    }
}

#[test]
fn records_that_do_not_fit_are_not_sent() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.query(product_query());
    pair.take(Side::Node);
    let missing = value(r#"{"id":1,"name":"a","price":1}"#);
    pair.answer(Answer { data: vec![missing.clone()], ..Answer::default() });
    pair.check(Side::Node, &[held(Hold::Malformed)]);
    pair.answer(Answer { anchor_ref: stock_id(), ..Answer::default() });
    pair.check(Side::Node, &[held(Hold::Anchor)]);
    pair.answer(Answer { data: records(1), ..Answer::default() });
    assert_eq!(read(&pair.take(Side::Agent)), Some(true));
    // OP-48: a projection asks for less.
    pair.query(Query { fields: vec!["id".into()], ..product_query() });
    pair.answer(Answer { data: vec![missing], ..Answer::default() });
    assert_eq!(read(&pair.take(Side::Agent)), Some(true));
}
