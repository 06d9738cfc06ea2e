//! Properties of every codec, over drawn packets and drawn bytes. Everything is drawn from a fixed
//! seed, so a run is repeated by running it again.

mod blocks;
mod bytes;
mod draw;
mod frames;
mod ncp;
mod stream;

use proptest::test_runner::{Config, RngSeed};

/// So many cases, always the same ones, and no file with failures.
fn cases(count: u32) -> Config {
    Config {
        cases: count,
        rng_seed: RngSeed::Fixed(0x77_6972_6570_726f),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    }
}
