//! What each carrier promises holds under every profile.

use crate::traffic::{CARRIERS, Traffic, at, byte};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, NodeId, Seed, StreamId};
use wireproof_sim::{
    Chunking, FaultSource, Kind, LinkConfig, Network, Preset, Profile, ProfileLimits, Rate, What,
};

const PRESETS: [Preset; 4] = [Preset::Calm, Preset::Mild, Preset::Rough, Preset::Hostile];

fn links() -> Vec<LinkConfig> {
    let plain = LinkConfig::default();
    let rate = Some(Rate { bytes_per_second: 300_000, queue_bytes: 1_500 });
    vec![
        plain,
        LinkConfig { rate, mtu: Some(100), ..plain },
        LinkConfig { chunking: Chunking::Bytes(1), ..plain },
        LinkConfig { chunking: Chunking::Merge, ..plain },
    ]
}

fn each_run(carrier: Carrier, mut check: impl FnMut(&Traffic)) {
    let mut traffic = Traffic::default();
    for preset in PRESETS {
        for (seed, link) in (0..12).flat_map(|seed| links().into_iter().map(move |l| (seed, l))) {
            let profile = Profile::draw(Seed(seed), &ProfileLimits::preset(preset));
            let source = FaultSource::Drawn { seed: Seed(seed), profile: &profile };
            traffic.run(carrier, source, &link);
            check(&traffic);
        }
    }
}

fn lost_connections(traffic: &Traffic) -> Vec<ConnId> {
    let lost = traffic.log.iter().filter_map(|delivery| match delivery.what {
        What::Disconnected { conn, .. } => Some(conn),
        _ => None,
    });
    lost.collect()
}

#[test]
fn a_reliable_stream_is_a_prefix_of_what_was_sent_and_all_of_it_if_the_connection_lives() {
    for carrier in [Carrier::Stream, Carrier::Multistream] {
        let (mut whole, mut broken) = (0, 0);
        each_run(carrier, |traffic| {
            let lost = lost_connections(traffic);
            for lane in traffic.lanes() {
                let (conn, _, stream) = lane;
                let (arrived, sent) = (traffic.arrived(lane), traffic.sent(lane));
                let expected = (0..arrived.len() as u64).map(|place| byte(stream, place));
                assert!(expected.eq(arrived.iter().copied()), "{carrier:?} {lane:?}");
                if lost.contains(&conn) {
                    broken += 1;
                    assert!(arrived.len() as u64 <= sent);
                } else {
                    whole += 1;
                    assert_eq!(arrived.len() as u64, sent, "{carrier:?} {lane:?}");
                }
            }
        });
        assert!(whole > 100 && broken > 20, "{whole} {broken}");
    }
}

#[test]
fn one_stream_keeps_the_order_of_everything_and_many_only_their_own() {
    let mut overtaken = BTreeMap::new();
    for (carrier, seed) in CARRIERS.into_iter().flat_map(|c| (0..30).map(move |seed| (c, seed))) {
        let mut limits = ProfileLimits::preset(Preset::Hostile);
        // What damages or ends messages would hide which one is which.
        limits.kinds.retain(|kind, _| matches!(kind, Kind::Delay | Kind::Stall | Kind::Reorder));
        let profile = Profile::draw(Seed(seed), &limits);
        let mut net = Network::new();
        net.reset(FaultSource::Drawn { seed: Seed(seed), profile: &profile }, &links()[0]);
        let conn = net.connect(at(0), NodeId(0), NodeId(1), carrier);
        for n in 0..250_u8 {
            let stream = StreamId(u32::from(n) * 7 % 5);
            net.send(at(u64::from(n) * 300_000), conn, NodeId(0), stream, &[n]);
        }
        let mut seen = Vec::new();
        while let Some(delivery) = net.pop() {
            if let What::Bytes { slot, .. } = delivery.what {
                seen.push(net.bytes(slot)[0]);
            }
        }
        let of =
            |stream: u32| seen.iter().copied().filter(move |&n| u32::from(n) * 7 % 5 == stream);
        assert_eq!(seen.len(), 250);
        let inversions = seen.windows(2).filter(|pair| pair[0] > pair[1]).count();
        *overtaken.entry(carrier).or_insert(0) += inversions;
        if carrier != Carrier::Datagram {
            assert!((0..5).all(|stream| of(stream).is_sorted()), "{carrier:?} {seed}");
        }
    }
    assert_eq!(overtaken[&Carrier::Stream], 0);
    assert!(overtaken[&Carrier::Multistream] > 100, "{overtaken:?}");
    assert!(overtaken[&Carrier::Datagram] > 100, "{overtaken:?}");
}

#[test]
fn nothing_reaches_a_node_on_a_connection_that_is_gone_for_it() {
    for carrier in CARRIERS {
        each_run(carrier, |traffic| {
            let mut state = BTreeMap::new();
            for delivery in &traffic.log {
                let (node, conn, next) = match delivery.what {
                    What::Wake { .. } => continue,
                    What::Connected { node, conn, .. } => (node, conn, "up"),
                    What::Bytes { node, conn, .. } => (node, conn, "up"),
                    What::Disconnected { node, conn } => (node, conn, "down"),
                };
                let first = !state.contains_key(&(node, conn));
                let connects = matches!(delivery.what, What::Connected { .. });
                assert_eq!(first, connects, "{delivery:?}");
                assert_ne!(state.insert((node, conn), next), Some("down"), "{delivery:?}");
            }
        });
    }
}

#[test]
fn both_sides_learn_of_every_loss() {
    each_run(Carrier::Stream, |traffic| {
        let mut lost = lost_connections(traffic);
        lost.sort();
        let pairs = lost.chunks(2).all(|pair| pair.len() == 2 && pair[0] == pair[1]);
        assert!(pairs, "{lost:?}");
    });
}

#[test]
fn a_neutral_network_delivers_packets_untouched_and_in_order() {
    let mut traffic = Traffic::default();
    traffic.run(Carrier::Datagram, FaultSource::Neutral, &LinkConfig::default());
    for lane in traffic.lanes() {
        let arrived = traffic.arrived(lane);
        assert_eq!(arrived.len() as u64, traffic.sent(lane));
        let expected = (0..).map(|place| byte(lane.2, place)).take(arrived.len());
        assert!(expected.eq(arrived.iter().copied()));
    }
    assert!(traffic.net.applied().is_empty());
}
