//! The side of a stream that receives its data, NCP §4.3 (reference table 8.6; `OP-21` to
//! `OP-26`).

use super::Refusal;
use wireproof_wire::ncp::code::{
    NCP_ANCHOR_NOT_FOUND, NCP_STREAM_LIMIT_EXCEEDED, NCP_STREAM_NOT_FOUND, NCP_STREAM_SEQ_GAP,
    NCP_STREAM_WINDOW_OVERFLOW, NPS_CLIENT_BAD_FRAME, NPS_CLIENT_CONFLICT, NPS_SERVER_UNAVAILABLE,
};
use wireproof_wire::ncp::event::Hold;

#[cfg(test)]
mod tests;

/// `error_code` of a receiver that gives up (`OP-26`).
pub const CANCEL: &str = NPS_SERVER_UNAVAILABLE;

/// Chunks that may still arrive, those under way included; `None` is unlimited.
pub type Credit = Option<u32>;

/// Where a stream stands at its receiver.
///
/// ```text
///        seq 0, admitted                  is_last, or seq 0xFFFFFFFF
///  None -----------------> Receiving ---------------------------------> Done
///   |  ^                    |  ^  |
///   +--+ refused            +--+  +-- error_code, gap, overflow, given up --> Aborted
///                   next chunk,                                             ^
///            duplicate, own window   any: the connection left ESTABLISHED --+
/// ```
///
/// NCP §4.3, §7.3. `None` stays `None` when the opener is refused: the stream may try again. An
/// overflow ends the stream, which V11 leaves open: the chunk is lost, and no later one fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Never opened.
    #[default]
    None,
    /// Chunks arrive.
    Receiving {
        /// Number of the next one.
        expected: u32,
        /// How many may come.
        credit: Credit,
    },
    /// The last chunk has arrived.
    Done,
    /// Ended before its last chunk.
    Aborted,
}

/// What has to hold for an opener. An order among them is not written: V05 and V03 look at the
/// frame alone and come first, then V02 and V04.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Admission {
    /// `stream_id` is a UUID of version 4.
    pub id: bool,
    /// A slot is free.
    pub slot: bool,
    /// `anchor_ref` is known or absent.
    pub anchor: bool,
}

/// A StreamFrame of the data sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chunk {
    /// `seq`.
    pub seq: u32,
    /// `is_last`.
    pub last: bool,
    /// Whether there is an `error_code` that is not empty.
    pub failed: bool,
    /// `window_size`; only an opener's counts (`OP-23`).
    pub window: Option<u32>,
    /// What has to hold if it opens the stream.
    pub admission: Admission,
}

/// What moves a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A chunk arrived.
    Chunk(Chunk),
    /// The application says how many chunks it has room for; 0 if it is full.
    Room(u32),
    /// The application gives up.
    GiveUp,
    /// The connection left ESTABLISHED.
    Lost,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// V01, V06, V07: hand the records up.
    Deliver {
        /// Whether the chunk opened the stream.
        opened: bool,
        /// Whether it was the last.
        last: bool,
    },
    /// V08: report the `error_code`; its records are not data.
    Abort {
        /// Whether the chunk opened the stream.
        opened: bool,
    },
    /// V10: nothing, it is a duplicate. V17: nothing was alive.
    Drop,
    /// V12, V13: send a reverse frame with `window_size`, no records and `is_last` false.
    Window {
        /// Its number in the reverse direction.
        seq: u32,
        /// `window_size`.
        size: u32,
    },
    /// V14: send a reverse frame with [`CANCEL`], `is_last` and FINAL.
    Cancel {
        /// Its number in the reverse direction.
        seq: u32,
    },
    /// V17: the stream was alive until now.
    Discard,
}

