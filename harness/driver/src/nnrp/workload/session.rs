//! One session as its client sees it.

use wireproof_base::Instant;

/// An operation by session number, lane and frame.
pub type Operation = (u32, u16, u32);

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Not asked for yet, or asked for in vain.
    #[default]
    New,
    /// Asked for; given up at the instant.
    Asked(Instant),
    /// Usable.
    Open,
    /// The connection is lost, a resume or a move may bring it back.
    Detached,
    /// Closing; forgotten at the instant.
    Closing(Instant),
    /// Gone for good.
    Gone,
}

/// One session and its share of the operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Session {
    /// Where it stands.
    pub stage: Stage,
    /// Opening commands under way: tag and slot.
    asks: [Option<(u64, usize)>; 2],
    /// Number the server gave it, 0 before.
    pub number: u32,
    /// The slot it lives on.
    pub home: usize,
    /// A move under way: where to, and when it is given up.
    pub moving: Option<(usize, Instant)>,
    /// Whether it asked to be resumable.
    pub resumable: bool,
    /// Operations still to submit.
    pub left: u32,
    /// How often it was asked for.
    pub asked: u32,
    /// Not asked for before then.
    pub not_before: Instant,
    /// Submits in a row that were held back.
    pub blocked: u32,
    /// Not before then, after a submit was held back.
    pub rest_until: Instant,
    /// Operations under way.
    pub running: u32,
}

impl Session {
    /// One that is still to be opened, with so many operations.
    pub fn with(left: u32) -> Self {
        Self { left, ..Self::default() }
    }

    /// Notes an opening command.
    pub fn ask(&mut self, tag: u64, slot: usize) {
        if let Some(free) = self.asks.iter_mut().find(|ask| ask.is_none()) {
            *free = Some((tag, slot));
        }
    }

    /// Takes the opening command of that tag.
    pub fn answered(&mut self, tag: u64) -> Option<usize> {
        let ask = self.asks.iter_mut().find(|ask| ask.is_some_and(|(own, _)| own == tag))?;
        ask.take().map(|(_, slot)| slot)
    }

    /// Whether any is under way.
    pub fn is_asking(&self) -> bool {
        self.asks.iter().any(Option::is_some)
    }

    /// The slot of one that is under way.
    pub fn asked_on(&self) -> Option<usize> {
        self.asks.iter().flatten().map(|(_, slot)| *slot).next()
    }

    /// Forgets those on a connection that is gone. `true` if there were any.
    pub fn forget_asks_on(&mut self, slot: usize) -> bool {
        let before = self.asks;
        for ask in &mut self.asks {
            ask.take_if(|(_, own)| *own == slot);
        }
        before != self.asks
    }

    /// Where it stands when what was asked for did not come.
    pub const fn back(&self) -> Stage {
        if self.number == 0 { Stage::New } else { Stage::Detached }
    }
}
