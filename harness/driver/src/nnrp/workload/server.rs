//! What the server does: results, drops, hints, and the flow of all three scopes.

use super::link::{client, server};
use super::sessions::Operation;
use super::traffic::{Due, Traffic, after_us};
use crate::Action;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::nnrp::command::{Flow, Hint, Push, Target};
use wireproof_wire::nnrp::flow::{
    LEVEL_HARD, LEVEL_NONE, REASON_GRANT, REASON_PAUSE, REASON_REDUCE, REASON_RESUME,
};
use wireproof_wire::nnrp::{Command, Nnrp};

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

/// Where flow is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Valve {
    /// Who turns it.
    pub node: Role,
    /// The connection.
    pub conn: ConnId,
    /// The session; 0 for the connection.
    pub session: u32,
    /// The operation; 0 for the wider scopes.
    pub operation: u64,
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
            Step::Hint => Command::Hint(Hint { session, lane, frame, ..Hint::default() }),
            Step::Partial => Command::Push(Push { partial: true, ..push }),
            Step::Last => Command::Push(push),
            Step::Failure => Command::Push(Push { status: 3, ..push }),
            Step::Drop => Command::Drop(Target { session, lane, frame }),
        }))
    }

    /// Turns the flow of some scope, and enters when it is turned back.
    pub(super) fn throttle(&mut self, now: Instant, conn: ConnId) -> Option<Action<Nnrp>> {
        let node = if self.words.chance(1, 5) { Role::Client } else { Role::Server };
        let known = match node {
            Role::Client => self.running.as_slice(),
            Role::Server => self.serving.as_slice(),
        };
        let some = match known.len() {
            0 => None,
            len => Some(known[self.words.below(len as u32) as usize]),
        };
        let mut valve = Valve { node, conn, session: 0, operation: 0 };
        match (self.words.below(3), some) {
            (1, Some((session, _, _))) => valve.session = session,
            (2, Some((session, lane, frame))) => {
                valve.session = session;
                valve.operation = u64::from(lane) << 32 | u64::from(frame);
            }
            _ => {}
        }
        let epoch = self.stale_epoch(valve);
        let mut flow = aim(valve);
        match self.words.below(5) {
            0 => flow.reason = REASON_PAUSE,
            1 => (flow.reason, flow.level) = (REASON_REDUCE, LEVEL_HARD),
            2 => (flow.reason, flow.drain_in_flight_only) = (REASON_REDUCE, true),
            3 => (flow.reason, flow.background_only) = (REASON_REDUCE, true),
            _ => flow.reason = REASON_REDUCE,
        }
        if self.words.chance(2, 3) {
            flow.credit = Some(self.words.below(4) as u16);
        }
        if self.words.chance(1, 4) {
            flow.retry_after_ms = Some(1 + self.words.below(20));
        }
        flow.epoch = epoch;
        if epoch.is_none() {
            let back = after_us(now, 1_000 + u64::from(self.words.below(30_000)));
            self.agenda.enter(back, Due::Loosen(valve));
        }
        Some(by(valve.node, flow))
    }

    /// Turns the flow of a scope fully on again.
    pub(super) fn loosen(&mut self, valve: Valve) -> Action<Nnrp> {
        let reason = if self.words.chance(1, 2) { REASON_GRANT } else { REASON_RESUME };
        let credit = Some(4 + self.words.below(28) as u16);
        by(valve.node, Flow { reason, level: LEVEL_NONE, credit, ..aim(valve) })
    }

    /// An epoch that is over at the scope of `valve`, if one is known and the draw says so.
    fn stale_epoch(&mut self, valve: Valve) -> Option<u32> {
        if !self.words.chance(self.config.stale, 100) {
            return None;
        }
        let seen = self.epochs.iter().find(|(known, _)| *known == valve)?;
        let epoch = seen.1;
        Some(epoch.saturating_sub(self.words.below(3)))
    }

    /// The peer of whoever turned a valve has seen an epoch in force.
    pub(super) fn saw_epoch(&mut self, valve: Valve, epoch: u32) {
        match self.epochs.iter_mut().find(|(known, _)| *known == valve) {
            Some((_, last)) => *last = epoch,
            None => self.epochs.push((valve, epoch)),
        }
    }
}

fn aim(valve: Valve) -> Flow {
    let Valve { conn, session, operation, .. } = valve;
    Flow { conn, session, operation, ..Flow::default() }
}

fn by(node: Role, flow: Flow) -> Action<Nnrp> {
    match node {
        Role::Client => client(Command::Flow(flow)),
        Role::Server => server(Command::Flow(flow)),
    }
}
