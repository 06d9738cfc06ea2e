//! The first connection, a query, an action, a stream.

use super::fixture::{
    CONN, Pair, S1, S2, Side, product_id, product_query, record, records, stream,
};
use wireproof_base::Carrier;
use wireproof_wire::ncp::command::{
    Abort, Action, Answer, Chunk, Command, Query, Setup, Target, Tier, Window,
};
use wireproof_wire::ncp::event::StreamEnd;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::{Event, digest};

fn ready(encoding: Tier) -> Event {
    Event::Ready {
        conn: CONN,
        version: "0.4".into(),
        encoding,
        max_frame_payload: 65_535,
        max_streams: 32,
        ext: false,
        algorithm: String::new(),
    }
}

fn chunk(id: &str, seq: u32, data: &[wireproof_wire::ncp::Value]) -> Event {
    Event::Chunk {
        conn: CONN,
        stream_id: id.into(),
        seq,
        count: data.len() as u32,
        digest: digest::records(data),
    }
}

fn ended(id: &str, outcome: StreamEnd, error: &str) -> Event {
    Event::Ended { conn: CONN, stream_id: id.into(), outcome, error: error.into() }
}

#[test]
fn a_connection_begins_with_hello_and_caps_wherever_bytes_are_cut() {
    for bytewise in [false, true] {
        let mut pair = Pair::new(Setup::default(), Setup::default());
        pair.bytewise = bytewise;
        pair.connect(Carrier::Stream);
        assert!(pair.sent.is_empty());
        pair.hello(0);
        assert_eq!(pair.names(Side::Agent), ["HELLO"]);
        assert_eq!(pair.names(Side::Node), ["CAPS"]);
        // OP-06: both go in Tier-1.
        assert!(pair.sent.iter().all(|(_, _, bytes)| bytes[1] == 0x04));
        for side in [Side::Agent, Side::Node] {
            pair.check(side, &[ready(Tier::Msgpack)]);
        }
        assert_eq!(pair.wakes(), [None, None], "C02 stops the timers");
    }
}

#[test]
fn a_query_is_answered_under_its_schema() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.query(product_query());
    pair.check(
        Side::Node,
        &[Event::Requested {
            conn: CONN,
            frame: "QUERY".into(),
            anchor_ref: product_id(),
            stream: false,
            request_id: String::new(),
        }],
    );
    pair.answer(Answer { data: records(2), ..Answer::default() });
    pair.check(
        Side::Agent,
        &[Event::Answered {
            conn: CONN,
            anchor_ref: product_id(),
            count: 2,
            digest: digest::records(&records(2)),
            read: true,
        }],
    );
    assert!(pair.sent.iter().all(|(_, _, bytes)| bytes[1] == 0x05), "in the agreed encoding");
}

#[test]
fn an_action_is_answered_or_refused() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.agent(Command::Action(Action { request_id: S1.into(), ..Action::default() }));
    pair.drive();
    pair.check(
        Side::Node,
        &[Event::Requested {
            conn: CONN,
            frame: "ACTION".into(),
            anchor_ref: String::new(),
            stream: false,
            request_id: S1.into(),
        }],
    );
    pair.refuse("NWP-ACTION-NOT-FOUND");
    pair.check(
        Side::Agent,
        &[Event::Failed {
            conn: CONN,
            status: "NPS-CLIENT-NOT-FOUND".into(),
            error: "NWP-ACTION-NOT-FOUND".into(),
            stream_id: String::new(),
            anchor_ref: String::new(),
        }],
    );
}

#[test]
fn a_stream_goes_from_its_first_chunk_to_its_last() {
    for side in [Side::Node, Side::Agent] {
        let (mut pair, other) = (Pair::with_cached_schema(Setup::default()), other(side));
        pair.open(side, stream(S1));
        pair.command(side, chunk_of(S1, 2, false));
        pair.command(side, chunk_of(S1, 0, true));
        pair.drive();
        pair.check(side, &[ended(S1, StreamEnd::Complete, "")]);
        pair.check(
            other,
            &[
                Event::Opened {
                    conn: CONN,
                    stream_id: S1.into(),
                    anchor_ref: product_id(),
                    request_id: String::new(),
                },
                chunk(S1, 0, &records(1)),
                chunk(S1, 1, &records(2)),
                chunk(S1, 2, &[]),
                ended(S1, StreamEnd::Complete, ""),
            ],
        );
        let flags: Vec<u8> = pair.sent.iter().map(|(_, _, bytes)| bytes[1]).collect();
        assert_eq!(flags, [0x01, 0x01, 0x05], "FINAL on the last chunk");
    }
}

