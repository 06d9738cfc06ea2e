//! Any plan on a network that carries the chatter of two nodes.
//!
//! Input: eight bytes of settings (`Settings`), then faults for [`plan::faults`] to the end.

use crate::draw::Draw;
use crate::plan;
use std::collections::BTreeMap;
use wireproof_base::{Carrier, Duration, Seed};
use wireproof_sim::{
    Chunking, Fault, FaultKey, FaultSource, LinkConfig, Network, Preset, Profile, ProfileLimits,
    Rate,
};

mod chatter;
mod ledger;

use chatter::Chatter;

/// What does not come from the plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    carrier: Carrier,
    /// How many connections, and so how many streams on each.
    conns: u32,
    link: LinkConfig,
    /// Round of the chatter in which faults end; never, if it is not reached.
    heal: u32,
    /// Round in which a node shuts its connection down.
    shutdown: u32,
    /// Round in which a connection is killed after a few bytes.
    kill: u32,
    /// Faults are drawn from a seed instead, and then replayed as a plan.
    seed: Option<Seed>,
}

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    let settings = Settings::draw(&mut draw);
    let faults = plan::faults(&mut draw, settings.conns);
    let mut network = Network::new();
    let profile = settings.seed.map(|seed| Profile::draw(seed, &limits(seed)));
    let source = match (settings.seed, &profile) {
        (Some(seed), Some(profile)) => FaultSource::Drawn { seed, profile },
        _ => FaultSource::Planned(&faults),
    };
    let first = run(&mut network, &settings, source);
    if settings.seed.is_none() {
        let known = |(key, fault): (&FaultKey, &Fault)| faults.get(key) == Some(fault);
        assert!(first.struck.iter().all(known), "what strikes stands in the plan");
    }
    let second = run(&mut network, &settings, source);
    assert_eq!(first, second, "the same plan gives the same run, in used memory too");
    let replay = run(&mut Network::new(), &settings, FaultSource::Planned(&first.struck));
    assert_eq!(first, replay, "what struck makes the same run again");
}

/// What is compared between runs.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    hash: u64,
    events: u64,
    struck: BTreeMap<FaultKey, Fault>,
}

fn run(network: &mut Network, settings: &Settings, source: FaultSource<'_>) -> Outcome {
    network.reset(source, &settings.link);
    Chatter::new(network, settings).talk();
    let struck = network.recorded_faults();
    Outcome { hash: network.hash(), events: network.events(), struck }
}

impl Settings {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let carriers = [Carrier::Stream, Carrier::Multistream, Carrier::Datagram];
        let carrier = carriers[draw.below(3)];
        let conns = 1 + draw.below(3) as u32;
        let latency = Duration::from_nanos([1_000_000, 0, 1, 40_000_000][draw.below(4)]);
        let shape = draw.byte();
        let chunking = match shape & 3 {
            0 | 3 => Chunking::Whole,
            1 => Chunking::Merge,
            _ => Chunking::Bytes(u32::from(shape >> 4)),
        };
        let mtu = (shape & 4 != 0).then_some(u32::from(shape >> 4) * 2);
        let rate = (shape & 8 != 0).then_some(Rate {
            bytes_per_second: u64::from(shape >> 4) * 1_000,
            queue_bytes: u64::from(shape >> 4) * 8,
        });
        let link = LinkConfig { latency, rate, mtu, chunking };
        let [heal, shutdown, kill] = [(); 3].map(|()| draw.byte().into());
        let seed = draw.byte();
        let seed = (seed >= 0xC0).then_some(Seed(seed.into()));
        Self { carrier, conns, link, heal, shutdown, kill, seed }
    }
}

fn limits(seed: Seed) -> ProfileLimits {
    let presets = [Preset::Calm, Preset::Mild, Preset::Rough, Preset::Hostile];
    ProfileLimits::preset(presets[(seed.0 % 4) as usize])
}
