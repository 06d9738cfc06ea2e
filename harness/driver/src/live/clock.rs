//! Real time as instants of a run.

use wireproof_base::Instant;

/// Counts from its creation.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: std::time::Instant,
}

impl Clock {
    /// Zero is now.
    #[expect(clippy::disallowed_methods, reason = "depth live runs in real time by definition")]
    pub fn start() -> Self {
        Self { start: std::time::Instant::now() }
    }

    /// Time since then.
    pub fn now(&self) -> Instant {
        Instant::from_nanos(u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }
}
