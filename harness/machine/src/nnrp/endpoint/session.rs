//! One session as an endpoint remembers it.

use super::op::Op;
use crate::nnrp::flow::Record;
use crate::nnrp::recovery::Tokens;
use crate::nnrp::session::{Event, State, next};
use alloc::vec::Vec;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::nnrp::session::{
    ALLOW_BACKGROUND_RESULTS, ALLOW_CACHE_LEASES, ALLOW_RESUME, ALLOW_SCHEMA_OVERRIDE,
};

#[derive(Debug, Default)]
pub(crate) struct Session {
    pub id: u32,
    pub tag: u64,
    /// The connection it is bound to; of no meaning while detached.
    pub conn: ConnId,
    pub state: State,
    pub class: u8,
    pub profile: u16,
    pub schema: (u32, u32),
    pub deadline_ms: u32,
    /// `max_in_flight_operations`.
    pub maximum: u16,
    /// Abilities granted, as in `session_flags`.
    pub granted: u8,
    /// Abilities the client asked for.
    pub asked: u8,
    pub lease_ttl_ms: u32,
    pub window_ms: u32,
    /// Session-scope record that the peer steers.
    pub incoming: Record,
    /// Session-scope record that this side steers.
    pub outgoing: Record,
    /// Last session-scope epoch sent; survives a resume.
    pub epoch: u32,
    /// Operation-scope records: steered by the peer or by this side.
    pub op_records: Vec<(u64, bool, Record)>,
    /// Every operation ever started, by id.
    pub ops: Vec<Op>,
    /// Ids of the unfinished ones, in the order they started.
    pub live: Vec<u64>,
    /// Packets that may have to be sent again.
    pub kept: Vec<u8>,
    /// Highest frame per lane.
    pub lanes: Vec<(u16, u32)>,
    /// Highest operation whose outcome is settled.
    pub settled: u64,
    /// Server: tokens given out.
    pub tokens: Tokens,
    /// Client: the token held.
    pub token: Vec<u8>,
    /// End of the resume window while detached.
    pub window: Option<Instant>,
    /// End of the drain, where this side sees to it.
    pub drain: Option<Instant>,
    /// When a RESULT_DROP starts to mean that the time of a close is over.
    pub close_end: Instant,
    /// Earliest deadline of an unfinished operation, or earlier.
    pub op_deadline: Instant,
    /// A SESSION_CLOSE of this side waits for `closed`.
    pub close_sent: bool,
    /// A SESSION_CLOSE of the peer waits for `closed`.
    pub close_owed: bool,
    /// `trace_id` of that SESSION_CLOSE, which every answer repeats.
    pub close_trace: u64,
    /// Client: what is below it was under way at a migration and is not submitted again
    /// (NNRP-MIG-006).
    pub cursor: u32,
    /// Old connection of a migration and the end of its grace window.
    pub old_path: Option<(ConnId, Instant)>,
    /// Fields that patches set.
    pub patched: Patched,
}

/// Values that SESSION_PATCH changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patched {
    pub cadence_x100: u32,
    pub quality_tier: u16,
    pub degrade_policy: u16,
    pub lanes: u64,
    pub codecs: u32,
    pub compressions: u32,
}

impl Session {
    /// An empty record, keeping memory.
    pub fn reset(&mut self, id: u32, conn: ConnId) {
        self.id = id;
        self.tag = 0;
        self.conn = conn;
        self.state = State::None;
        (self.class, self.profile, self.schema) = (0, 0, (0, 0));
        (self.deadline_ms, self.maximum, self.granted, self.asked) = (0, 0, 0, 0);
        (self.lease_ttl_ms, self.window_ms) = (0, 0);
        self.incoming = Record::new(None);
        self.outgoing = Record::new(None);
        self.epoch = 0;
        self.op_records.clear();
        self.ops.clear();
        self.live.clear();
        self.kept.clear();
        self.lanes.clear();
        self.settled = 0;
        self.tokens.revoke();
        self.token.clear();
        (self.window, self.drain) = (None, None);
        (self.close_end, self.op_deadline) = (Instant::MAX, Instant::MAX);
        (self.close_sent, self.close_owed, self.old_path) = (false, false, None);
        self.close_trace = 0;
        self.cursor = 0;
        self.patched = Patched::default();
    }