/// Row of table 8.6 that a step took, and the state after it.
type Step = (&'static str, State);

/// Row of table 8.6 for `event` in `state`, and the state after it. A refusal may end the stream
/// all the same: [`after_refusal`].
pub const fn next(state: State, event: Event) -> Result<Step, Refusal> {
    use Event as E;
    use State as S;
    Ok(match (state, event) {
        (_, E::Lost) => ("V17", S::Aborted),
        (S::None, E::Chunk(chunk)) => return open(chunk),
        (S::Receiving { expected, credit }, E::Chunk(chunk)) => {
            return receive(expected, credit, chunk);
        }
        (S::Receiving { .. }, E::Room(0)) => ("V13", state),
        (S::Receiving { expected, credit: Some(credit) }, E::Room(size)) => {
            // 2^32 numbers end the stream before this count could matter.
            ("V12", S::Receiving { expected, credit: Some(credit.saturating_add(size)) })
        }
        (S::Receiving { .. }, E::Room(_)) => ("V12", state),
        (S::Receiving { .. }, E::GiveUp) => ("V14", S::Aborted),
        (S::Done | S::Aborted, E::Chunk(Chunk { seq: 0, .. })) => {
            return Err(Refusal::peer("V15", NPS_CLIENT_CONFLICT));
        }
        (S::Done | S::Aborted, E::Chunk(_)) => {
            return Err(Refusal::peer("V16", NCP_STREAM_NOT_FOUND));
        }
        (S::None, E::Room(_) | E::GiveUp) => return Err(Refusal::local("", Hold::Unknown)),
        (S::Done | S::Aborted, E::Room(_) | E::GiveUp) => {
            return Err(Refusal::local("", Hold::State));
        }
    })
}

/// V01 to V05. An opener may also be the last chunk, or carry an `error_code`.
const fn open(chunk: Chunk) -> Result<Step, Refusal> {
    let Chunk { seq, last, failed, window, admission } = chunk;
    if !admission.id {
        Err(Refusal::peer("V05", NPS_CLIENT_BAD_FRAME))
    } else if seq > 0 {
        Err(Refusal::peer("V03", NCP_STREAM_NOT_FOUND))
    } else if !admission.slot {
        Err(Refusal::peer("V02", NCP_STREAM_LIMIT_EXCEEDED))
    } else if !admission.anchor {
        Err(Refusal::peer("V04", NCP_ANCHOR_NOT_FOUND))
    } else if failed {
        Ok(("V01", State::Aborted))
    } else if last {
        Ok(("V01", State::Done))
    } else {
        Ok(("V01", State::Receiving { expected: 1, credit: window }))
    }
}

/// V06 to V11 in the order that the reference gives them.
const fn receive(expected: u32, credit: Credit, chunk: Chunk) -> Result<Step, Refusal> {
    let Chunk { seq, last, failed, .. } = chunk;
    if failed {
        return Ok(("V08", State::Aborted));
    }
    if seq < expected {
        return Ok(("V10", State::Receiving { expected, credit }));
    }
    if seq > expected {
        return Err(Refusal::peer("V09", NCP_STREAM_SEQ_GAP));
    }
    let credit = match credit {
        Some(0) => return Err(Refusal::peer("V11", NCP_STREAM_WINDOW_OVERFLOW)),
        Some(credit) => Some(credit - 1),
        None => None,
    };
    if last {
        return Ok(("V07", State::Done));
    }
    match expected.checked_add(1) {
        Some(expected) => Ok(("V06", State::Receiving { expected, credit })),
        // No chunk can follow (`OP-25`).
        None => Ok(("V06", State::Done)),
    }
}

/// The state after a refusal: V09 and V11 end the stream.
pub const fn after_refusal(state: State, event: Event) -> State {
    match (state, event) {
        (State::Receiving { .. }, Event::Chunk(_)) => State::Aborted,
        _ => state,
    }
}

/// A stream at its receiver: state, and the numbering of its reverse frames (`OP-22`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receiver {
    state: State,
    reverse: u32,
}

impl Receiver {
    /// A stream that nobody has opened.
    pub const fn new() -> Self {
        Self::at(State::None, 0)
    }

    /// A stream that stands somewhere; `reverse` is the number of its next reverse frame.
    pub const fn at(state: State, reverse: u32) -> Self {
        Self { state, reverse }
    }

    /// Takes `event` and says what to do. After a refusal look at [`Self::is_alive`]: it may have
    /// ended the stream.
    pub fn apply(&mut self, event: Event) -> Result<Output, Refusal> {
        let before = self.state;
        match next(before, event) {
            Ok((_, state)) => self.state = state,
            Err(refusal) => {
                self.state = after_refusal(before, event);
                return Err(refusal);
            }
        }
        let opened = before == State::None;
        Ok(match event {
            // A chunk that is taken moves the stream; a duplicate does not.
            Event::Chunk(_) if self.state == before => Output::Drop,
            Event::Chunk(_) if self.state == State::Aborted => Output::Abort { opened },
            Event::Chunk(_) => Output::Deliver { opened, last: self.state == State::Done },
            Event::Room(size) => Output::Window { seq: self.number(), size },
            Event::GiveUp => Output::Cancel { seq: self.number() },
            Event::Lost if before.is_alive() => Output::Discard,
            Event::Lost => Output::Drop,
        })
    }

    /// Where it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Whether it takes a slot.
    pub const fn is_alive(&self) -> bool {
        self.state.is_alive()
    }

    /// The next number of the reverse direction, which nobody checks.
    const fn number(&mut self) -> u32 {
        let number = self.reverse;
        self.reverse = number.wrapping_add(1);
        number
    }
}

impl Admission {
    /// Everything holds.
    pub const PASS: Self = Self { id: true, slot: true, anchor: true };
}

impl Chunk {
    /// A plain chunk that may open a stream.
    pub const fn new(seq: u32) -> Self {
        Self { seq, last: false, failed: false, window: None, admission: Admission::PASS }
    }
}

impl State {
    /// Whether the stream is open at this side.
    pub const fn is_alive(self) -> bool {
        matches!(self, Self::Receiving { .. })
    }

    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Receiving { .. } => "receiving",
            Self::Done => "done",
            Self::Aborted => "aborted",
        }
    }
}

impl Output {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deliver { .. } => "deliver",
            Self::Abort { .. } => "abort",
            Self::Drop => "drop",
            Self::Window { .. } => "window",
            Self::Cancel { .. } => "cancel",
            Self::Discard => "discard",
        }
    }
}
