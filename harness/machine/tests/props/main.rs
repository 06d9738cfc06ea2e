//! Every state machine against a small model typed from the tables of the protocol reference,
//! over drawn histories, legal and illegal. Everything is drawn from a fixed seed.

mod cache;
mod connection;
mod flow;
mod ncp;
mod operation;
mod recovery;
mod schema;
mod session;

use proptest::test_runner::{Config, RngSeed};

/// So many histories, always the same ones, and no file with failures.
fn cases(count: u32) -> Config {
    Config {
        cases: count,
        rng_seed: RngSeed::Fixed(0x006d_6163_6869_6e65),
        failure_persistence: None,
        max_shrink_iters: 5_000,
        ..Config::default()
    }
}