    /// Takes a step of table 4.2; `false` if it has none.
    pub fn step(&mut self, event: Event) -> bool {
        match next(self.state, event) {
            Some(state) => {
                self.state = state;
                true
            }
            None => false,
        }
    }

    /// Whether a lost connection leaves something to come back to (S17).
    pub const fn resumable(&self) -> bool {
        self.granted & ALLOW_RESUME != 0 && self.window_ms > 0
    }

    pub const fn leases(&self) -> bool {
        self.granted & ALLOW_CACHE_LEASES != 0
    }

    pub const fn overrides(&self) -> bool {
        self.granted & ALLOW_SCHEMA_OVERRIDE != 0
    }

    /// Whether messages outside submit calls may flow towards the client.
    pub fn flows(&self) -> bool {
        self.granted & ALLOW_BACKGROUND_RESULTS != 0 || !self.live.is_empty()
    }

    /// Position of an operation.
    pub fn find(&self, id: u64) -> Option<usize> {
        // Most messages are about the newest operations.
        match self.ops.last() {
            Some(last) if last.id == id => Some(self.ops.len() - 1),
            _ => self.ops.binary_search_by_key(&id, |op| op.id).ok(),
        }
    }

    /// Position of an operation that has not ended.
    pub fn find_live(&self, id: u64) -> Option<usize> {
        self.find(id).filter(|&at| !self.ops[at].state.is_terminal())
    }

    /// Highest frame of a lane so far. The cursor of a migration is one number for all lanes, so
    /// none of them starts below it.
    pub fn last_frame(&self, lane: u16) -> u32 {
        let started = self.lanes.iter().find(|(of, _)| *of == lane);
        started.map_or(0, |(_, frame)| *frame).max(self.cursor.saturating_sub(1))
    }

    /// Adds an operation; gives its position.
    pub fn start(&mut self, op: Op) -> usize {
        let (lane, frame) = (op.lane(), op.frame());
        match self.lanes.iter_mut().find(|(of, _)| *of == lane) {
            Some((_, last)) => *last = (*last).max(frame),
            None => self.lanes.push((lane, frame)),
        }
        self.live.push(op.id);
        self.op_deadline = self.op_deadline.min(op.deadline);
        match self.ops.last() {
            Some(last) if last.id > op.id => {
                let at = self.ops.partition_point(|other| other.id < op.id);
                self.ops.insert(at, op);
                at
            }
            _ => {
                self.ops.push(op);
                self.ops.len() - 1
            }
        }
    }

    /// Whether a newer frame of the lane names this one (table 4.3: superseded).
    pub fn replaced(&self, at: usize) -> bool {
        let op = &self.ops[at];
        self.ops[at + 1..]
            .iter()
            .take_while(|newer| newer.lane() == op.lane())
            .any(|newer| newer.retry_of == op.frame() || newer.dependency == op.frame())
    }

    /// Earliest deadline of an unfinished operation.
    pub fn earliest_deadline(&self) -> Instant {
        let deadlines = self.live.iter().filter_map(|&id| self.find(id));
        deadlines.map(|at| self.ops[at].deadline).min().unwrap_or(Instant::MAX)
    }

    /// Flow records as after an open or a resume (F11, R-61). What is granted limits the client
    /// only: results start without a limit.
    pub fn renew_records(&mut self, role: Role, granted: u16) {
        let granted = Record::new(Some(granted));
        (self.incoming, self.outgoing) = match role {
            Role::Client => (granted, Record::new(None)),
            Role::Server => (Record::new(None), granted),
        };
        self.op_records.clear();
    }

    /// The lowest, over its lanes, of the highest frame with nothing open at or below it: what a
    /// migrating client may claim as its last result.
    pub fn last_result(&self) -> u32 {
        let of_lane = |&(lane, last): &(u16, u32)| {
            let open = self.live.iter().filter(|&&id| (id >> 32) as u16 == lane);
            open.map(|&id| id as u32).min().map_or(last, |first| first - 1)
        };
        self.lanes.iter().map(of_lane).min().unwrap_or(0)
    }
}
