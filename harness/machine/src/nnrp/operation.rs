//! The operation life cycle, NNRP §7.2A, §10 (reference table 4.3).

use wireproof_wire::nnrp::event::Outcome;

mod tree;

pub use tree::{Refused, Scope, Tree};

#[cfg(test)]
mod tests;

/// Where an operation stands; the numbers are those of NNRP §7.2A.
///
/// ```text
///              +--------> Partial <--------+
///              |           | |             |
/// Accepted -> Running -----|-|-> WaitingTool -> (Running)
///    |         |           | |             |
///    v         v           v v             v
///  Superseded, Cancelled, Failed, Completed (not from Accepted or WaitingTool)
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum State {
    /// Taken in and queued.
    #[default]
    Accepted = 0,
    /// Execution has begun.
    Running = 1,
    /// Usable results exist, more will follow.
    Partial = 2,
    /// Waits for a tool or another outside dependency.
    WaitingTool = 3,
    /// Replaced by newer work or context.
    Superseded = 4,
    /// Stopped on request.
    Cancelled = 5,
    /// Ended by an error.
    Failed = 6,
    /// Ended normally.
    Completed = 7,
}

/// Bit `to` of row `from` is set where table 4.3 says yes (R-24).
const ALLOWED: [u8; 8] = [
    0b0111_0010, // accepted: running, superseded, cancelled, failed
    0b1111_1100, // running: partial, waiting_tool and the four ends
    0b1111_1100, // partial: partial, waiting_tool and the four ends
    0b0111_0010, // waiting_tool: running, superseded, cancelled, failed
    0,
    0,
    0,
    0,
];

/// What the wire says about an operation (second table of reference 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wire {
    /// RESULT_PUSH that is not terminal (R-21).
    PartialResult,
    /// Terminal RESULT_PUSH, status_code 0 or 1.
    Result,
    /// Terminal RESULT_PUSH, status_code 2 or 3.
    FailedResult,
    /// RESULT_DROP while a cancel is outstanding.
    DropOfCancelled,
    /// RESULT_DROP of a frame that a newer one of its lane names.
    DropOfReplaced,
    /// Any other RESULT_DROP.
    Drop,
    /// Frame-scope ERROR(`frame_cancelled`) from the server.
    ErrorCancelled,
    /// Any other frame-scope ERROR from the server.
    Error,
    /// Frame-scope ERROR from the client, or a wider ERROR that is not fatal (R-54).
    ForeignError,
    /// FRAME_CANCEL as it reaches the server.
    Cancel,
    /// The session was closed by abort, or its drain timer ran out (R-57).
    SessionAborted,
    /// The connection or the resume window was lost.
    Lost,
}

/// The state after `wire`; `None` leaves it unchanged, the message being dropped and counted if
/// the operation is terminal. Steps that the table has no direct way for pass through running.
pub const fn after(state: State, wire: Wire) -> Option<State> {
    if state.is_terminal() {
        return None;
    }
    Some(match wire {
        Wire::PartialResult => State::Partial,
        Wire::Result => State::Completed,
        Wire::FailedResult | Wire::Drop | Wire::Error | Wire::Lost => State::Failed,
        Wire::DropOfCancelled | Wire::ErrorCancelled | Wire::Cancel | Wire::SessionAborted => {
            State::Cancelled
        }
        Wire::DropOfReplaced => State::Superseded,
        Wire::ForeignError => return None,
    })
}

impl State {
    /// Every state, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Accepted,
        Self::Running,
        Self::Partial,
        Self::WaitingTool,
        Self::Superseded,
        Self::Cancelled,
        Self::Failed,
        Self::Completed,
    ];

    /// Whether table 4.3 has a way from here to `to` (NNRP-OP-006, -007).
    pub const fn allows(self, to: Self) -> bool {
        ALLOWED[self as usize] & (1 << to as u8) != 0
    }

    /// Whether no later event changes it (NNRP-OP-005).
    pub const fn is_terminal(self) -> bool {
        self as u8 >= Self::Superseded as u8
    }

    /// The outcome to report, once terminal.
    pub const fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Superseded => Some(Outcome::Superseded),
            Self::Cancelled => Some(Outcome::Cancelled),
            Self::Failed => Some(Outcome::Failed),
            Self::Completed => Some(Outcome::Completed),
            _ => None,
        }
    }

    /// Name as in NNRP §7.2A.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Partial => "partial",
            Self::WaitingTool => "waiting_tool",
            Self::Superseded => "superseded",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Completed => "completed",
        }
    }
}

impl Wire {
    /// Every event.
    pub const ALL: &'static [Self] = &[
        Self::PartialResult,
        Self::Result,
        Self::FailedResult,
        Self::DropOfCancelled,
        Self::DropOfReplaced,
        Self::Drop,
        Self::ErrorCancelled,
        Self::Error,
        Self::ForeignError,
        Self::Cancel,
        Self::SessionAborted,
        Self::Lost,
    ];

    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PartialResult => "partial_result",
            Self::Result => "result",
            Self::FailedResult => "failed_result",
            Self::DropOfCancelled => "drop_of_cancelled",
            Self::DropOfReplaced => "drop_of_replaced",
            Self::Drop => "drop",
            Self::ErrorCancelled => "error_cancelled",
            Self::Error => "error",
            Self::ForeignError => "foreign_error",
            Self::Cancel => "cancel",
            Self::SessionAborted => "session_aborted",
            Self::Lost => "lost",
        }
    }
}
