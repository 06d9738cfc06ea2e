//! SUTs in other processes, over the adapter protocol of `PROTOCOL.md`.
//!
//! Strictly one reply per request. Whatever the process does wrong has an error of its own, ends
//! its whole process group, and leaves the harness standing; the next `start` spawns afresh.

mod exchange;
mod lines;
mod link;
mod sut;
mod tail;

pub use link::{CONNECT_PLACEHOLDER, CONNECT_VARIABLE};
pub use sut::Process;

use std::time::Duration;

/// Limits on a process. Real time, the only place where it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long an answer may take.
    pub watchdog: Duration,
    /// How long a started process may take to connect back, and a handshake to be answered.
    pub patience: Duration,
    /// Longest line in bytes.
    pub max_line: usize,
    /// How often an endpoint may be woken at one instant.
    pub max_wakes: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            watchdog: Duration::from_secs(10),
            patience: Duration::from_secs(30),
            max_line: crate::adapter::MAX_LINE,
            max_wakes: 1_000,
        }
    }
}
