//! What goes on which byte stream of a `multistream`, and what comes where.

use super::fixture::{CONN, Pair, S1, S2, Side, product_id, product_query, records, stream};
use wireproof_base::{Carrier, StreamId};
use wireproof_wire::ncp::command::{Answer, Chunk, Open, Publish, Setup, Window};
use wireproof_wire::ncp::{Command, Event};

fn ready() -> Pair {
    let setup = Setup::default();
    let mut pair = Pair::ready_on(Carrier::Multistream, setup.clone(), setup);
    let schema = super::fixture::product();
    pair.node(Command::Publish(Publish { schema, ..Publish::default() }));
    pair.push_schema(&product_id(), None);
    pair.forget();
    pair
}

#[test]
fn every_stream_has_a_byte_stream_and_everything_else_is_in_order() {
    let mut pair = ready();
    pair.query(product_query());
    pair.answer(Answer { data: records(1), ..Answer::default() });
    pair.open(Side::Node, Open { window: Some(1), ..stream(S1) });
    pair.open(Side::Agent, stream(S2));
    pair.node(Command::Chunk(Chunk { stream_id: S1.into(), data: records(1), last: false }));
    pair.agent(Command::Window(Window { stream_id: S1.into(), size: 2 }));
    pair.drive();
    let on: Vec<(Side, u32)> = pair.sent.iter().map(|(by, stream, _)| (*by, stream.0)).collect();
    let expected = [
        (Side::Agent, 0),
        (Side::Node, 0),
        (Side::Node, 2),
        (Side::Agent, 1),
        (Side::Node, 2),
        // The update comes back where its stream came from.
        (Side::Agent, 2),
    ];
    assert_eq!(on, expected);
    assert_eq!(
        pair.take(Side::Node).last(),
        Some(&Event::Window { conn: CONN, stream_id: S1.into(), size: 2 })
    );
}

#[test]
fn nothing_overtakes_the_handshake() {
    let setup = Setup { ..Setup::default() };
    let mut pair = Pair::new(setup.clone(), setup);
    pair.connect(Carrier::Multistream);
    pair.agent(Command::Hello(wireproof_wire::ncp::command::Target { conn: CONN }));
    pair.deliver(Side::Node);
    let open = Open { anchor_ref: String::new(), data: Vec::new(), last: true, ..stream(S1) };
    pair.node(Command::Open(open));
    // The stream arrives before the reply does.
    pair.overtake(Side::Agent);
    pair.bytewise = true;
    pair.drive();
    let events = pair.take(Side::Agent);
    assert!(matches!(events[0], Event::Ready { .. }));
    assert!(matches!(events[1], Event::Opened { .. }));
    assert_eq!(events.len(), 4);
    assert!(pair.errors(Side::Agent).is_empty());
}

#[test]
fn one_byte_stream_does_not_wait_for_another() {
    let mut pair = ready();
    pair.open(Side::Node, stream(S1));
    pair.forget();
    pair.node(Command::Chunk(Chunk { stream_id: S1.into(), data: records(1), last: true }));
    let (_, on, bytes) = pair.sent[0].clone();
    assert_eq!(on, StreamId(2));
    pair.lose_everything();
    // Half a frame on one, a whole one on the other.
    pair.inject_on(Side::Agent, on, &bytes[..5]);
    pair.query(product_query());
    pair.answer(Answer { data: records(1), ..Answer::default() });
    assert!(matches!(pair.take(Side::Agent)[..], [Event::Answered { .. }]));
    pair.inject_on(Side::Agent, on, &bytes[5..]);
    assert!(matches!(pair.take(Side::Agent)[..], [Event::Chunk { .. }, Event::Ended { .. }]));
}
