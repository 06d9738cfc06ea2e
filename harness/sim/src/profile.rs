//! The swarm profile: which kinds of faults a seed switches on, and how often they strike.
//!
//! A run with a few kinds of faults at high rates finds what a run with all of them at medium
//! rates never reaches. So every seed draws its own subset.

use crate::link::corrupt::Corrupt;
use crate::link::delay::{Delay, Shape};
use crate::link::duplicate::Duplicate;
use crate::link::kill::Kill;
use crate::link::loss::Loss;
use crate::link::partition::Partition;
use crate::link::rebind::Rebind;
use crate::link::rechunk::Rechunk;
use crate::link::reorder::Reorder;
use crate::link::stall::Stall;
use crate::link::truncate::Truncate;
use crate::{Fault, Rng};
use wireproof_base::{Duration, Seed};

mod kind;
mod limits;
pub(crate) mod odds;
#[cfg(test)]
mod tests;

pub use kind::Kind;
pub use limits::{Preset, ProfileLimits};

/// How often each kind of fault strikes, and how hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    rates: [u32; Kind::ALL.len()],
    /// Mean length of a burst of lost packets; up to 1, each is lost on its own.
    pub burst: u32,
    /// Bounds of delays.
    pub delay: Delay,
    /// Bounds of reordering.
    pub reorder: Reorder,
    /// Bounds of duplication.
    pub duplicate: Duplicate,
    /// Bounds of stalls.
    pub stall: Stall,
    /// Bounds of partitions.
    pub partition: Partition,
    /// At most so many connections are killed in a run.
    pub max_kills: u32,
    /// At most so many partitions in a run.
    pub max_partitions: u32,
    /// At most so many path changes in a run.
    pub max_rebinds: u32,
}

impl Profile {
    /// A profile under which nothing happens, with the bounds of `mild`.
    pub fn neutral() -> Self {
        let mild = ProfileLimits::default();
        Self {
            rates: [0; Kind::ALL.len()],
            burst: 1,
            delay: Delay { shape: Shape::Uniform, longest: mild.delay },
            reorder: Reorder { longest: mild.reorder },
            duplicate: Duplicate { longest: mild.duplicate },
            stall: Stall { longest: mild.stall },
            partition: Partition { longest: mild.partition },
            max_kills: mild.max_kills,
            max_partitions: mild.max_partitions,
            max_rebinds: mild.max_rebinds,
        }
    }

    /// This profile, with `kind` striking `ppm` of a million transmissions.
    pub fn with(mut self, kind: Kind, ppm: u32) -> Self {
        self.rates[kind as usize] = ppm;
        self
    }

    /// How many of a million transmissions `kind` strikes.
    pub fn rate(&self, kind: Kind) -> u32 {
        self.rates[kind as usize]
    }

    /// Draws the profile of `seed` within `limits`. Each kind takes the same words whether it is
    /// allowed or not, so that allowing one more leaves the others as they were.
    pub fn draw(seed: Seed, limits: &ProfileLimits) -> Self {
        let mut rng = Rng::new(seed, PROFILE_STREAM);
        let mut profile = Self::neutral();
        for kind in Kind::ALL {
            let most = limits.kinds.get(&kind).copied().unwrap_or(0).min(MILLION);
            let on = rng.below(2) == 1;
            let rate = rng.magnitude(u64::from(most).div_ceil(64), u64::from(most)) as u32;
            if most > 0 {
                profile.rates[kind as usize] = match (limits.swarm, on) {
                    (true, true) => rate,
                    (true, false) => 0,
                    (false, _) => most,
                };
            }
        }
        profile.draw_bounds(&mut rng, limits);
        profile
    }

    fn draw_bounds(&mut self, rng: &mut Rng, limits: &ProfileLimits) {
        let shape = [Shape::Fixed, Shape::Uniform, Shape::Exponential][rng.below(3) as usize];
        let mut bound = |longest: Duration| {
            let longest = longest.as_nanos();
            let drawn = rng.magnitude(longest / 1024, longest);
            Duration::from_nanos(if limits.swarm { drawn } else { longest })
        };
        self.delay = Delay { shape, longest: bound(limits.delay) };
        self.reorder = Reorder { longest: bound(limits.reorder) };
        self.duplicate = Duplicate { longest: bound(limits.duplicate) };
        self.stall = Stall { longest: bound(limits.stall) };
        self.partition = Partition { longest: bound(limits.partition) };
        let (in_bursts, burst) = (rng.below(2) == 1, 1 + rng.below(limits.max_burst.max(1)));
        self.burst = match (limits.swarm, in_bursts) {
            (true, true) => burst,
            (true, false) => 1,
            (false, _) => limits.max_burst,
        };
        self.max_kills = limits.max_kills;
        self.max_partitions = limits.max_partitions;
        self.max_rebinds = limits.max_rebinds;
    }

    fn loss(&self) -> Loss {
        Loss { ppm: self.rate(Kind::Loss), burst: self.burst }
    }

    /// The fault of `kind` for a transmission of `len` bytes, if it can have one.
    fn fault(&self, kind: Kind, rng: &mut Rng, len: u32) -> Option<Fault> {
        match kind {
            Kind::Loss => Some(Fault::Drop),
            Kind::Duplicate => Some(self.duplicate.draw(rng)),
            Kind::Reorder => Some(self.reorder.draw(rng)),
            Kind::Corrupt => Corrupt.draw(rng, len),
            Kind::Truncate => Truncate.draw(rng, len),
            Kind::Delay => Some(self.delay.draw(rng)),
            Kind::Rechunk => Rechunk.draw(rng, len),
            Kind::Stall => Some(self.stall.draw(rng)),
            Kind::Kill => Some(Kill.draw(rng, len)),
            Kind::Partition => Some(self.partition.draw(rng)),
            Kind::Rebind => Some(Rebind.draw()),
        }
    }
}

const MILLION: u32 = 1_000_000;
/// Behind every site: sites use the numbers below 3 * 2^32.
const PROFILE_STREAM: u64 = 1 << 40;
