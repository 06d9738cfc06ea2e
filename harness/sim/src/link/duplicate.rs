//! Duplication of a packet.

use crate::{Fault, Rng};
use wireproof_base::Duration;

/// Sends a packet a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The longest time between the two.
    pub longest: Duration,
}

impl Duplicate {
    /// Draws how much later the copy arrives.
    pub fn draw(self, rng: &mut Rng) -> Fault {
        Fault::Duplicate { after: Duration::from_nanos(rng.range(0, self.longest.as_nanos())) }
    }
}
