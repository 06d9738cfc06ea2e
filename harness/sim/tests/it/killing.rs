//! Connections end exactly where they are told to.

use crate::traffic::{MS, at};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Instant, NodeId, StreamId};
use wireproof_sim::{
    Chunking, Fault, FaultKey, FaultSource, LinkConfig, Network, Site, Stage, What,
};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);

fn drain(net: &mut Network) -> Vec<(Instant, What, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(delivery) = net.pop() {
        let bytes = match delivery.what {
            What::Bytes { slot, .. } => net.bytes(slot).to_vec(),
            _ => Vec::new(),
        };
        all.push((delivery.at, delivery.what, bytes));
    }
    all
}

fn received(all: &[(Instant, What, Vec<u8>)], by: NodeId) -> Vec<u8> {
    let mine = |what: &What| matches!(*what, What::Bytes { node, .. } if node == by);
    all.iter().filter(|(_, what, _)| mine(what)).flat_map(|(_, _, bytes)| bytes.clone()).collect()
}

fn loss_of(all: &[(Instant, What, Vec<u8>)], by: NodeId) -> Option<Instant> {
    let mine = |what: &What| matches!(*what, What::Disconnected { node, .. } if node == by);
    all.iter().find(|(_, what, _)| mine(what)).map(|(at, _, _)| *at)
}

/// Three messages of 10 bytes each way; the bytes count up.
fn exchange(net: &mut Network, conn: ConnId) {
    for n in 0..3_u8 {
        let bytes: Vec<u8> = (n * 10..n * 10 + 10).collect();
        for from in [A, B] {
            net.send(at(u64::from(n)), conn, from, StreamId(u32::from(n)), &bytes);
        }
    }
}

#[test]
fn a_connection_dies_after_exactly_as_many_bytes_as_were_allowed() {
    for carrier in [Carrier::Stream, Carrier::Multistream] {
        for chunking in [Chunking::Whole, Chunking::Merge, Chunking::Bytes(1), Chunking::Bytes(7)] {
            for (from, to) in [(A, B), (B, A)] {
                for n in 0..=31_u64 {
                    let mut net = Network::new();
                    let conn = net.connect(at(0), A, B, carrier);
                    net.set_chunking(conn, from, chunking);
                    net.kill_after_bytes(conn, from, n);
                    exchange(&mut net, conn);
                    let all = drain(&mut net);
                    let expected: Vec<u8> = (0..30).take(n as usize).collect();
                    assert_eq!(received(&all, to), expected, "{carrier:?} {chunking:?} {n}");
                    let last = all.iter().rev().find(|entry| !entry.2.is_empty());
                    assert_eq!(net.is_open(conn, to), n > 30);
                    if n <= 30 {
                        let told = loss_of(&all, to).expect("the receiver learns it");
                        assert!((MS.as_nanos()..=MS.as_nanos() + 2).contains(&told.as_nanos()));
                        assert_eq!(loss_of(&all, from), Some(told + MS));
                        assert!(last.is_none_or(|last| last.0 <= told));
                    } else {
                        assert_eq!((loss_of(&all, A), loss_of(&all, B)), (None, None));
                    }
                }
            }
        }
    }
}

#[test]
fn a_planned_kill_cuts_its_transmission_at_its_byte() {
    for after_bytes in 0..=10_u32 {
        for stage in [Stage::Up, Stage::Conn] {
            let ordinal = if stage == Stage::Up { 1 } else { 2 };
            let key = FaultKey::new(Site::new(0, stage), ordinal);
            let faults = BTreeMap::from([(key, Fault::Kill { after_bytes })]);
            let mut net = Network::new();
            net.reset(FaultSource::Planned(&faults), &LinkConfig::default());
            let conn = net.connect(at(0), A, B, Carrier::Stream);
            exchange(&mut net, conn);
            let all = drain(&mut net);
            let expected: Vec<u8> = (0..10 + after_bytes as u8).collect();
            assert_eq!(received(&all, B), expected);
            let told = Some(at(1) + MS);
            assert_eq!((loss_of(&all, B), loss_of(&all, A)), (told, told.map(|at| at + MS)));
            let applied = net.applied();
            assert_eq!((applied.len(), applied[0].key, applied[0].bytes_len), (1, key, 10));
        }
    }
}

