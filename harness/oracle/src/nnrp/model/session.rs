//! A session as one node knows it, NNRP §7.1 (table 4.2).

use super::flow::Flow;
use super::operation::Op;
use alloc::vec::Vec;
use wireproof_base::{ConnId, Instant};
use wireproof_wire::nnrp::session::{ALLOW_RESUME, POLICY_ABORT, SessionOpen, SessionOpenAck};

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::nnrp) enum State {
    /// New.
    #[default]
    Open,
    /// Recovered.
    Resumed,
    /// A close has passed.
    Closing,
    /// A close waits for unfinished operations.
    Draining,
    /// Gone.
    Closed,
    /// Its connection is lost and it waits to be resumed.
    Detached,
}

impl State {
    /// Name, for a signature.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resumed => "resumed",
            Self::Closing => "closing",
            Self::Draining => "draining",
            Self::Closed => "closed",
            Self::Detached => "detached",
        }
    }

    /// Whether it takes new work.
    pub const fn takes_work(self) -> bool {
        matches!(self, Self::Open | Self::Resumed)
    }
}

/// A SESSION_CLOSE.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Close {
    /// When the node sent or got it.
    pub at: Instant,
    /// `in_flight_policy`.
    pub policy: u8,
    /// `drain_timeout_ms`.
    pub timeout_ms: u32,
    /// Whether closed or rejected has answered it.
    pub done: bool,
}

impl Close {
    /// Whether unfinished operations get no time (`R-36` for drain with 0).
    pub const fn aborts(&self) -> bool {
        self.policy == POLICY_ABORT || self.timeout_ms == 0
    }

    /// When their time is over.
    pub fn over(&self) -> Instant {
        self.at + wireproof_base::Duration::from_millis(u64::from(self.timeout_ms))
    }
}

/// One session.
#[derive(Debug, Default)]
pub(in crate::nnrp) struct Session {
    /// Its number.
    pub id: u32,
    /// The connection it is on.
    pub conn: ConnId,
    /// Where it stands.
    pub state: State,
    /// Where it stood before the close.
    pub before_close: State,
    /// What was asked for.
    pub asked: SessionOpen,
    /// What was granted.
    pub granted: SessionOpenAck,
    /// What governs this node.
    pub flow_in: Flow,
    /// What this node has laid down.
    pub flow_out: Flow,
    /// Records of single operations: id, in, out.
    pub op_flows: Vec<(u64, Flow, Flow)>,
    /// Unfinished operations.
    pub in_flight: u32,
    /// Its operations, oldest first.
    pub ops: Vec<Op>,
    /// The close this node sent.
    pub close_sent: Option<Close>,
    /// The close this node got.
    pub close_received: Option<Close>,
    /// Whether CLOSE or a fatal ERROR ended it.
    pub ended_by_word: bool,
    /// When its connection was lost.
    pub lost_at: Option<Instant>,
    /// How often it was resumed.
    pub resumes: u32,
    /// Whether it was migrated, and where it came from.
    pub migrated_from: Option<ConnId>,
    /// When the old path of a migration ends.
    pub path_until: Instant,
    /// First frame that may be submitted after the migration.
    pub cursor: u64,
    /// The connection it was on before a resume elsewhere (`R-60`).
    pub resumed_from: Option<ConnId>,
    /// Whether the number belonged to an earlier session (`R-06`).
    pub reused: bool,
    /// Whether that session still lived, so that its ends are told after this one began (S29).
    pub replaced: bool,
    /// Whether the client has ever named a watermark (`R-58`).
    pub watermarked: bool,
    /// Whether the client was heard on it since the last resume.
    pub heard: bool,
    /// Whether a close of it was turned down.
    pub turned_down: bool,
    /// Where a migration of it was refused.
    pub moved_in_vain: Option<ConnId>,
    /// The values that the last answer to a patch said are in force.
    pub effective: Option<[u64; 6]>,
    /// Whether the application was told of it.
    pub announced: bool,
    /// Whether the application was told that it is gone.
    pub end_told: bool,
    /// Whether it was lost with its connection, and with nobody's word.
    pub lost: bool,
}

impl Session {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        let Self { mut ops, mut op_flows, .. } = core::mem::take(self);
        ops.clear();
        op_flows.clear();
        *self = Self { ops, op_flows, ..Self::default() };
    }

    /// Index of an operation; recent ones are found first.
    #[inline]
    pub fn find_op(&self, id: u64) -> Option<usize> {
        self.ops.iter().rposition(|op| op.id == id)
    }

    /// Whether it can survive the loss of its connection.
    pub const fn resumable(&self) -> bool {
        self.granted.session_flags_ack & ALLOW_RESUME as u32 != 0
            && self.granted.resume_window_ms != 0
    }

    /// Whether its resume window is over at `now`.
    pub fn window_over(&self, now: Instant) -> bool {
        let window = u64::from(self.granted.resume_window_ms);
        let span = wireproof_base::Duration::from_millis(window);
        self.lost_at.is_some_and(|lost| now >= lost + span)
    }

    /// Whether a close was answered with closed, or a fatal ERROR or CLOSE ended the session.
    pub fn close_done(&self) -> bool {
        self.ended_by_word
            || self.close_sent.is_some_and(|close| close.done)
            || self.close_received.is_some_and(|close| close.done)
    }

    /// Whether a close that gives no time has passed either way.
    pub fn aborted(&self) -> bool {
        self.close_sent.is_some_and(|close| close.aborts())
            || self.close_received.is_some_and(|close| close.aborts())
    }

    /// How many operations have not ended, doubtful ones included.
    pub fn unfinished(&self) -> usize {
        self.ops.iter().filter(|op| op.stage == super::Stage::Live).count()
    }
}
