//! Choices read from fuzz bytes. When the bytes run out everything is zero, so every input is
//! complete and a shorter one means less.

use arbitrary::{Arbitrary, Unstructured};

/// Reads choices from the front of an input.
#[derive(Debug)]
pub struct Draw<'a>(Unstructured<'a>);

impl<'a> Draw<'a> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// Whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// The next whole value of a fixed width; `None` if less than that is left.
    pub fn whole<T: Arbitrary<'a>>(&mut self) -> Option<T> {
        let (least, _) = T::size_hint(0);
        if self.0.len() < least.max(1) {
            return None;
        }
        self.0.arbitrary().ok()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// A number below `bound`, from one byte up to 256 and from four beyond.
    ///
    /// # Panics
    /// If `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound <= 256 {
            return usize::from(self.byte()) % bound;
        }
        self.0.arbitrary::<u32>().unwrap_or_default() as usize % bound
    }

    /// A coin, from one byte.
    pub fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number of any size, mostly small: 1, 2 or 9 bytes.
    pub fn number(&mut self) -> u64 {
        match self.byte() {
            small @ 0..=0x7F => u64::from(small),
            0x80..=0xBF => 0x80 + u64::from(self.byte()),
            _ => self.0.arbitrary().unwrap_or_default(),
        }
    }

    /// At most `most` bytes behind a byte that says how many.
    pub fn blob(&mut self, most: usize) -> &'a [u8] {
        let len = usize::from(self.byte()).min(most).min(self.0.len());
        self.0.bytes(len).unwrap_or_default()
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        self.0.bytes(self.0.len()).unwrap_or_default()
    }
}
