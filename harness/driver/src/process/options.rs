//! What a process is allowed.

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
