//! Once the largest run has been seen, memory stays as it is.

use crate::traffic::{CARRIERS, Traffic, at};
use wireproof_base::{NodeId, Seed, StreamId};
use wireproof_sim::{
    Chunking, FaultSource, Kind, LinkConfig, Network, Preset, Profile, ProfileLimits,
};

#[test]
fn no_run_after_the_first_of_its_kind_needs_more_memory() {
    let mut traffic = Traffic::default();
    let round = |traffic: &mut Traffic| {
        for (seed, carrier) in (0..20).flat_map(|seed| CARRIERS.map(|carrier| (seed, carrier))) {
            let profile = Profile::draw(Seed(seed), &ProfileLimits::preset(Preset::Hostile));
            let source = FaultSource::Drawn { seed: Seed(seed), profile: &profile };
            traffic.run(carrier, source, &LinkConfig::default());
        }
    };
    round(&mut traffic);
    // Which buffer holds which bytes differs for a while, until all have seen the longest.
    round(&mut traffic);
    round(&mut traffic);
    let held = traffic.net.footprint();
    assert!(held > 10_000, "the measure measures something: {held}");
    for _ in 0..5 {
        round(&mut traffic);
        assert_eq!(traffic.net.footprint(), held);
    }
}

#[test]
fn a_long_run_needs_no_more_memory_than_what_is_under_way() {
    let profile = Profile::neutral().with(Kind::Duplicate, 1_000).with(Kind::Loss, 1_000);
    let source = FaultSource::Drawn { seed: Seed(6), profile: &profile };
    for carrier in CARRIERS {
        let mut net = Network::new();
        let link = LinkConfig { chunking: Chunking::Bytes(30), ..LinkConfig::default() };
        net.reset(source, &link);
        let conn = net.connect(at(0), NodeId(0), NodeId(1), carrier);
        for n in 0..10_000_u64 {
            let now = at(n * 10_000_000);
            net.send(now, conn, NodeId(0), StreamId(n as u32 % 200), &[0; 100]);
            while net.pop().is_some() {}
        }
        // Ten thousand messages of 100 bytes, of which one is under way at a time.
        assert!(net.footprint() < 50_000, "{carrier:?}: {}", net.footprint());
    }
}
