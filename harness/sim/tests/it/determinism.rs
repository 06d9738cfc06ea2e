//! The same inputs give the same run, and a plan gives the run it was recorded in.

use crate::traffic::{CARRIERS, Traffic};
use proptest::prelude::*;
use wireproof_base::{Carrier, Instant, NodeId, Seed, StreamId};
use wireproof_sim::{
    FaultKind, FaultSource, Kind, LinkConfig, Network, Plan, Preset, Profile, ProfileLimits, Rate,
    first_difference,
};

fn profile(seed: u64, preset: Preset) -> Profile {
    Profile::draw(Seed(seed), &ProfileLimits::preset(preset))
}

fn drawn(seed: u64, profile: &Profile) -> FaultSource<'_> {
    FaultSource::Drawn { seed: Seed(seed), profile }
}

#[test]
fn one_seed_gives_one_run_and_another_gives_another() {
    let (mut a, mut b) = (Traffic::default(), Traffic::default());
    let link = LinkConfig::default();
    for carrier in CARRIERS {
        let mut hashes = std::collections::BTreeSet::new();
        for seed in 0..40 {
            let profile = profile(seed, Preset::Hostile);
            // `a` has the memory of earlier runs, `b` of none.
            let hash = a.run(carrier, drawn(seed, &profile), &link);
            assert_eq!(hash, b.run(carrier, drawn(seed, &profile), &link));
            assert_eq!(first_difference(a.net.trace_hash(), b.net.trace_hash()), None);
            assert_eq!(a.log, b.log);
            if a.net.applied().is_empty() {
                continue;
            }
            assert!(hashes.insert(hash), "{carrier:?}: seed {seed} repeats an earlier run");
            b = Traffic::default();
        }
        assert!(hashes.len() > 30, "{carrier:?}: only {} seeds did anything", hashes.len());
    }
}

#[test]
fn the_same_profile_under_another_seed_strikes_elsewhere() {
    let profile = profile(3, Preset::Hostile);
    let mut traffic = Traffic::default();
    let mut run = |seed| {
        traffic.run(Carrier::Stream, drawn(seed, &profile), &LinkConfig::default());
        traffic.net.recorded_faults()
    };
    assert_ne!(run(1), run(2));
}

#[test]
fn every_site_has_chances_of_its_own() {
    let profile = Profile::neutral().with(Kind::Loss, 500_000);
    let mut net = Network::new();
    net.reset(drawn(8, &profile), &LinkConfig::default());
    let (a, b) = (NodeId(0), NodeId(1));
    let conns = [(); 2].map(|()| net.connect(Instant::ZERO, a, b, Carrier::Datagram));
    for (conn, from) in (0..64).flat_map(|_| conns.map(|c| [(c, a), (c, b)])).flatten() {
        net.send(Instant::ZERO, conn, from, StreamId::CONTROL, b"x");
    }
    let mut lost = std::collections::BTreeMap::<_, Vec<u32>>::new();
    for key in net.recorded_faults().into_keys() {
        lost.entry(key.site).or_default().push(key.ordinal);
    }
    let patterns: std::collections::BTreeSet<_> = lost.values().collect();
    assert_eq!((lost.len(), patterns.len()), (4, 4), "{lost:?}");
}

#[test]
fn every_kind_of_fault_strikes_somewhere() {
    let mut seen = std::collections::BTreeSet::new();
    let mut traffic = Traffic::default();
    for (seed, carrier) in (0..60).flat_map(|seed| CARRIERS.map(|carrier| (seed, carrier))) {
        let profile = profile(seed, Preset::Hostile);
        traffic.run(carrier, drawn(seed, &profile), &LinkConfig::default());
        seen.extend(traffic.net.applied().iter().map(|applied| applied.fault.kind()));
    }
    let missing: Vec<_> = FaultKind::ALL.into_iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn removing_one_fault_leaves_the_other_decisions_where_they_were() {
    let mut traffic = Traffic::default();
    for carrier in CARRIERS {
        // Faults that do not change who sends what, so that the same transmissions happen.
        let mut limits = ProfileLimits::preset(Preset::Hostile);
        limits.kinds.retain(|kind, _| !kind.of_connection());
        limits.swarm = false;
        let profile = Profile::draw(Seed(4), &limits);
        traffic.run(carrier, drawn(4, &profile), &LinkConfig::default());
        let recorded = traffic.net.recorded_faults();
        assert!(recorded.len() > 20, "{carrier:?}: {}", recorded.len());
        for (&removed, _) in recorded.iter().step_by(7) {
            let mut fewer = recorded.clone();
            fewer.remove(&removed);
            traffic.run(carrier, FaultSource::Planned(&fewer), &LinkConfig::default());
            let after = traffic.net.recorded_faults();
            // Answers may come or go with a packet; what strikes, strikes where it was planned.
            assert!(!after.contains_key(&removed));
            assert!(after.iter().all(|(key, fault)| fewer.get(key) == Some(fault)));
            assert!(after.len() + 12 >= fewer.len(), "{} of {}", after.len(), fewer.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn the_recorded_plan_replays_the_drawn_run(
        seed in any::<u64>(),
        carrier in prop::sample::select(&CARRIERS[..]),
        preset in prop::sample::select(&[Preset::Mild, Preset::Rough, Preset::Hostile][..]),
        slow in any::<bool>(),
    ) {
        let rate = Rate { bytes_per_second: 400_000, queue_bytes: 2_000 };
        let link = LinkConfig { rate: slow.then_some(rate), ..LinkConfig::default() };
        let profile = profile(seed, preset);
        let mut traffic = Traffic::default();
        let hash = traffic.run(carrier, drawn(seed, &profile), &link);
        let (applied, log) = (traffic.net.applied().to_vec(), traffic.log.clone());
        let faults = traffic.net.recorded_faults();
        // By way of the token, as a report would carry it.
        let plan = Plan { scenario: "chatter".into(), seed: Some(seed), faults, ..Plan::default() };
        let plan = Plan::from_token(&plan.token()).expect("our own token");
        let again = traffic.run(carrier, FaultSource::Planned(&plan.faults), &link);
        prop_assert_eq!(again, hash);
        prop_assert_eq!(traffic.net.applied(), &applied[..]);
        prop_assert_eq!(&traffic.log, &log);
    }
}
