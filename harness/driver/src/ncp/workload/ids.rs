//! Names that are drawn.

use crate::words::Words;

/// A UUID of version 4.
pub fn uuid(words: &mut Words) -> String {
    let (high, low) = (words.word(), words.word());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        8 + (low >> 60 & 3),
        low >> 48 & 0xFFF,
        low & 0xFFFF_FFFF_FFFF,
    )
}
