//! Partition of two nodes.

use crate::{Fault, Rng, Way};
use wireproof_base::Duration;

/// Cuts two nodes off from each other, one way or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The longest.
    pub longest: Duration,
}

impl Partition {
    /// Draws length and ways.
    pub fn draw(self, rng: &mut Rng) -> Fault {
        let nanos = rng.magnitude(1, self.longest.as_nanos().max(1));
        let way = if rng.below(2) == 0 { Way::Both } else { Way::One };
        Fault::Partition { lasts: Duration::from_nanos(nanos), way }
    }
}
