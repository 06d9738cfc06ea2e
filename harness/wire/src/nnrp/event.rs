//! What an endpoint tells its application.

use serde::{Deserialize, Serialize};
use wireproof_base::ConnId;

/// How an operation ended, NNRP §7.2A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Ended normally.
    Completed,
    /// Ended by an error.
    Failed,
    /// Stopped on request.
    Cancelled,
    /// Replaced by newer work.
    Superseded,
}

/// Why a submit was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The connection or the session is not in a state for it.
    State,
    /// Credit or the hard limit is used up.
    Credit,
    /// Hard backpressure.
    Hard,
    /// Paused.
    Paused,
    /// Draining.
    Drain,
    /// Only background sessions may start.
    Background,
}

/// A report to the application. Small and flat, so that a run allocates nothing for it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The hello exchange is done.
    Ready {
        /// The connection.
        conn: ConnId,
    },
    /// The connection has ended at this side: CLOSE, fatal error, failed hello or loss.
    Down {
        /// The connection.
        conn: ConnId,
        /// Error number that ended it; 0 for none.
        code: u32,
    },
    /// A session is open.
    Opened {
        /// The connection.
        conn: ConnId,
        /// Tag of the opening command.
        tag: u64,
        /// Number of the session.
        session: u32,
        /// Whether an earlier session continues.
        resumed: bool,
        /// Initial session credit.
        credit: u16,
        /// Hard limit of unfinished operations.
        max_in_flight: u16,
    },
    /// An open was refused.
    Refused {
        /// The connection.
        conn: ConnId,
        /// Tag of the opening command.
        tag: u64,
        /// `session_error_code`, or the code of the ERROR.
        code: u32,
        /// Whether it could work later.
        retry_later: bool,
    },
    /// Server: an operation was accepted.
    Submitted {
        /// The session.
        session: u32,
        /// `view_id`.
        lane: u16,
        /// `frame_id`.
        frame: u32,
        /// Bytes of typed payload.
        bytes: u32,
        /// FNV-1a 64 of the typed payloads in order.
        digest: u64,
    },
    /// Client: a submit was held back and not sent.
    Blocked {
        /// The session.
        session: u32,
        /// `view_id`.
        lane: u16,
        /// The `frame_id` the command gave.
        frame: u32,
        /// Why.
        why: Hold,
    },
    /// Client: a result arrived.
    Result {
        /// The session.
        session: u32,
        /// `view_id`.
        lane: u16,
        /// `frame_id`.
        frame: u32,
        /// Whether it ends the operation.
        terminal: bool,
        /// `result_class`.
        class: u8,
        /// `status_code`.
        status: u16,
        /// Bytes of typed payload.
        bytes: u32,
        /// FNV-1a 64 of the typed payloads in order.
        digest: u64,
    },
    /// An operation has ended at this side.
    Ended {
        /// The session.
        session: u32,
        /// `view_id`.
        lane: u16,
        /// `frame_id`.
        frame: u32,
        /// How.
        outcome: Outcome,
    },
    /// Client: a hint arrived.
    Hinted {
        /// The session.
        session: u32,
        /// `frame_id`; 0 for the session.
        frame: u32,
        /// `reason`.
        reason: u32,
        /// Wait before submitting, in ms.
        retry_after_ms: u32,
    },
    /// A flow update was applied.
    Flow {
        /// The connection.
        conn: ConnId,
        /// The session; 0 at connection scope.
        session: u32,
        /// The operation; 0 at the wider scopes.
        operation: u64,
        /// Credit in force; 65535 stands for unlimited.
        credit: u16,
        /// Level in force.
        level: u8,
        /// Whether it pauses.
        paused: bool,
        /// Its epoch.
        epoch: u32,
    },
    /// Client: a patch was answered.
    Patched {
        /// The session.
        session: u32,
        /// 0 accepted, 1 partial, 2 rejected.
        status: u16,
        /// Fields taken over.
        applied: u32,
        /// Fields refused.
        rejected: u32,
    },
    /// A put was answered.
    Cached {
        /// The session; 0 for the connection.
        session: u32,
        /// Key space.
        namespace: u32,
        /// The key.
        key: u64,
        /// 0 accepted, 1 rejected, 2 replaced.
        status: u32,
        /// Number from table 3.11 when refused.
        detail: u32,
    },
    /// Cache objects were invalidated by the peer.
    Invalidated {
        /// The session; 0 for the connection.
        session: u32,
        /// How many.
        objects: u32,
    },
    /// A close is under way and unfinished operations still run.
    Draining {
        /// The session.
        session: u32,
    },
    /// A session is gone.
    Closed {
        /// The session.
        session: u32,
        /// Error number that ended it; 0 for none.
        code: u32,
    },
    /// A close was turned down; the session goes on.
    CloseRejected {
        /// The session.
        session: u32,
    },
    /// The connection is lost and the session waits to be resumed.
    Detached {
        /// The session.
        session: u32,
    },
    /// A migration was answered; `code` 0 accepts.
    Migrated {
        /// The session.
        session: u32,
        /// The connection it was asked on.
        conn: ConnId,
        /// `accept_code`.
        code: u32,
        /// First frame that may be submitted again.
        resume_from: u32,
    },
    /// A probe was answered.
    Probed {
        /// The connection.
        conn: ConnId,
        /// `probe_id`.
        id: u32,
    },
    /// A ping was answered.
    Pong {
        /// The connection.
        conn: ConnId,
        /// The session; 0 for the connection.
        session: u32,
    },
    /// The peer sent ERROR.
    Error {
        /// The connection.
        conn: ConnId,
        /// The session; 0 at connection scope.
        session: u32,
        /// `view_id`; 0 unless frame scope.
        lane: u16,
        /// `frame_id`; 0 unless frame scope.
        frame: u32,
        /// Error number.
        code: u32,
        /// Whether it ends what its scope names.
        fatal: bool,
    },
    /// This side refused something that the peer sent.
    Rejected {
        /// The connection.
        conn: ConnId,
        /// The session; 0 at connection scope.
        session: u32,
        /// `frame_id`; 0 if none is named.
        frame: u32,
        /// Error number that was or would have been sent.
        code: u32,
    },
}

impl Event {
    /// Its name as serialised.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "ready",
            Self::Down { .. } => "down",
            Self::Opened { .. } => "opened",
            Self::Refused { .. } => "refused",
            Self::Submitted { .. } => "submitted",
            Self::Blocked { .. } => "blocked",
            Self::Result { .. } => "result",
            Self::Ended { .. } => "ended",
            Self::Hinted { .. } => "hinted",
            Self::Flow { .. } => "flow",
            Self::Patched { .. } => "patched",
            Self::Cached { .. } => "cached",
            Self::Invalidated { .. } => "invalidated",
            Self::Draining { .. } => "draining",
            Self::Closed { .. } => "closed",
            Self::CloseRejected { .. } => "close_rejected",
            Self::Detached { .. } => "detached",
            Self::Migrated { .. } => "migrated",
            Self::Probed { .. } => "probed",
            Self::Pong { .. } => "pong",
            Self::Error { .. } => "error",
            Self::Rejected { .. } => "rejected",
        }
    }
}
