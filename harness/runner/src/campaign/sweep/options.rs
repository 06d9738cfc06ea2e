//! What a campaign is asked for, and who watches it.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is to be played.
pub struct Campaign<'a> {
    /// The SUT, as the command line names it.
    pub driver: &'a str,
    /// Texts of which an id or a requirement must contain one; none selects everything.
    pub filter: &'a [String],
    /// The first seed.
    pub first: u64,
    /// How many seeds, all shards together; absent goes on until it is stopped.
    pub seeds: Option<u64>,
    /// Which part of them is played here.
    pub shard: Shard,
    /// Threads.
    pub threads: usize,
    /// Whether to play everything twice and compare.
    pub verify: bool,
    /// Raised to end early, and the report says that it was cut short.
    pub interrupt: &'a AtomicBool,
    /// Raised when the time is over: an ordinary end.
    pub time_over: &'a AtomicBool,
    /// Kinds of failures that are described in full.
    pub described: usize,
    /// Who watches.
    pub progress: &'a dyn Progress,
}

impl Campaign<'_> {
    /// Number of seeds of this shard.
    pub fn len(&self) -> u64 {
        let (index, of) = (u64::from(self.shard.index) - 1, u64::from(self.shard.of));
        let seeds = self.seeds.unwrap_or(u64::MAX);
        (seeds / of) + u64::from(index < seeds % of)
    }

    /// Whether this shard has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The seed numbered `index` of this shard. Neighbouring seeds are in different shards.
    pub fn seed(&self, index: u64) -> u64 {
        let stride = u64::from(self.shard.of);
        let offset = index.wrapping_mul(stride).wrapping_add(u64::from(self.shard.index) - 1);
        self.first.wrapping_add(offset)
    }

    /// Whether to stop before the next seed.
    pub fn over(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed) || self.time_over.load(Ordering::Relaxed)
    }
}

/// One of several parts of a campaign, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { index: 1, of: 1 };
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = || format!("`{text}` is no shard; write 1/8 for the first of eight");
        let (index, of) = text.split_once('/').ok_or_else(help)?;
        let shard =
            Self { index: index.parse().map_err(|_| help())?, of: of.parse().map_err(|_| help())? };
        let inside = shard.index >= 1 && shard.index <= shard.of;
        if inside { Ok(shard) } else { Err(help()) }
    }
}

/// Somebody who watches a campaign.
pub trait Progress: Sync {
    /// So many executions will follow; absent if nobody knows.
    fn start(&self, total: Option<u64>);
    /// How far it is: executions, failing ones among them, kinds of failures, and the markers that
    /// nothing has reached yet.
    fn update(&self, done: u64, failing: u64, kinds: usize, missing: &[&str]);
    /// Everything is played; so many kinds of failures are looked into now.
    fn look_into(&self, kinds: usize);
    /// All is done.
    fn finish(&self);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn start(&self, _: Option<u64>) {}
    fn update(&self, _: u64, _: u64, _: usize, _: &[&str]) {}
    fn look_into(&self, _: usize) {}
    fn finish(&self) {}
}
