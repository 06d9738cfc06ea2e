//! A stall: nothing arrives in one direction for a while, then everything does.

use crate::{Fault, Rng};
use wireproof_base::Duration;

/// Holds up one direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// The longest.
    pub longest: Duration,
}

impl Stall {
    /// Draws for how long.
    pub fn draw(self, rng: &mut Rng) -> Fault {
        let nanos = rng.magnitude(1, self.longest.as_nanos().max(1));
        Fault::Stall { lasts: Duration::from_nanos(nanos) }
    }
}
