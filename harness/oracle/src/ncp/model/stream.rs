//! One stream as one node knows it (reference 8.5, 8.6).

use super::Name;
use alloc::vec::Vec;
use wireproof_wire::ncp::event::StreamEnd;

/// How a stream ended on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum End {
    /// With its last chunk.
    Complete,
    /// With an `error_code` of its sender.
    Aborted,
    /// With an ErrorFrame or a reverse frame of its receiver.
    Refused,
    /// With the connection.
    Lost,
}

/// Whether the receiver of a stream has taken it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ncp) enum Standing {
    /// Nothing speaks against it.
    #[default]
    Taken,
    /// It may be turned away, and nothing shows whether it was.
    Doubtful,
}

/// A chunk that was received.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Arrival {
    /// Its number.
    pub seq: u32,
    /// Records.
    pub count: u32,
    /// Digest of the records.
    pub digest: u64,
    /// Whether it may be left out: it came late, without credit or after a gap.
    pub doubtful: bool,
    /// The record of the trace that brought it.
    pub record: u32,
}

/// What a sender may still send, as far as its receiver let it know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ncp) struct Window {
    /// Chunks left; `None`: no limit.
    pub left: Option<u64>,
    /// What would be left if updates added to the window (`OP-22`).
    pub added: u64,
    /// Updates seen.
    pub updates: u32,
    /// Whether the last of them closed it.
    pub closed: bool,
    /// Whether an update let another stream go on while this one had to wait.
    pub other_opened: bool,
    /// Whether it was used up before the last update.
    pub reopened: bool,
}

/// One stream.
#[derive(Debug, Default)]
pub(in crate::ncp) struct Stream {
    /// Its `stream_id`.
    pub id: Name,
    /// Whether the node sends its data.
    pub mine: bool,
    /// Whether the receiver has taken it.
    pub standing: Standing,
    /// Its schema.
    pub anchor: Name,
    /// Whether its records may leave fields out (a projection, `OP-48`).
    pub projected: bool,
    /// The next number.
    pub next: u64,
    /// How it ended.
    pub end: Option<End>,
    /// `error_code` it ended with.
    pub error: Name,
    /// Whether `is_last` was seen.
    pub last_seen: bool,
    /// Whether the opener had `window_size`.
    pub windowed: bool,
    /// The window of the data sender.
    pub window: Window,
    /// Chunks a receiver may still get, if updates add and the opener is counted.
    pub room: Option<u64>,
    /// Chunks it may still get, if updates replace (`OP-22`).
    pub tight_room: Option<u64>,
    /// Chunks received and not handed on, in the order of their coming.
    pub arrivals: Vec<Arrival>,
    /// Number of the next chunk to be handed on.
    pub delivered: u64,
    /// Chunks that the application has asked this side to send and that were not sent.
    pub waiting: u32,
    /// Whether nothing certain is known of `waiting`.
    pub waiting_doubtful: bool,
    /// Whether a number was left out.
    pub gap: bool,
    /// Whether the application was told of the opening.
    pub opened_told: bool,
    /// How the application was told that it ended.
    pub ended_told: Option<StreamEnd>,
    /// Sizes of updates received and not reported.
    pub updates: Vec<u32>,
    /// The record that opened it.
    pub record: u32,
    /// Records it has carried.
    pub carried: u64,
    /// Whether the query it answers named a replaced schema (`OP-36`).
    pub anchor_excused: bool,
}

impl Stream {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        let Self { mut arrivals, mut updates, .. } = core::mem::take(self);
        arrivals.clear();
        updates.clear();
        *self = Self { arrivals, updates, ..Self::default() };
    }

    /// Whether its receiver refused it and never took anything of it.
    pub fn turned_away(&self) -> bool {
        self.end == Some(End::Refused) && !self.opened_told
    }

    /// Whether its receiver may not know it at all: it turned it away, or may have.
    pub fn maybe_unknown(&self) -> bool {
        let seen = self.opened_told || self.delivered != 0;
        self.turned_away() || self.standing == Standing::Doubtful && !seen
    }

    /// Whether it takes up a slot.
    pub const fn open(&self) -> bool {
        self.end.is_none()
    }

    /// Name of its state, for a signature.
    pub const fn state(&self) -> &'static str {
        match (self.end, self.window.left) {
            (Some(End::Complete), _) => "complete",
            (Some(End::Aborted), _) => "aborted",
            (Some(End::Refused), _) => "refused",
            (Some(End::Lost), _) => "lost",
            (None, Some(0)) if self.mine => "paused",
            (None, _) => "open",
        }
    }
}
