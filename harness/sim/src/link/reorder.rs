//! Reordering: a packet is held back, and others overtake it.

use crate::{Fault, Rng};
use wireproof_base::Duration;

/// Holds a packet back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reorder {
    /// The longest.
    pub longest: Duration,
}

impl Reorder {
    /// Draws for how long.
    pub fn draw(self, rng: &mut Rng) -> Fault {
        let nanos = rng.range(1, self.longest.as_nanos().max(1));
        Fault::Delay { by: Duration::from_nanos(nanos) }
    }
}