const fn other(side: Side) -> Side {
    match side {
        Side::Agent => Side::Node,
        Side::Node => Side::Agent,
    }
}

fn chunk_of(id: &str, count: u64, last: bool) -> Command {
    Command::Chunk(Chunk { stream_id: id.into(), data: records(count), last })
}

#[test]
fn a_streaming_query_is_answered_by_a_stream() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    let request_id = S2.to_string();
    pair.query(Query { stream: Some(true), request_id: request_id.clone(), ..product_query() });
    pair.take(Side::Node);
    let open = wireproof_wire::ncp::command::Open { last: true, request_id, ..stream(S1) };
    pair.open(Side::Node, open);
    let events = pair.take(Side::Agent);
    assert!(matches!(&events[0], Event::Opened { request_id, .. } if request_id == S2));
    assert_eq!(events[1..], [chunk(S1, 0, &[record(1)]), ended(S1, StreamEnd::Complete, "")]);
}

#[test]
fn a_window_holds_the_sender_back() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    let open = wireproof_wire::ncp::command::Open { window: Some(1), ..stream(S1) };
    pair.open(Side::Node, open);
    for _ in 0..3 {
        pair.node(chunk_of(S1, 1, false));
    }
    pair.drive();
    let seen = |pair: &mut Pair| {
        let events = pair.take(Side::Agent);
        events.iter().filter(|event| matches!(event, Event::Chunk { .. })).count()
    };
    assert_eq!(seen(&mut pair), 2, "OP-21: the opener is free");
    pair.agent(Command::Window(Window { stream_id: S1.into(), size: 1 }));
    pair.drive();
    assert_eq!(seen(&mut pair), 1);
    pair.check(Side::Node, &[Event::Window { conn: CONN, stream_id: S1.into(), size: 1 }]);
    pair.agent(Command::Window(Window { stream_id: S1.into(), size: 5 }));
    pair.drive();
    assert_eq!(seen(&mut pair), 1);
    let seqs: Vec<u32> = pair
        .frames(Side::Node)
        .iter()
        .filter_map(|frame| match frame {
            Frame::Stream(stream) => Some(stream.seq),
            _ => None,
        })
        .collect();
    assert_eq!(seqs, [0, 1, 2, 3], "NCP-FLOW-011");
}

#[test]
fn either_side_ends_a_stream_early() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.open(Side::Node, stream(S2));
    pair.forget();
    pair.node(Command::Abort(Abort { stream_id: S1.into(), error: "NPS-SERVER-INTERNAL".into() }));
    pair.agent(Command::Cancel(Abort { stream_id: S2.into(), ..Abort::default() }));
    pair.drive();
    let (aborted, cancelled) = (
        ended(S1, StreamEnd::Aborted, "NPS-SERVER-INTERNAL"),
        ended(S2, StreamEnd::Cancelled, "NPS-SERVER-UNAVAILABLE"),
    );
    pair.check(Side::Node, &[aborted.clone(), cancelled.clone()]);
    pair.check(Side::Agent, &[cancelled, aborted]);
    assert!(pair.errors(Side::Agent).is_empty() && pair.errors(Side::Node).is_empty());
}

#[test]
fn closing_ends_streams_and_says_so_once() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.forget();
    pair.agent(Command::Close(Target { conn: CONN }));
    pair.drive();
    let down = Event::Down { conn: CONN, error: String::new() };
    for side in [Side::Agent, Side::Node] {
        pair.check(side, &[ended(S1, StreamEnd::Lost, ""), down.clone()]);
    }
    assert!(pair.sent.is_empty());
}
