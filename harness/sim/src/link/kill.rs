//! Loss of a whole connection, in the middle of a transmission.

use crate::{Fault, Rng};

/// Ends the connection at any byte of a transmission, before the first and after the last
/// included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kill;

impl Kill {
    /// Draws how many of `len` bytes still arrive.
    pub fn draw(self, rng: &mut Rng, len: u32) -> Fault {
        Fault::Kill { after_bytes: rng.below(len.saturating_add(1)) }
    }
}
