//! Which request an answer belongs to where nothing says so (`OP-14`, `OP-27`, `OP-28`).

use super::fixture::{Pair, Side, product, product_query, records, stock_id, value};
use wireproof_wire::ncp::command::{Answer, Fetched, Query, Setup};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Command, Event};

/// Asks for the field `id` of a product, and tells whether an answer with it alone can be read.
fn asks_for_ids(pair: &mut Pair) -> Option<bool> {
    pair.take(Side::Agent);
    pair.query(Query { fields: vec!["id".into()], ..product_query() });
    pair.answer(Answer { data: vec![value(r#"{"id":1}"#)], ..Answer::default() });
    was_read(pair)
}

fn was_read(pair: &mut Pair) -> Option<bool> {
    pair.take(Side::Agent).into_iter().find_map(|event| match event {
        Event::Answered { read, .. } => Some(read),
        _ => None,
    })
}

#[test]
fn op28_a_refusal_that_names_a_reference_is_that_of_its_query() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.query(Query { stream: Some(true), ..product_query() });
    pair.query(Query { anchor_ref: stock_id(), ..Query::default() });
    assert_eq!(pair.errors(Side::Node), ["NCP-ANCHOR-NOT-FOUND"], "no stream holds it up");
    assert_eq!(asks_for_ids(&mut pair), Some(true), "it is the answer to the last query");
}

#[test]
fn op14_a_refusal_for_want_of_a_slot_is_that_of_a_streaming_query() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.query(Query { fields: vec!["id".into()], ..product_query() });
    pair.query(Query { stream: Some(true), ..product_query() });
    // A Node that does not wait for the answer to the first.
    let refusal = r#"{"status":"NPS-STREAM-LIMIT","error":"NCP-STREAM-LIMIT-EXCEEDED"}"#;
    pair.inject_frame(Side::Agent, FrameType::Error, refusal);
    pair.answer(Answer { data: vec![value(r#"{"id":1}"#)], ..Answer::default() });
    assert_eq!(was_read(&mut pair), Some(true), "the first query is not the one refused");
}

#[test]
fn op27_a_query_whose_stream_is_turned_away_is_answered() {
    let mut pair = Pair::with_schema(Setup { max_frame_payload: 1_024, ..Setup::default() });
    pair.query(product_query());
    pair.answer(Answer { data: records(200), ..Answer::default() });
    assert_eq!(pair.errors(Side::Agent)[0], "NCP-ANCHOR-NOT-FOUND");
    pair.agent(Command::Fetched(Fetched { schema: product(), ..Fetched::default() }));
    assert_eq!(asks_for_ids(&mut pair), Some(true), "it is the answer to the last query");
}
