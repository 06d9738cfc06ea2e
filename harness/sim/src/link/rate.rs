//! Limited rate with a queue in front.

use serde::{Deserialize, Serialize};
use wireproof_base::{Duration, Instant};

/// How fast a direction of a connection takes bytes, and how many may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Bytes per second; 0 counts as 1.
    pub bytes_per_second: u64,
    /// Bytes that may wait before a datagram is dropped at the tail. Streams wait without limit.
    pub queue_bytes: u64,
}

impl Rate {
    /// When the last of `len` bytes has left a link that is `busy` until then; `None` if the
    /// queue is full and `may_drop`.
    pub fn leave(self, now: Instant, busy: Instant, len: usize, may_drop: bool) -> Option<Instant> {
        let len = len as u64;
        let waiting = busy.since(now).as_nanos();
        let rate = u128::from(self.bytes_per_second.max(1));
        let queued = u128::from(waiting) * rate / NANOS;
        if may_drop && queued + u128::from(len) > u128::from(self.queue_bytes) && waiting > 0 {
            return None;
        }
        let nanos = (u128::from(len) * NANOS).div_ceil(rate);
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        Some(now.max(busy) + Duration::from_nanos(nanos))
    }
}

const NANOS: u128 = 1_000_000_000;
