//! What is asked for is what comes out, at every load.

use crate::traffic::at;
use wireproof_base::{Carrier, Duration, NodeId, Seed, StreamId};
use wireproof_sim::{FaultSource, Kind, LinkConfig, Network, Profile, What};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const PACKETS: u32 = 1_000_000;

#[derive(Default)]
struct Outcome {
    lost_ppm: i64,
    doubled_ppm: i64,
    /// Mean length of a run of lost packets, in thousandths.
    burst: u64,
}

/// Sends a million numbered packets, `gap` nanoseconds apart.
fn measure(profile: &Profile, seed: u64, gap: u64) -> Outcome {
    let mut net = Network::new();
    let source = FaultSource::Drawn { seed: Seed(seed), profile };
    net.reset(source, &LinkConfig::default());
    let conn = net.connect(at(0), A, B, Carrier::Datagram);
    let mut copies = vec![0_u8; PACKETS as usize];
    let mut take = |net: &mut Network, until| {
        while net.next_time().is_some_and(|next| next <= until) {
            if let Some(What::Bytes { slot, .. }) = net.pop().map(|delivery| delivery.what) {
                let number = net.bytes(slot).first_chunk().expect("four bytes");
                copies[u32::from_le_bytes(*number) as usize] += 1;
            }
        }
    };
    for n in 0..PACKETS {
        let now = at(u64::from(n) * gap);
        take(&mut net, now);
        net.send(now, conn, A, StreamId(0), &n.to_le_bytes());
    }
    take(&mut net, wireproof_base::Instant::MAX);
    let lost = copies.iter().filter(|&&copies| copies == 0).count();
    let doubled = copies.iter().filter(|&&copies| copies == 2).count();
    let starts = copies.windows(2).filter(|pair| pair[0] > 0 && pair[1] == 0).count();
    Outcome {
        lost_ppm: lost as i64,
        doubled_ppm: doubled as i64,
        burst: lost as u64 * 1_000 / starts.max(1) as u64,
    }
}

/// A tenth of a percentage point.
const TOLERANCE: i64 = 1_000;

#[test]
fn loss_and_duplication_come_out_as_asked_at_every_load() {
    // From one packet every 100 ms, each alone, to a million at the same instant.
    for (seed, gap) in [(1, 100_000_000), (2, 20_000), (3, 100), (4, 0)] {
        for (loss, doubles) in [(50_000, 10_000), (300_000, 200_000), (1_000, 500_000)] {
            let profile = Profile::neutral().with(Kind::Loss, loss).with(Kind::Duplicate, doubles);
            let out = measure(&profile, seed, gap);
            assert!((out.lost_ppm - i64::from(loss)).abs() < TOLERANCE, "{}", out.lost_ppm);
            let doubled = (out.doubled_ppm - i64::from(doubles)).abs();
            // A copy that loses the race with the end of the run counts as well: none does.
            assert!(doubled < TOLERANCE + i64::from(doubles) / 500, "{}", out.doubled_ppm);
        }
    }
}

#[test]
fn bursts_keep_the_mean_and_have_their_length() {
    for (loss, burst) in [(50_000, 4), (10_000, 2), (200_000, 8)] {
        // Bursts spread the outcome: with loss p in bursts of b, the deviation over n packets is
        // about sqrt(p (1 - p) (2 b - 1) / n), so the mean of several seeds is what is judged.
        let mut profile = Profile::neutral().with(Kind::Loss, loss).with(Kind::Duplicate, 100_000);
        profile.burst = burst;
        let runs: Vec<_> = (0..4).map(|seed| measure(&profile, seed, 10_000)).collect();
        let lost = runs.iter().map(|run| run.lost_ppm).sum::<i64>() / 4;
        let doubled = runs.iter().map(|run| run.doubled_ppm).sum::<i64>() / 4;
        let length = runs.iter().map(|run| run.burst).sum::<u64>() / 4;
        assert!((lost - i64::from(loss)).abs() < TOLERANCE, "loss {loss}: {lost}");
        assert!((doubled - 100_000).abs() < TOLERANCE, "duplication: {doubled}");
        let wanted = u64::from(burst) * 1_000;
        assert!(length.abs_diff(wanted) < wanted / 25, "burst {burst}: {length}");
    }
}

#[test]
fn every_other_rate_comes_out_as_asked() {
    let kinds = [Kind::Reorder, Kind::Corrupt, Kind::Truncate];
    let mut profile = Profile::neutral();
    for kind in kinds {
        profile = profile.with(kind, 70_000);
    }
    profile.reorder.longest = Duration::from_nanos(500);
    let mut net = Network::new();
    let source = FaultSource::Drawn { seed: Seed(5), profile: &profile };
    net.reset(source, &LinkConfig::default());
    let conn = net.connect(at(0), A, B, Carrier::Datagram);
    for n in 0..u64::from(PACKETS) {
        net.send(at(n * 1_000), conn, A, StreamId(0), b"packet");
        while net.next_time().is_some_and(|next| next <= at(n * 1_000)) {
            net.pop();
        }
    }
    let mut counts = std::collections::BTreeMap::new();
    for applied in net.applied() {
        *counts.entry(applied.fault.kind()).or_insert(0_i64) += 1;
    }
    assert_eq!(counts.len(), kinds.len());
    assert!(counts.values().all(|count| (count - 70_000).abs() < TOLERANCE), "{counts:?}");
}
