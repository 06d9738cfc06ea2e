use super::*;
use alloc::collections::BTreeSet;
use std::vec::Vec;
use wireproof_base::Carrier;

fn draws(limits: &ProfileLimits) -> Vec<Profile> {
    (0..500).map(|seed| Profile::draw(Seed(seed), limits)).collect()
}

#[test]
fn seeds_draw_different_subsets_within_the_limits() {
    let limits = ProfileLimits::preset(Preset::Hostile);
    let all = draws(&limits);
    let subset = |profile: &Profile| {
        Kind::ALL.iter().map(|&kind| profile.rate(kind) > 0).collect::<Vec<_>>()
    };
    let subsets: BTreeSet<_> = all.iter().map(subset).collect();
    assert!(subsets.len() > 300, "{}", subsets.len());
    for kind in Kind::ALL {
        let rates: Vec<_> = all.iter().map(|profile| profile.rate(kind)).collect();
        let on = rates.iter().filter(|&&rate| rate > 0).count();
        assert!((200..300).contains(&on), "{kind:?} is on {on} times of 500");
        let most = limits.kinds[&kind];
        assert!(rates.iter().all(|&rate| rate <= most));
        assert!(rates.iter().any(|&rate| rate > most * 9 / 10), "{kind:?} never strikes hard");
    }
    assert!(all.iter().all(|profile| profile.delay.longest <= limits.delay));
    assert!(all.iter().any(|profile| profile.burst > 1));
    assert!(all.iter().all(|profile| profile.burst <= limits.max_burst));
}

#[test]
fn calm_draws_nothing_and_a_fixed_profile_draws_everything() {
    assert!(
        draws(&ProfileLimits::preset(Preset::Calm))
            .iter()
            .all(|profile| { Kind::ALL.iter().all(|&kind| profile.rate(kind) == 0) })
    );
    let limits = ProfileLimits { swarm: false, ..ProfileLimits::preset(Preset::Rough) };
    for profile in draws(&limits) {
        assert!(Kind::ALL.iter().all(|&kind| profile.rate(kind) == limits.kinds[&kind]));
        assert_eq!((profile.delay.longest, profile.burst), (limits.delay, limits.max_burst));
    }
}

#[test]
fn allowing_one_more_kind_leaves_the_others_as_they_were() {
    let all = ProfileLimits::preset(Preset::Hostile);
    let mut fewer = all.clone();
    fewer.kinds.remove(&Kind::Duplicate);
    for (a, b) in draws(&all).into_iter().zip(draws(&fewer)) {
        assert_eq!(a.with(Kind::Duplicate, 0), b);
    }
}

#[test]
fn limits_are_read_from_yaml() {
    let text = "
kinds: {delay: 50000, kill: 1000}
delay_ns: 5000000
max_kills: 2
";
    let limits: ProfileLimits = serde_saphyr::from_str(text).expect("limits");
    let expected = ProfileLimits {
        kinds: [(Kind::Delay, 50_000), (Kind::Kill, 1_000)].into(),
        delay: Duration::from_millis(5),
        max_kills: 2,
        ..ProfileLimits::preset(Preset::Mild)
    };
    assert_eq!(limits, expected);
    assert!(serde_saphyr::from_str::<ProfileLimits>("kinds: {explode: 1}").is_err());
    assert!(serde_saphyr::from_str::<ProfileLimits>("max_kill: 1").is_err());
    assert_eq!(serde_saphyr::from_str::<Preset>("hostile").expect("a preset"), Preset::Hostile);
}

#[test]
fn carriers_draw_the_kinds_of_the_design() {
    let drawn = |carrier| Kind::ALL.into_iter().filter(move |kind| kind.admitted(carrier));
    use Kind::*;
    assert!(drawn(Carrier::Datagram).eq([Loss, Duplicate, Reorder, Corrupt, Truncate]));
    for carrier in [Carrier::Stream, Carrier::Multistream] {
        assert!(drawn(carrier).eq([Delay, Rechunk, Stall, Kill, Partition, Rebind]));
    }
    assert!(drawn(Carrier::Exchange).eq([Loss, Duplicate, Truncate, Delay, Stall]));
    // Whatever is drawn for a carrier is also let through by it.
    let mut rng = Rng::new(Seed(0), 0);
    let carriers = [Carrier::Datagram, Carrier::Stream, Carrier::Multistream, Carrier::Exchange];
    for carrier in carriers {
        for kind in drawn(carrier) {
            let fault = Profile::neutral().fault(kind, &mut rng, 100).expect("long enough");
            assert!(fault.kind().admitted(carrier), "{kind:?}");
        }
    }
}

#[test]
fn rates_beyond_a_million_shrink_alike() {
    let profile = Profile::neutral().with(Kind::Loss, 900_000).with(Kind::Duplicate, 900_000);
    let odds = odds::Odds::new(&profile, Carrier::Datagram, false);
    let (mut rng, mut state) = (Rng::new(Seed(3), 3), Default::default());
    let mut draw = || odds.draw(&profile, &mut state, &mut rng, 10);
    let hits: Vec<_> = (0..10_000).map(|_| draw()).collect();
    assert!(hits.iter().all(Option::is_some));
    let lost = hits.iter().filter(|&&hit| hit == Some(Fault::Drop)).count();
    assert!(lost.abs_diff(5_000) < 200, "{lost}");
}
