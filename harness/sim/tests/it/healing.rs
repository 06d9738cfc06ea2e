//! Partitions, stalls, delays, and their end.

use crate::traffic::{CARRIERS, HEALS, MS, Traffic, at};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, Duration, Instant, NodeId, Seed, StreamId};
use wireproof_sim::{
    Fault, FaultKey, FaultSource, LinkConfig, Network, Preset, Profile, ProfileLimits, Site, Stage,
    Way, What,
};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const HOUR: u64 = 3_600_000_000_000;

/// A standing connection, and the time.
fn standing(net: &mut Network, carrier: Carrier) -> (wireproof_base::ConnId, Instant) {
    let conn = net.connect(at(0), A, B, carrier);
    while net.pop().is_some() {}
    (conn, at(2_000_000))
}

fn arrivals(net: &mut Network) -> Vec<(u64, NodeId, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(delivery) = net.pop() {
        if let What::Bytes { node, slot, .. } = delivery.what {
            all.push((delivery.at.as_nanos(), node, net.bytes(slot).to_vec()));
        }
    }
    all
}

#[test]
fn a_partition_holds_streams_up_and_swallows_datagrams() {
    for carrier in CARRIERS {
        let mut net = Network::new();
        let (conn, now) = standing(&mut net, carrier);
        net.send(now, conn, A, StreamId(0), b"before");
        net.partition(now, A, B, now + MS.times(50));
        net.send(now, conn, A, StreamId(0), b"during");
        net.send(now, conn, B, StreamId(0), b"other way");
        net.send(now + MS.times(50), conn, A, StreamId(0), b"after");
        let start = now.as_nanos();
        let mut expected = vec![
            (start + 1_000_000, B, b"before".to_vec()),
            (start + 1_000_000, A, b"other way".to_vec()),
        ];
        if carrier != Carrier::Datagram {
            expected.push((start + 51_000_000, B, b"during".to_vec()));
        }
        expected.push((start + 51_000_000, B, b"after".to_vec()));
        assert_eq!(arrivals(&mut net), expected, "{carrier:?}");
    }
}

#[test]
fn a_planned_partition_cuts_one_way_or_both() {
    for (way, answer_at) in [(Way::One, 3_000_000), (Way::Both, 13_000_000)] {
        let key = FaultKey::new(Site::new(0, Stage::Up), 0);
        let faults = BTreeMap::from([(key, Fault::Partition { lasts: MS.times(10), way })]);
        let mut net = Network::new();
        net.reset(FaultSource::Planned(&faults), &LinkConfig::default());
        let (conn, now) = standing(&mut net, Carrier::Stream);
        net.send(now, conn, A, StreamId(0), b"q");
        net.send(now, conn, B, StreamId(0), b"a");
        let all = arrivals(&mut net);
        assert!(all.contains(&(13_000_000, B, b"q".to_vec())), "{way:?}");
        assert!(all.contains(&(answer_at, A, b"a".to_vec())), "{way:?}");
    }
}

#[test]
fn a_connection_opens_after_the_partition() {
    let mut net = Network::new();
    net.partition(at(0), B, A, at(7_000_000));
    net.connect(at(0), A, B, Carrier::Stream);
    assert_eq!(net.next_time(), Some(at(8_000_000)));
}

#[test]
fn delays_have_a_resolution_of_one_nanosecond() {
    for by in [0, 1, 2, 999, 1_000_001] {
        let delay = Fault::Delay { by: Duration::from_nanos(by) };
        let faults = BTreeMap::from([(FaultKey::new(Site::new(0, Stage::Up), 0), delay)]);
        for carrier in CARRIERS {
            let mut net = Network::new();
            net.reset(FaultSource::Planned(&faults), &LinkConfig::default());
            let (conn, now) = standing(&mut net, carrier);
            net.send(now, conn, A, StreamId(0), b"x");
            net.send(now, conn, A, StreamId(1), b"y");
            let (plain, late) = (now.as_nanos() + 1_000_000, now.as_nanos() + 1_000_000 + by);
            let behind = if carrier == Carrier::Stream { late } else { plain };
            let all = arrivals(&mut net);
            assert!(all.contains(&(late, B, b"x".to_vec())), "{carrier:?} {by} {all:?}");
            assert!(all.contains(&(behind, B, b"y".to_vec())), "{carrier:?} {by} {all:?}");
        }
    }
}

#[test]
fn heal_ends_partitions_stalls_and_delays_and_keeps_the_order() {
    let hour = Duration::from_nanos(HOUR);
    for fault in [
        Fault::Partition { lasts: hour, way: Way::Both },
        Fault::Stall { lasts: hour },
        Fault::Delay { by: hour },
    ] {
        for carrier in [Carrier::Stream, Carrier::Multistream] {
            let key = FaultKey::new(Site::new(0, Stage::Up), 0);
            let later = FaultKey::new(Site::new(0, Stage::Up), 3);
            let faults = BTreeMap::from([(key, fault), (later, fault)]);
            let mut net = Network::new();
            net.reset(FaultSource::Planned(&faults), &LinkConfig::default());
            let (conn, now) = standing(&mut net, carrier);
            for byte in 0..3 {
                net.send(now, conn, A, StreamId(0), &[byte]);
            }
            net.shutdown(now, conn, A);
            assert!(net.next_time().is_none_or(|next| next >= at(HOUR)), "{fault:?}");
            let healed = now + MS.times(500);
            net.heal(healed);
            let arrival = (healed + MS).as_nanos();
            let all = arrivals(&mut net);
            let expected: Vec<_> = (0..3).map(|byte| (arrival, B, vec![byte])).collect();
            assert_eq!(all, expected, "{fault:?} {carrier:?}");
            assert!(!net.is_open(conn, B), "the end of the connection came as well");
            let conn = net.connect(healed, A, B, carrier);
            net.send(healed, conn, A, StreamId(0), b"calm");
            assert_eq!(arrivals(&mut net)[0].0, arrival);
            assert_eq!(net.applied().len(), 1, "nothing strikes after healing");
        }
    }
}

#[test]
fn heal_calls_off_announced_kills_and_opens_what_waits() {
    let mut net = Network::new();
    net.partition(at(0), A, B, at(HOUR));
    let conn = net.connect(at(0), A, B, Carrier::Stream);
    net.kill_after_bytes(conn, A, 1);
    net.send(at(0), conn, A, StreamId(0), b"early");
    net.heal(at(5));
    assert_eq!(net.next_time(), Some(at(1_000_005)));
    assert_eq!(arrivals(&mut net), [(1_000_005, B, b"early".to_vec())]);
    assert!(net.is_open(conn, B));
}

#[test]
fn after_healing_everything_is_delivered_within_a_latency() {
    let mut traffic = Traffic::default();
    for carrier in CARRIERS {
        for seed in 0..40 {
            let profile = Profile::draw(Seed(seed), &ProfileLimits::preset(Preset::Hostile));
            let source = FaultSource::Drawn { seed: Seed(seed), profile: &profile };
            traffic.run(carrier, source, &LinkConfig::default());
            assert!(traffic.net.applied().iter().all(|applied| applied.at <= HEALS));
            // The last message is sent just before the pattern ends, an answer follows.
            let end = traffic.log.last().map(|delivery| delivery.at).expect("a run has events");
            assert!(end <= at(400 * 300_000) + MS.times(3), "{carrier:?} {seed}: {end}");
        }
    }
}
