//! Slots of open streams on one connection, NCP §7.3 (reference 8.5, 8.6; `OP-14`, `OP-26`).

use super::Refusal;
use alloc::collections::BTreeSet;
use wireproof_wire::ncp::event::Hold;

#[cfg(test)]
mod tests;

/// Recommended number of streams on one connection (NCP §7.3).
pub const RECOMMENDED: u32 = 32;

/// The streams of both directions that count towards `max_concurrent_streams`.
///
/// ```text
///            take (open < limit)            take (open = limit)
///   open ------------------------> open + 1 --------------------> refused, unchanged
///    ^                                |
///    +------------- free -------------+   last chunk, abort, fatal answer, lost connection
/// ```
///
/// `K` names a stream; a stream holds one slot however often it is freed.
#[derive(Clone, Debug)]
pub struct Slots<K> {
    limit: u32,
    open: BTreeSet<K>,
}

/// What changes the slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<K> {
    /// A stream of either side opens.
    Take(K),
    /// It has ended.
    Free(K),
    /// The connection has: every stream ended.
    Lost,
}

/// What an event came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The stream has a slot.
    Taken,
    /// It had one, and has it no more.
    Freed,
    /// It had none.
    Unchanged,
}

impl<K: Ord> Slots<K> {
    /// Slots under the negotiated `max_concurrent_streams`.
    pub const fn new(limit: u32) -> Self {
        Self { limit, open: BTreeSet::new() }
    }

    /// Takes `event`. A refusal is T02: what a receiver makes of it is V02.
    pub fn apply(&mut self, event: Event<K>) -> Result<Output, Refusal> {
        Ok(match event {
            Event::Take(stream) if self.open.contains(&stream) => Output::Unchanged,
            Event::Take(_) if !self.has_room() => {
                return Err(Refusal::local("T02", Hold::Streams));
            }
            Event::Take(stream) => {
                self.open.insert(stream);
                Output::Taken
            }
            Event::Free(stream) if self.open.remove(&stream) => Output::Freed,
            Event::Free(_) => Output::Unchanged,
            Event::Lost if self.open.is_empty() => Output::Unchanged,
            Event::Lost => {
                self.open.clear();
                Output::Freed
            }
        })
    }

    /// Whether one more stream may open.
    pub fn has_room(&self) -> bool {
        self.in_use() < self.limit
    }

    /// Streams that are open.
    pub fn in_use(&self) -> u32 {
        self.open.len() as u32
    }

    /// Streams that may be open at once.
    pub const fn limit(&self) -> u32 {
        self.limit
    }
}

impl Output {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Freed => "freed",
            Self::Unchanged => "unchanged",
        }
    }
}
