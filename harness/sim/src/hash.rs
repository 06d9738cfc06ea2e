//! The trace hash: one 64-bit number for a whole run.
//!
//! Not cryptographic. Each step is a bijection of the state for a given word, and of the word
//! for a given state: two runs that part at one word differ right after it, always.

use alloc::vec::Vec;
use core::ops::Range;

#[cfg(test)]
mod tests;

/// Version of the algorithm; part of the initial state. Hashes of different versions are not
/// comparable.
pub const VERSION: u32 = 1;

/// Number of events between two checkpoints.
pub const CHECKPOINT: u64 = 1024;

/// A running hash over the events of a run.
///
/// For each event: any number of `word` and `bytes`, then one `end_event`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceHash {
    state: u64,
    events: u64,
    checkpoints: Vec<u64>,
}

impl Default for TraceHash {
    fn default() -> Self {
        Self { state: START, events: 0, checkpoints: Vec::new() }
    }
}

impl TraceHash {
    /// The hash of an empty run.
    pub fn new() -> Self {
        Self::default()
    }

    /// Folds one word: `state = x ^ (x >> 32)` with `x = (state ^ word) * K mod 2^64`.
    #[inline]
    pub fn word(&mut self, word: u64) {
        self.state = step(self.state, word);
    }

    /// Folds a byte string: little-endian words, the last one padded with zeros, then its length.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        let mut state = self.state;
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            state = step(state, u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            state = step(state, u64::from_le_bytes(last));
        }
        self.state = step(state, bytes.len() as u64);
    }

    /// Ends an event; every 1,024th leaves a checkpoint.
    #[inline]
    pub fn end_event(&mut self) {
        self.events += 1;
        if self.events.is_multiple_of(CHECKPOINT) {
            self.checkpoints.push(self.state);
        }
    }

    /// The hash of everything so far.
    pub fn value(&self) -> u64 {
        self.state
    }

    /// Number of events so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The hash after every 1,024th event.
    pub fn checkpoints(&self) -> &[u64] {
        &self.checkpoints
    }

    /// Bytes of memory held.
    pub(crate) fn footprint(&self) -> usize {
        self.checkpoints.capacity() * size_of::<u64>()
    }

    /// Starts over, keeps the memory.
    pub fn clear(&mut self) {
        self.state = START;
        self.events = 0;
        self.checkpoints.clear();
    }
}

/// The stretch of events, counted from 0, that holds the first difference of two runs; `None` if
/// they are equal.
pub fn first_difference(a: &TraceHash, b: &TraceHash) -> Option<Range<u64>> {
    if a.state == b.state && a.events == b.events {
        return None;
    }
    let same = a.checkpoints.iter().zip(&b.checkpoints).take_while(|(x, y)| x == y).count();
    let start = same as u64 * CHECKPOINT;
    Some(start..(start + CHECKPOINT).min(a.events.max(b.events)))
}

#[inline]
fn step(state: u64, word: u64) -> u64 {
    let x = (state ^ word).wrapping_mul(K);
    x ^ (x >> 32)
}

/// Odd, so that multiplication is a bijection: 2^64 divided by the golden ratio.
const K: u64 = 0x9e37_79b9_7f4a_7c15;
/// ASCII `wireprf` and the version.
const START: u64 = u64::from_be_bytes(*b"wireprf\0") | VERSION as u64;
