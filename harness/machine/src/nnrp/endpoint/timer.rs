//! The one instant an endpoint wants to be woken at: the earliest of all its deadlines.
//!
//! Arming is a comparison. Only when the deadline that stood first is taken back must the others
//! be looked through, once, before the call returns.

use super::core::Core;
use wireproof_base::Instant;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Timers {
    wake: Instant,
    stale: bool,
}

impl Default for Timers {
    fn default() -> Self {
        Self { wake: Instant::MAX, stale: false }
    }
}

impl Timers {
    /// A deadline was set.
    pub fn arm(&mut self, at: Instant) {
        self.wake = self.wake.min(at);
    }

    /// A deadline was taken back or has passed.
    pub fn disarm(&mut self, at: Instant) {
        self.stale |= at <= self.wake && at != Instant::MAX;
    }

    /// When to wake.
    pub fn wake(&self) -> Option<Instant> {
        (self.wake != Instant::MAX).then_some(self.wake)
    }
}

impl Core {
    /// Looks through all deadlines if the first one is in doubt.
    pub fn rewind(&mut self) {
        if !self.timers.stale {
            return;
        }
        let mut wake = Instant::MAX;
        for link in &self.links {
            wake = wake.min(link.deadline.unwrap_or(Instant::MAX));
        }
        for session in &mut self.sessions {
            if session.op_deadline != Instant::MAX {
                session.op_deadline = session.earliest_deadline();
            }
            let grace = session.old_path.map(|(_, end)| end);
            for deadline in [session.window, session.drain, grace].into_iter().flatten() {
                wake = wake.min(deadline);
            }
            wake = wake.min(session.op_deadline);
        }
        self.timers = Timers { wake, stale: false };
    }
}
