//! Truncation: the end of a packet is missing.

use crate::{Fault, Rng};

/// Cuts a packet short, anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Truncate;

impl Truncate {
    /// Draws how many of `len` bytes are left; an empty packet cannot be cut.
    pub fn draw(self, rng: &mut Rng, len: u32) -> Option<Fault> {
        let keep = rng.below(len);
        (len > 0).then_some(Fault::Truncate { keep })
    }
}
