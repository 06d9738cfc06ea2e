//! A profile, worked out for one carrier: which transmission gets which fault.

use super::{Kind, MILLION, Profile};
use crate::link::loss::{Loss, LossState};
use crate::{Fault, Rng};
use wireproof_base::Carrier;

/// The faults of one carrier at one stage. One transmission gets at most one of them, so each
/// strikes exactly as often as was asked: one number below a million is drawn, and every kind
/// owns a stretch as long as its rate. Rates that sum up to more than a million shrink alike.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Odds {
    /// Kinds with the ends of their stretches.
    stretches: [Option<(Kind, u32)>; Kind::ALL.len()],
    loss: Loss,
}

impl Odds {
    /// The odds of `profile` on `carrier`: of its connections as a whole, or of its packets.
    pub fn new(profile: &Profile, carrier: Carrier, of_connection: bool) -> Self {
        let counts = |kind: &Kind| kind.admitted(carrier) && kind.of_connection() == of_connection;
        let sum = Kind::ALL.iter().copied().filter(counts);
        let sum: u64 = sum.map(|kind| u64::from(profile.rate(kind))).sum();
        let whole = sum.max(u64::from(MILLION));
        let mut odds = Self::default();
        let (mut end, mut used) = (0, 0);
        for kind in Kind::ALL.into_iter().filter(counts) {
            let rate = u64::from(profile.rate(kind)) * u64::from(MILLION) / whole;
            if rate == 0 {
                continue;
            }
            end += rate as u32;
            odds.stretches[used] = Some((kind, end));
            used += 1;
            if kind == Kind::Loss {
                odds.loss = Loss { ppm: end, ..profile.loss() };
            }
        }
        odds
    }

    /// Draws the fault of one transmission of `len` bytes. Takes no word where nothing can
    /// happen.
    #[inline]
    pub fn draw(
        &self,
        profile: &Profile,
        state: &mut LossState,
        rng: &mut Rng,
        len: u32,
    ) -> Option<Fault> {
        self.stretches[0]?;
        let place = if self.loss.in_bursts() {
            if self.loss.next(state, rng) {
                return Some(Fault::Drop);
            }
            // Loss has the first stretch and was decided; the rest keep their share of all.
            self.loss.ppm + rng.below(MILLION - self.loss.ppm)
        } else {
            rng.below(MILLION)
        };
        let hit = self.stretches.iter().map_while(|&s| s).find(|&(_, end)| place < end);
        hit.and_then(|(kind, _)| profile.fault(kind, rng, len))
    }

    /// Whether nothing can happen.
    pub fn is_neutral(&self) -> bool {
        self.stretches[0].is_none()
    }
}
