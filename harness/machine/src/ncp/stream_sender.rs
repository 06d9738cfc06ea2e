//! The side of a stream that sends its data, NCP §4.3 (reference table 8.5; `OP-21` to `OP-26`).
//!
//! It counts and permits. Records that wait for credit are its owner's to keep.

use super::Refusal;
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::event::Hold;

#[cfg(test)]
mod tests;

/// Chunks that may still be sent; `None` is unlimited.
pub type Credit = Option<u32>;

/// Where a stream stands at its data sender.
///
/// ```text
///         start, W > 0 or none           last chunk, or seq 0xFFFFFFFF
///  Idle ------------------------> Open --------------------------------> Closed
///    |                            |  ^
///    |            credit used up, |  | window W > 0
///    |            window 0        v  |
///    +------ start, W = 0 -----> Paused
///
///  Open, Paused -- failure, or ended by the receiver --> Aborted
///  any ---------- the connection leaves ESTABLISHED ---> Aborted
/// ```
///
/// NCP §4.3, §7.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not started.
    #[default]
    Idle,
    /// May send.
    Open {
        /// How much; never 0.
        credit: Credit,
    },
    /// Waits for a window.
    Paused,
    /// The last chunk is sent.
    Closed,
    /// Ended before its last chunk.
    Aborted,
}

/// What moves a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The application has the first chunk.
    Start {
        /// `window_size` to propose; `None` leaves the stream without flow control.
        window: Option<u32>,
        /// Whether that chunk is the last.
        last: bool,
        /// Whether a slot is free.
        slot: bool,
    },
    /// It has a further chunk.
    Chunk {
        /// Whether that is the last.
        last: bool,
    },
    /// A reverse frame with `window_size` arrived.
    Window(u32),
    /// The data source failed.
    Fail,
    /// An ErrorFrame that names the stream, or a reverse frame with `error_code`, arrived.
    Ended,
    /// A reverse frame with records, or with neither `window_size` nor `error_code`, arrived.
    Meaningless,
    /// The connection left ESTABLISHED.
    Lost,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// T01, T03, T04, T10: send the chunk.
    Send {
        /// Its number.
        seq: u32,
        /// `is_last` and FINAL.
        last: bool,
    },
    /// T05: keep the chunk until a window arrives.
    Wait,
    /// T06, T07: the window is as told; chunks that wait may go if it is not 0.
    Window,
    /// T08: send `error_code`, `is_last`, FINAL and no records.
    Abort {
        /// Its number.
        seq: u32,
    },
    /// T09, T12: send nothing more; the stream was alive until now.
    Stop,
    /// T11, T12: nothing was alive.
    Drop,
}

/// Row of table 8.5 for `event` in `state`, and the state after it. `full` says that the next
/// chunk is the one numbered 0xFFFFFFFF (T10).
pub const fn next(
    state: State,
    event: Event,
    full: bool,
) -> Result<(&'static str, State), Refusal> {
    use Event as E;
    use State as S;
    Ok(match (state, event) {
        (_, E::Lost) => ("T12", S::Aborted),
        (S::Idle, E::Start { slot: false, .. }) => {
            return Err(Refusal::local("T02", Hold::Streams));
        }
        // A stream of one chunk: opener and last chunk at once.
        (S::Idle, E::Start { last: true, .. }) => ("T01", S::Closed),
        (S::Idle, E::Start { window, .. }) => ("T01", with(window)),
        (S::Open { .. }, E::Chunk { last: true }) => ("T04", S::Closed),
        (S::Open { .. }, E::Chunk { .. }) if full => ("T10", S::Closed),
        (S::Open { credit: None }, E::Chunk { .. }) => ("T03", state),
        (S::Open { credit: Some(credit) }, E::Chunk { .. }) => ("T03", with(Some(credit - 1))),
        (S::Paused, E::Chunk { .. }) => ("T05", S::Paused),
        (S::Open { .. } | S::Paused, E::Window(0)) => ("T07", S::Paused),
        (S::Open { .. } | S::Paused, E::Window(size)) => ("T06", with(Some(size))),
        (S::Open { .. } | S::Paused, E::Fail) => ("T08", S::Aborted),
        (S::Open { .. } | S::Paused, E::Ended) => ("T09", S::Aborted),
        (S::Closed | S::Aborted, E::Window(_) | E::Ended) => ("T11", state),
        // `OP-22` asks for the answer whatever the state.
        (S::Open { .. } | S::Paused | S::Closed | S::Aborted, E::Meaningless) => {
            return Err(Refusal::peer("T13", NPS_CLIENT_BAD_FRAME));
        }
        (S::Idle, E::Chunk { .. } | E::Window(_) | E::Fail | E::Ended | E::Meaningless) => {
            return Err(Refusal::local("", Hold::Unknown));
        }
        (
            S::Open { .. } | S::Paused | S::Closed | S::Aborted,
            E::Start { .. } | E::Chunk { .. } | E::Fail,
        ) => return Err(Refusal::local("", Hold::State)),
    })
}

