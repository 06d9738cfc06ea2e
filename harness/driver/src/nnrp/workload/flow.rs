//! The flow of all three scopes, turned down and up again by either side.

use super::link::by;
use super::traffic::{Due, Traffic, after_us};
use crate::Action;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::nnrp::command::Flow;
use wireproof_wire::nnrp::flow::{
    LEVEL_HARD, LEVEL_NONE, REASON_GRANT, REASON_PAUSE, REASON_REDUCE, REASON_RESUME,
};
use wireproof_wire::nnrp::{Command, Nnrp};

/// `update_reason`: the path is congested.
const REASON_CONGESTION: u8 = 4;

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
    /// Turns the flow of some scope, and enters when it is turned back.
    pub(super) fn throttle(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        let (_, conn) = self.some_ready(None)?;
        let node = if self.words.chance(1, 5) { Role::Client } else { Role::Server };
        let valve = self.some_valve(node, conn);
        let epoch = self.stale_epoch(valve);
        let mut flow = aim(valve);
        match self.words.below(7) {
            0 => flow.reason = REASON_PAUSE,
            1 => (flow.reason, flow.level) = (REASON_REDUCE, LEVEL_HARD),
            2 => (flow.reason, flow.drain_in_flight_only) = (REASON_REDUCE, true),
            3 => (flow.reason, flow.background_only) = (REASON_REDUCE, true),
            4 => flow.reason = REASON_REDUCE,
            // Anything together, also what looks like a contradiction.
            _ => {
                let reasons = [REASON_REDUCE, REASON_PAUSE, REASON_CONGESTION, REASON_GRANT];
                flow.reason = reasons[self.words.below(4) as usize];
                flow.level = self.words.below(3) as u8;
                flow.drain_in_flight_only = self.words.chance(1, 4);
                flow.background_only = self.words.chance(1, 4);
            }
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
        Some(by(valve.node, Command::Flow(flow)))
    }

    fn some_valve(&mut self, node: Role, conn: ConnId) -> Valve {
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
        valve
    }

    /// Turns the flow of a scope fully on again.
    pub(super) fn loosen(&mut self, valve: Valve) -> Action<Nnrp> {
        let reason = if self.words.chance(1, 2) { REASON_GRANT } else { REASON_RESUME };
        let credit = Some(4 + self.words.below(28) as u16);
        let flow = Flow { reason, level: LEVEL_NONE, credit, ..aim(valve) };
        by(valve.node, Command::Flow(flow))
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
