//! Loss of packets: each on its own, or in bursts.

use crate::Rng;

/// Loses `ppm` of a million packets, in bursts of `burst` on average.
///
/// With bursts it is the Gilbert-Elliott model whose bad state loses everything and whose good
/// state loses nothing. Where that many losses do not fit bursts so short, they are longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Lost packets per million.
    pub ppm: u32,
    /// Mean length of a burst; up to 1, packets are lost each on its own (Bernoulli).
    pub burst: u32,
}

/// Where the link stands between two packets; unknown before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LossState(Option<bool>);

impl Loss {
    /// Whether packets are lost in bursts, so that [`Loss::next`] must be asked.
    pub fn in_bursts(self) -> bool {
        self.burst > 1 && self.ppm > 0
    }

    /// Whether the next packet is lost. Takes one word.
    pub fn next(self, state: &mut LossState, rng: &mut Rng) -> bool {
        let ppm = u64::from(self.ppm.min(MILLION));
        let kept = u64::from(MILLION) - ppm;
        let burst = u64::from(self.burst).max(ppm.div_ceil(kept.max(1)));
        // Chances in 2^-32: entering the bad state, staying in it, and losing a packet at all.
        let chance = match state.0 {
            Some(false) if self.in_bursts() && kept > 0 => (ppm << 32) / (kept * burst),
            Some(true) if self.in_bursts() && kept > 0 => (1 << 32) - (1 << 32) / burst,
            _ => (ppm << 32) / u64::from(MILLION),
        };
        let lost = u64::from(rng.word()) < chance;
        state.0 = Some(lost);
        lost
    }
}

const MILLION: u32 = 1_000_000;
