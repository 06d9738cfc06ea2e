//! Chance: one ChaCha8 stream per site, and integer draws from its raw words.
//!
//! Libraries have changed how they turn words into ranges; the words themselves never changed.
//! So only words come from outside, and every draw below says which words it takes and how.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use wireproof_base::Seed;

mod exponential;
#[cfg(test)]
mod tests;

/// The random numbers of one site.
///
/// The ChaCha8 key is the seed (8 bytes, little-endian) followed by 24 fixed bytes; the nonce is
/// the number of the stream. Streams of one seed are independent: what one site draws moves
/// nothing at another.
#[derive(Clone, Debug)]
pub struct Rng(ChaCha8Rng);

impl Rng {
    /// Stream `stream` of `seed`. Sites of a network use the numbers below 2^40; the upper half
    /// of all numbers is free for users of this crate.
    pub fn new(seed: Seed, stream: u64) -> Self {
        let mut key = *b"--------wireproof sim, chance v1";
        key[..8].copy_from_slice(&seed.0.to_le_bytes());
        let mut words = ChaCha8Rng::from_seed(key);
        words.set_stream(stream);
        Self(words)
    }

    /// The next raw word.
    #[inline]
    pub fn word(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// The next two raw words, the first one low.
    #[inline]
    pub fn long(&mut self) -> u64 {
        let low = self.word();
        u64::from(self.word()) << 32 | u64::from(low)
    }

    /// A number below `bound`, 0 if that is 0. Takes one word `w`: `w * bound / 2^32`. Each
    /// result is off its fair share by less than 2^-32.
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.word()) * u64::from(bound)) >> 32) as u32
    }

    /// A number below `bound`, 0 if that is 0. Takes two words as `long`: `l * bound / 2^64`.
    /// Each result is off its fair share by less than 2^-64.
    #[inline]
    pub fn below_long(&mut self, bound: u64) -> u64 {
        ((u128::from(self.long()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included; `low` if they are the wrong way round.
    /// Takes two words.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        let long = u128::from(self.long());
        let width = u128::from(high.saturating_sub(low)) + 1;
        low + ((long * width) >> 64) as u64
    }

    /// True in `ppm` of a million cases. Takes one word.
    #[inline]
    pub fn chance(&mut self, ppm: u32) -> bool {
        self.below(1_000_000) < ppm
    }

    /// A number with exponential distribution around `mean`. Takes two words. At most 33 ln 2
    /// (about 23) times the mean.
    pub fn exponential(&mut self, mean: u64) -> u64 {
        let (halvings, within) = (self.word(), self.word());
        exponential::scaled(mean, halvings, within)
    }

    /// A number from `low` to `high` whose order of magnitude is what is uniform: `high` is
    /// halved any number of times that keeps it at `low` or above, then a place between that and
    /// its half is drawn. Takes three words.
    pub fn magnitude(&mut self, low: u64, high: u64) -> u64 {
        let ratio = high / low.max(1);
        let halvings = self.below(u64::BITS - ratio.leading_zeros());
        let top = (high >> halvings).max(low);
        self.range((top / 2).max(low), top)
    }

    /// Shuffles: swaps each place, from the last to the second, with one below or itself. Takes
    /// one word per place but the first.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u32::try_from(last + 1).unwrap_or(u32::MAX);
            items.swap(last, self.below(bound) as usize);
        }
    }
}
