//! The names that a protocol lends to its scenarios.

use crate::requirements::Requirements;
use crate::vectors::sweep::Sweep;
use std::fmt;
use wireproof_base::Carrier;
use wireproof_driver::{FrameError, FrameSpec, Speaks};

/// What a loader must be told about a protocol, beyond its types.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    /// The number behind a name.
    pub number: &'a (dyn Fn(&str) -> Option<u64> + Sync),
    /// Keys of a frame.
    pub frame_keys: &'a [&'static str],
    /// Whether a frame can be built from a specification.
    pub check_frame: &'a (dyn Fn(&FrameSpec) -> Result<(), FrameError> + Sync),
    /// Whether that field of a frame may hold text that stands for itself.
    pub holds_text: &'a (dyn Fn(&str) -> bool + Sync),
    /// Whether bytes are exactly one whole packet.
    pub whole: &'a (dyn Fn(&[u8]) -> bool + Sync),
    /// The carriers it runs over.
    pub carriers: &'a [Carrier],
    /// Broken forms of vectors.
    pub sweeps: &'a [Sweep],
    /// Known requirements; without them ids are not checked.
    pub requirements: Option<&'a Requirements>,
}

impl<'a> Vocabulary<'a> {
    /// The names of `P`, with these sweeps.
    pub fn of<P: Speaks>(requirements: &'a Requirements, sweeps: &'a [Sweep]) -> Self {
        Self {
            number: &P::number,
            frame_keys: P::FRAME_KEYS,
            check_frame: &|spec| P::build(spec, &|tag| tag as u32).map(|_| ()),
            holds_text: &P::holds_text,
            whole: &|bytes| P::split(bytes) == Some(bytes.len()),
            carriers: P::CARRIERS,
            sweeps,
            requirements: Some(requirements),
        }
    }
}

impl fmt::Debug for Vocabulary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vocabulary").finish_non_exhaustive()
    }
}
