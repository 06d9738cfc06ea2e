//! One operation as an endpoint remembers it.

use crate::nnrp::operation::State;
use wireproof_base::Instant;

/// What the server has sent last about an operation that has ended, for redelivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sent {
    #[default]
    Nothing,
    Result,
    Drop,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Op {
    /// `view_id × 2^32 + frame_id`.
    pub id: u64,
    /// `trace_id` of its submit.
    pub trace: u64,
    pub state: State,
    /// Server: when it was accepted.
    pub accepted: Instant,
    /// When the server gives up; `Instant::MAX` without a deadline.
    pub deadline: Instant,
    pub retry_of: u32,
    pub dependency: u32,
    /// Schema the submit named.
    pub schema: (u32, u32),
    /// `payload_kind_bitmap` of the submit.
    pub kinds: u32,
    /// Where its packet lies in the memory of the session: submit at the client, terminal result
    /// at the server.
    pub kept: (u32, u32),
    /// `budget_policy`.
    pub budget: u8,
    /// `loss_tolerance_policy`.
    pub loss: u8,
    pub keyframe: bool,
    /// Client: a cancel is outstanding.
    pub cancelled: bool,
    /// Client: the submit was sent a second time.
    pub repeated: bool,
    /// Client: the submit was refused on a path that is being left.
    pub late: bool,
    /// Client: something about it has arrived.
    pub seen: bool,
    /// Server: the client has acknowledged its end.
    pub acked: bool,
    pub sent: Sent,
}

impl Op {
    pub const fn new(id: u64) -> Self {
        Self {
            id,
            trace: 0,
            state: State::Accepted,
            accepted: Instant::ZERO,
            deadline: Instant::MAX,
            retry_of: 0,
            dependency: 0,
            schema: (0, 0),
            kinds: 0,
            kept: (0, 0),
            budget: 0,
            loss: 0xFF,
            keyframe: false,
            cancelled: false,
            repeated: false,
            late: false,
            seen: false,
            acked: false,
            sent: Sent::Nothing,
        }
    }

    pub const fn frame(&self) -> u32 {
        self.id as u32
    }

    pub const fn lane(&self) -> u16 {
        (self.id >> 32) as u16
    }
}