const fn with(credit: Credit) -> State {
    match credit {
        Some(0) => State::Paused,
        credit => State::Open { credit },
    }
}

/// A stream at its data sender: state and numbering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    state: State,
    /// Number of the next chunk.
    seq: u32,
}

impl Sender {
    /// A stream that has not started.
    pub const fn new() -> Self {
        Self::at(State::Idle, 0)
    }

    /// A stream that stands somewhere; `seq` is the number of its next chunk.
    pub const fn at(state: State, seq: u32) -> Self {
        Self { state, seq }
    }

    /// Takes `event` and says what to do.
    pub const fn apply(&mut self, event: Event) -> Result<Output, Refusal> {
        let before = self.state;
        let seq = self.seq;
        match next(before, event, seq == u32::MAX) {
            Ok((_, state)) => self.state = state,
            Err(refusal) => return Err(refusal),
        }
        let alive = before.is_alive();
        Ok(match event {
            Event::Chunk { .. } if matches!(before, State::Paused) => Output::Wait,
            Event::Start { .. } | Event::Chunk { .. } => {
                // Not used any more after the greatest number.
                self.seq = seq.saturating_add(1);
                Output::Send { seq, last: matches!(self.state, State::Closed) }
            }
            Event::Window(_) if alive => Output::Window,
            Event::Fail => Output::Abort { seq },
            Event::Ended | Event::Lost if alive => Output::Stop,
            Event::Window(_) | Event::Ended | Event::Meaningless | Event::Lost => Output::Drop,
        })
    }

    /// Where it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Number of the next chunk.
    pub const fn next_seq(&self) -> u32 {
        self.seq
    }

    /// Whether it takes a slot.
    pub const fn is_alive(&self) -> bool {
        self.state.is_alive()
    }
}

impl Event {
    /// What a StreamFrame from the receiver of the stream means. `error` is empty for none, as on
    /// the wire. An `error_code` ends the stream whatever else the frame holds (`OP-26`).
    pub const fn reverse(window: Option<u32>, error: &str, records: usize) -> Self {
        match window {
            _ if !error.is_empty() => Self::Ended,
            Some(size) if records == 0 => Self::Window(size),
            _ => Self::Meaningless,
        }
    }
}

impl State {
    /// Whether the stream is open at this side.
    pub const fn is_alive(self) -> bool {
        matches!(self, Self::Open { .. } | Self::Paused)
    }

    /// Chunks that may be sent now; `None` is unlimited.
    pub const fn credit(self) -> Credit {
        match self {
            Self::Open { credit } => credit,
            _ => Some(0),
        }
    }

    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Open { .. } => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Aborted => "aborted",
        }
    }
}

impl Output {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send { .. } => "send",
            Self::Wait => "wait",
            Self::Window => "window",
            Self::Abort { .. } => "abort",
            Self::Stop => "stop",
            Self::Drop => "drop",
        }
    }
}
