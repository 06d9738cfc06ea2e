//! Corruption: one byte of a packet changes.

use crate::{Fault, Rng};

/// Changes one byte, any byte, to any other value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corrupt;

impl Corrupt {
    /// Draws the byte of a packet of `len` bytes and its change; an empty packet has none.
    pub fn draw(self, rng: &mut Rng, len: u32) -> Option<Fault> {
        let (at, xor) = (rng.below(len), 1 + rng.below(255));
        (len > 0).then_some(Fault::Corrupt { at, xor: xor as u8 })
    }
}
