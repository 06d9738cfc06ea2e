//! Names of streams, schemas, entities and requests, without their text.

/// FNV-1a 64 of a text; that of the empty text stands for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ncp) struct Name(u64);

impl Name {
    /// No name.
    pub const NONE: Self = Self(0xcbf2_9ce4_8422_2325);

    /// The name of `text`.
    pub fn of(text: &str) -> Self {
        Self(text.bytes().fold(Self::NONE.0, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// The name of a text that may be missing.
    pub fn of_optional(text: Option<&str>) -> Self {
        text.map_or(Self::NONE, Self::of)
    }

    /// Whether it names nothing.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::NONE
    }
}