#[test]
fn a_killed_connection_loses_what_is_under_way_and_tells_both_at_once() {
    let mut net = Network::new();
    let conn = net.connect(at(0), A, B, Carrier::Stream);
    assert_eq!([net.pop(), net.pop()].iter().flatten().count(), 2);
    net.send(at(1_000_000), conn, A, StreamId(0), b"lost");
    net.kill(at(1_500_000), conn);
    net.kill(at(1_500_001), conn);
    net.send(at(1_500_002), conn, A, StreamId(0), b"void");
    assert_eq!(net.next_time(), Some(at(1_500_000)));
    let all = drain(&mut net);
    let told = Some(at(1_500_000));
    assert_eq!((loss_of(&all, A), loss_of(&all, B), all.len()), (told, told, 2));
}

#[test]
fn a_shutdown_lets_everything_through_and_then_tells_the_other_side() {
    for carrier in [Carrier::Stream, Carrier::Multistream] {
        // The middle message is late.
        let key = FaultKey::new(Site::new(0, Stage::Up), 1);
        let faults = BTreeMap::from([(key, Fault::Delay { by: MS.times(30) })]);
        let mut net = Network::new();
        net.reset(FaultSource::Planned(&faults), &LinkConfig::default());
        let conn = net.connect(at(0), A, B, carrier);
        exchange(&mut net, conn);
        net.shutdown(at(3), conn, A);
        net.send(at(4), conn, A, StreamId(0), b"too late");
        let all = drain(&mut net);
        let mut got = received(&all, B);
        got.sort();
        assert_eq!(got, (0..30).collect::<Vec<u8>>());
        assert_eq!(loss_of(&all, B), Some(at(1) + MS.times(31)));
        assert_eq!((received(&all, A).len(), loss_of(&all, A)), (0, None));
        assert!(matches!(all.last(), Some((_, What::Disconnected { .. }, _))));
    }
}

#[test]
fn a_path_change_costs_a_stream_its_life_and_a_multistream_a_round_trip() {
    let mut net = Network::new();
    let (stream, multi) =
        (net.connect(at(0), A, B, Carrier::Stream), net.connect(at(0), A, B, Carrier::Multistream));
    drain(&mut net);
    let now = at(5_000_000);
    net.rebind(now, stream);
    net.rebind(now, multi);
    assert_eq!((net.path(stream), net.path(multi)), (1, 1));
    net.send(now, multi, A, StreamId(1), b"new path");
    let all = drain(&mut net);
    assert_eq!((loss_of(&all, A), loss_of(&all, B)), (Some(now), Some(now)));
    assert_eq!(received(&all, B), b"new path");
    assert_eq!(all.last().map(|entry| entry.0), Some(now + MS.times(2)));
}

#[test]
fn a_connection_that_falls_before_it_stands_is_announced_and_then_lost() {
    let mut net = Network::new();
    let conn = net.connect(at(0), A, B, Carrier::Stream);
    net.send(at(0), conn, A, StreamId(0), b"never");
    net.kill(at(10), conn);
    let all = drain(&mut net);
    let connected = |node| What::Connected { node, conn, carrier: Carrier::Stream };
    let lost = |node| What::Disconnected { node, conn };
    let expected = [connected(B), connected(A), lost(A), lost(B)];
    assert!(all.iter().map(|entry| entry.1).eq(expected), "{all:?}");
    assert!(all.iter().all(|entry| entry.0 == at(0) + MS));
}

#[test]
fn a_connection_that_is_held_up_delivers_late_and_loses_nothing() {
    let ms = |count: u64| at(count * MS.as_nanos());
    for carrier in [Carrier::Stream, Carrier::Multistream] {
        let mut net = Network::new();
        let (held, free) = (net.connect(at(0), A, B, carrier), net.connect(at(0), A, B, carrier));
        net.send(at(0), held, B, StreamId(0), b"early");
        net.hold(held, B, ms(50));
        for conn in [held, free] {
            for from in [A, B] {
                net.send(ms(2), conn, from, StreamId(0), b"late");
            }
        }
        let all = drain(&mut net);
        let arrival = |conn: ConnId, by: NodeId, text: &[u8]| {
            let mine = |what: &What| match *what {
                What::Bytes { node, conn: over, .. } => (node, over) == (by, conn),
                _ => false,
            };
            all.iter().find(|(_, what, bytes)| mine(what) && bytes == text).map(|(at, _, _)| *at)
        };
        assert!(arrival(held, A, b"early").is_some_and(|when| when < ms(5)), "{carrier:?}");
        assert_eq!(arrival(held, A, b"late"), Some(ms(50)), "{carrier:?}");
        for (conn, by) in [(held, B), (free, A), (free, B)] {
            assert_eq!(arrival(conn, by, b"late"), Some(ms(3)), "{carrier:?}");
        }
    }
}
