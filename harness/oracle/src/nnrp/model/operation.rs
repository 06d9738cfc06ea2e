//! An operation as one node knows it, NNRP §7.2A (table 4.3).

use super::Lookup;
use wireproof_base::Instant;

/// How far an operation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::nnrp) enum Stage {
    /// Something named it, and no submit has been seen.
    #[default]
    Unknown,
    /// Server: its submit has arrived and is neither taken nor refused.
    Arrived,
    /// It is unfinished.
    Live,
    /// It has ended.
    Ended(End),
}

/// What ended an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nnrp) enum End {
    /// A terminal result; `plain` if nobody can read it otherwise (`R-21`).
    Result {
        /// Status 0 or 1.
        ok: bool,
        /// Whether every hint agrees.
        plain: bool,
    },
    /// RESULT_DROP.
    Drop,
    /// ERROR at frame scope.
    Error(u32),
    /// ERROR at session scope that refused its submit.
    Refused,
    /// The end of its session.
    Closed,
    /// The loss of its connection.
    Lost,
    /// The node said so, and no packet did.
    Claimed,
}

/// One operation.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::nnrp) struct Op {
    /// `view_id × 2^32 + frame_id` (`R-01`).
    pub id: u64,
    /// When the node knew of it.
    pub at: Instant,
    /// Record that brought it.
    pub record: u32,
    /// How far it is.
    pub stage: Stage,
    /// Trace id of its submit.
    pub trace: u64,
    /// `budget_policy` of its submit.
    pub budget: u8,
    /// Whether its result is sent once only.
    pub once: bool,
    /// Whether it takes the loss tolerance of its connection.
    pub inherits_loss: bool,
    /// Whether nobody said what that is.
    pub loss_unsettled: bool,
    /// Whether it is a keyframe.
    pub keyframe: bool,
    /// Time it has, in ms; 0 for no limit (`R-44`).
    pub deadline_ms: u32,
    /// Whether that is the default of the session.
    pub default_deadline: bool,
    /// What its references came to when it arrived.
    pub lookup: Lookup,
    /// Client: partial results that arrived where it listens.
    pub partials: u16,
    /// Client: partial results that the application was told of.
    pub partials_told: u16,
    /// Client: whether they are token chunks.
    pub tokens: bool,
    /// Client: whether its terminal event arrived where it listens.
    pub arrived: bool,
    /// Client: whether an earlier frame of its lane was unfinished then.
    pub overtook: bool,
    /// Client: whether the session was draining then.
    pub arrived_late: bool,
    /// Whether it counts as in flight.
    pub counted: bool,
    /// Whether a loss left it open how far it is (`R-59`, `R-61`).
    pub doubtful: bool,
    /// Whether the client has refused a result of it (`R-54`).
    pub disputed: bool,
    /// Whether it names a schema other than the default of the session (`R-19`).
    pub overrides: bool,
    /// Whether a FRAME_CANCEL named it.
    pub cancelled: bool,
    /// Whether that came ahead of its submit, so that it may be ignored (`R-56`).
    pub cancelled_ahead: bool,
    /// Whether the submit was seen more than once.
    pub repeated: bool,
    /// Whether a newer frame names it as its predecessor.
    pub superseded: bool,
    /// The frames that its submit names as retried and as needed; 0 for none.
    pub predecessors: [u32; 2],
    /// Whether it names a frame it depends on, for which the server may wait (`R-56`).
    pub waits: bool,
    /// Whether its submit could not be decoded.
    pub malformed: bool,
    /// Whether its submit came when nothing new was admitted.
    pub late: Option<Late>,
    /// Server: the application was told of it.
    pub reported: bool,
    /// The application was told of its end.
    pub end_reported: bool,
    /// A terminal result was handed to the application.
    pub result_reported: bool,
    /// Server: the end that the application commanded first.
    pub commanded: Option<End>,
    /// Server: the same, where the submit did not allow what was commanded. The endpoint may
    /// decline it, or leave out what was not allowed.
    pub offered: Option<End>,
    /// Server: how many terminal events went out since the last resume.
    pub ends_sent: u8,
    /// Server: whether a terminal result of it ever went out.
    pub result_sent: bool,
    /// Number of resumes of the session before its terminal event went out.
    pub era: u32,
}

/// Why a submit must not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nnrp) enum Late {
    /// The session was closing or closed.
    Session,
    /// The connection was closing.
    Connection,
    /// It came on a connection that does not carry the session.
    Path,
}

impl Op {
    /// Whether it has ended.
    pub const fn ended(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// Server: whether its submit was refused, so that there was no operation.
    pub const fn was_refused(&self) -> bool {
        matches!(self.stage, Stage::Ended(End::Error(_) | End::Refused))
            && !self.reported
            && !self.malformed
    }

    /// Server: whether a repeat that is as `late` as said may be taken: there was no operation, or
    /// what came on a path that was left comes again where the session is.
    pub fn may_be_taken(&self, late: Option<Late>) -> bool {
        let again = self.stage == Stage::Arrived && self.late.is_some() && late.is_none();
        again || self.was_refused()
    }

    /// `view_id`.
    pub const fn lane(&self) -> u16 {
        (self.id >> 32) as u16
    }

    /// `frame_id`.
    pub const fn frame(&self) -> u32 {
        self.id as u32
    }

    /// Name of its stage, for a signature.
    pub const fn state(&self) -> &'static str {
        match self.stage {
            Stage::Unknown => "unknown",
            Stage::Arrived => "arrived",
            Stage::Live => "live",
            Stage::Ended(End::Result { ok: true, .. }) => "completed",
            Stage::Ended(End::Result { .. }) => "failed",
            Stage::Ended(End::Drop) => "dropped",
            Stage::Ended(End::Error(_) | End::Refused) => "refused",
            Stage::Ended(End::Closed | End::Lost | End::Claimed) => "ended",
        }
    }
}
