//! Words of chance: splitmix64, integers only. For generated traffic, never for the network.

/// A stream of 64-bit words that depends on its seed alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    state: u64,
}

impl Words {
    /// The stream of `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next word.
    pub const fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `bound`, or 0 if that is 0. Multiply and shift: the bias is below 2^-32 for
    /// the small bounds used here.
    pub const fn below(&mut self, bound: u32) -> u32 {
        (((self.word() >> 32) * bound as u64) >> 32) as u32
    }

    /// True `part` times out of `whole`.
    pub const fn chance(&mut self, part: u32, whole: u32) -> bool {
        self.below(whole) < part
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn the_words_of_seed_zero_are_the_published_ones() {
        let mut words = Words::new(0);
        let golden = [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f];
        assert_eq!(golden.map(|_| words.word()), golden);
    }

    #[test]
    fn bounded_draws_stay_below_and_reach_every_value() {
        let mut words = Words::new(7);
        let mut seen = [0u32; 5];
        for _ in 0..1_000 {
            seen[words.below(5) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 100), "{seen:?}");
        assert_eq!(words.below(0), 0);
    }
}
