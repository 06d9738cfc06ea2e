//! Once the largest run has been seen, memory stays as it is.

use crate::traffic::{CARRIERS, Traffic};
use wireproof_base::Seed;
use wireproof_sim::{FaultSource, LinkConfig, Preset, Profile, ProfileLimits};

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
