//! Flow records and the admission rule, NNRP §11.1 (reference table 4.4; R-25 to R-28).

use wireproof_base::{Duration, Instant};
use wireproof_wire::nnrp::code::{LIMIT_EXCEEDED, SERVER_BUSY};
use wireproof_wire::nnrp::event::Hold;
use wireproof_wire::nnrp::flow::{
    BACKGROUND_ONLY, CREDIT_VALID, DRAIN_IN_FLIGHT_ONLY, FlowUpdate, LEVEL_HARD, REASON_PAUSE,
    RETRY_AFTER_VALID,
};

#[cfg(test)]
mod tests;

/// Priority class of background sessions, NNRP §7.2A.
pub const BACKGROUND: u8 = 2;
/// How an unlimited credit is reported.
pub const UNLIMITED: u16 = u16::MAX;

/// What one side has been told about one scope in one direction.
///
/// ```text
///            epoch newer than the one in force, or none yet (F6)
///        +---------------------------------------------------+
///        v                                                   |
///  { epoch, credit, level, paused, flags, retry_until } -----+
///        |  epoch older (F4) or equal (F5): ignored, counted
///        +--> itself
/// ```
///
/// An update replaces everything but the credit, which needs `credit_valid` (NNRP-FLOW-011).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// `credit_epoch` of the update in force.
    pub epoch: Option<u32>,
    /// Ceiling of unfinished operations; `None` is unlimited.
    pub credit: Option<u16>,
    /// `backpressure_level`.
    pub level: u8,
    /// Whether the update in force pauses.
    pub paused: bool,
    /// `flow_flags`.
    pub flags: u32,
    /// When to probe again, if the update says so.
    pub retry_until: Option<Instant>,
}

/// What became of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// F6: in force.
    Applied,
    /// F4: older than the one in force.
    Stale,
    /// F5: the one in force again (R-26).
    Duplicate,
}

/// Why a new operation may not start; the first reason that holds, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Block {
    /// Paused at connection or session scope.
    Paused,
    /// Hard backpressure.
    Hard,
    /// `drain_in_flight_only`.
    Drain,
    /// `background_only`, and the session is not of that class.
    Background,
    /// More than `max_in_flight_operations`.
    Maximum,
    /// Credit is used up.
    Credit,
}

/// What the admission rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Record of the connection.
    pub connection: &'a Record,
    /// Unfinished operations on it.
    pub connection_in_flight: u32,
    /// Record of the session.
    pub session: &'a Record,
    /// Unfinished operations on it.
    pub session_in_flight: u32,
    /// Hard limit of the session.
    pub maximum: u16,
    /// Priority class of the session.
    pub class: u8,
}

impl Record {
    /// The start value of a scope (reference 4.4).
    pub const fn new(credit: Option<u16>) -> Self {
        Self { epoch: None, credit, level: 0, paused: false, flags: 0, retry_until: None }
    }

    /// Takes a well-formed update of this scope at `now`.
    pub fn apply(&mut self, now: Instant, update: &FlowUpdate) -> Verdict {
        match self.epoch {
            Some(epoch) if update.credit_epoch < epoch => return Verdict::Stale,
            Some(epoch) if update.credit_epoch == epoch => return Verdict::Duplicate,
            _ => {}
        }
        self.epoch = Some(update.credit_epoch);
        self.level = update.backpressure_level;
        self.paused = update.update_reason == REASON_PAUSE;
        self.flags = update.flow_flags;
        let wait = Duration::from_millis(u64::from(update.retry_after_ms));
        self.retry_until = (update.flow_flags & RETRY_AFTER_VALID != 0).then(|| now + wait);
        if update.flow_flags & CREDIT_VALID != 0 {
            self.credit = Some(update.credit());
        }
        Verdict::Applied
    }

    /// Whether results of this scope should wait (R-28).
    pub const fn holds_results(&self) -> bool {
        self.paused || self.level >= LEVEL_HARD
    }

    /// Milliseconds to wait before trying again, 0 if nothing was said.
    pub fn retry_after_ms(&self, now: Instant) -> u32 {
        self.retry_until.map_or(0, |until| until.since(now).as_millis() as u32)
    }

    /// The credit as an event reports it.
    pub const fn reported(&self) -> u16 {
        match self.credit {
            Some(credit) => credit,
            None => UNLIMITED,
        }
    }

    fn block(&self, in_flight: u32, class: u8) -> Option<Block> {
        if self.paused {
            Some(Block::Paused)
        } else if self.level >= LEVEL_HARD {
            Some(Block::Hard)
        } else if self.flags & DRAIN_IN_FLIGHT_ONLY != 0 {
            Some(Block::Drain)
        } else if self.flags & BACKGROUND_ONLY != 0 && class != BACKGROUND {
            Some(Block::Background)
        } else if self.credit.is_some_and(|credit| in_flight >= u32::from(credit)) {
            Some(Block::Credit)
        } else {
            None
        }
    }
}

/// The admission rule of reference 4.4.
#[inline]
pub fn admit(request: &Request<'_>) -> Result<(), Block> {
    let connection = request.connection.block(request.connection_in_flight, request.class);
    let session = request.session.block(request.session_in_flight, request.class);
    let maximum =
        (request.session_in_flight >= u32::from(request.maximum)).then_some(Block::Maximum);
    let blocks = [connection, session, maximum];
    match blocks.into_iter().flatten().min() {
        None => Ok(()),
        Some(block) => Err(block),
    }
}

impl Block {
    /// How the client reports it.
    pub const fn hold(self) -> Hold {
        match self {
            Self::Paused => Hold::Paused,
            Self::Hard => Hold::Hard,
            Self::Drain => Hold::Drain,
            Self::Background => Hold::Background,
            Self::Maximum | Self::Credit => Hold::Credit,
        }
    }

    /// How the server refuses it (F9).
    pub const fn code(self) -> u32 {
        match self {
            Self::Maximum => LIMIT_EXCEEDED,
            _ => SERVER_BUSY,
        }
    }

    /// Name as in machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Hard => "hard",
            Self::Drain => "drain",
            Self::Background => "background",
            Self::Maximum => "maximum",
            Self::Credit => "credit",
        }
    }
}
