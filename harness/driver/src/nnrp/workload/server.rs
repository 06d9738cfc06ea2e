//! What the server does with operations: hints, results, drops.

use super::link::server;
use super::session::Operation;
use super::traffic::{Due, Traffic, after_us};
use crate::Action;
use wireproof_base::Instant;
use wireproof_wire::nnrp::command::{Hint, Push, Target};
use wireproof_wire::nnrp::result::{CLASS_PARTIAL, CLASS_STALE_REUSE};
use wireproof_wire::nnrp::{Command, Nnrp};

/// `result_class`: made with less than was wanted.
const CLASS_DEGRADED: u8 = 3;
/// `status_code`: degraded, rejected, failed.
const DEGRADED: u16 = 1;
const REJECTED: u16 = 2;

/// A step in the life of an operation at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A hint.
    Hint,
    /// A result with more to come.
    Partial,
    /// The last result.
    Last,
    /// The last result, reporting failure.
    Failure,
    /// No result at all.
    Drop,
}

impl Traffic {
    /// An operation has reached the server: its life is drawn at once.
    pub(super) fn plan(&mut self, now: Instant, operation: Operation) {
        let service = self.config.service_us.max(1);
        let mut at = after_us(now, u64::from(self.words.below(service)));
        if self.words.chance(self.config.hints, 100) {
            self.agenda.enter(at, Due::Serve(operation, Step::Hint));
        }
        if self.words.chance(self.config.partials, 100) {
            for _ in 0..=self.words.below(3) {
                at = after_us(at, u64::from(self.words.below(service / 2 + 1)));
                self.agenda.enter(at, Due::Serve(operation, Step::Partial));
            }
        }
        at = after_us(at, u64::from(self.words.below(service)));
        let draw = self.words.below(100);
        let last = if draw < self.config.drops {
            Step::Drop
        } else if draw < self.config.drops + self.config.failures {
            Step::Failure
        } else {
            Step::Last
        };
        self.agenda.enter(at, Due::Serve(operation, last));
        self.serving.push(operation);
    }

    /// One step of an operation that still runs at the server.
    pub(super) fn serve(&mut self, operation: Operation, step: Step) -> Option<Action<Nnrp>> {
        let at = self.serving.iter().position(|&serving| serving == operation)?;
        if !matches!(step, Step::Hint | Step::Partial) {
            self.serving.swap_remove(at);
        }
        let (session, lane, frame) = operation;
        let push = Push { session, lane, frame, ..Push::default() };
        Some(server(match step {
            Step::Hint => Command::Hint(self.hint(operation)),
            Step::Partial => Command::Push(Push { partial: true, ..push }),
            Step::Last => Command::Push(self.last(push)),
            Step::Failure => {
                Command::Push(Push { status: REJECTED + self.words.below(2) as u16, ..push })
            }
            Step::Drop => Command::Drop(Target { session, lane, frame }),
        }))
    }

    /// About the frame, or about the session as a whole.
    fn hint(&mut self, (session, lane, frame): Operation) -> Hint {
        let whole = self.words.chance(1, 4);
        Hint {
            session,
            lane: if whole { 0 } else { lane },
            frame: if whole { 0 } else { frame },
            budget_policy: self.words.below(5),
            congestion: self.words.below(4),
            reason: self.words.below(5),
            retry_after_ms: self.words.below(30),
        }
    }

    /// A result as it was wanted, or one of those that a budget allows.
    fn last(&mut self, push: Push) -> Push {
        if !self.words.chance(self.config.degraded, 100) {
            return push;
        }
        let applied_budget = 1 + self.words.below(15) as u8;
        match self.words.below(3) {
            0 => Push { status: DEGRADED, class: CLASS_DEGRADED, applied_budget, ..push },
            1 => Push { class: CLASS_PARTIAL, applied_budget, ..push },
            // The first frame of a lane has nothing before it.
            _ if push.frame == 1 => push,
            _ => Push { class: CLASS_STALE_REUSE, reused_frame: push.frame - 1, ..push },
        }
    }
}
