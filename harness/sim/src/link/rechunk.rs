//! Re-chunking: what was sent at once arrives in two pieces.

use crate::{Fault, Rng};

/// Splits a transmission at any byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rechunk;

impl Rechunk {
    /// Draws where to split `len` bytes; one byte cannot be split.
    pub fn draw(self, rng: &mut Rng, len: u32) -> Option<Fault> {
        let at = 1 + rng.below(len.saturating_sub(1));
        (len > 1).then_some(Fault::Rechunk { at })
    }
}
