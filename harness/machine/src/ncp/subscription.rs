//! Events of a subscription: numbering, heartbeats and replay at the Node, gaps at the Agent.
//! NWP §8 (reference 5.2, 8.11; `OP-43`, `OP-60`).

use super::Refusal;
use alloc::collections::VecDeque;
use wireproof_base::{Duration, Instant};
use wireproof_wire::ncp::code::{
    NPS_CLIENT_CONFLICT, NWP_SUBSCRIBE_SEQ_TOO_OLD, NWP_SUBSCRIBE_STREAM_NOT_FOUND,
};
use wireproof_wire::ncp::event::Hold;

#[cfg(test)]
mod tests;

/// `heartbeat_interval` of a SubscribeFrame without one, in seconds.
pub const HEARTBEAT: u32 = 30;
/// Recommended age of a buffered event.
pub const SPAN: Duration = Duration::from_millis(600_000);
/// Recommended number of buffered events.
pub const EVENTS: u32 = 10_000;

/// Where a subscription stands at the Node.
///
/// ```text
///        subscribe             connection lost
///  Idle -----------> Active ------------------> Away
///                    |  ^ ^                     | |
///                    |  | +-- subscribe --------+ |
///        unsubscribe |  |     (resumed, or anew)  | unsubscribe
///                    v  | subscribe, anew         |
///                    Over <-----------------------+
/// ```
///
/// NWP §8.1, §8.2. Changes are numbered in `Active` and `Away`; a subscriber that comes back in
/// time finds those it missed. A second subscription under a live `stream_id` has no rule: it is
/// refused as an opener used twice is (V15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Never subscribed.
    #[default]
    Idle,
    /// Events are pushed.
    Active,
    /// Events are kept.
    Away,
    /// Unsubscribed.
    Over,
}

/// How much a Node keeps for a subscriber that comes back: the smaller of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Events.
    pub events: u32,
    /// Age of an event; one of exactly this age is still kept.
    pub span: Duration,
}

/// What moves a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<T> {
    /// SubscribeFrame `subscribe` arrived.
    Subscribe {
        /// `heartbeat_interval`.
        heartbeat: Option<u32>,
        /// `resume_from_seq`.
        resume_from: Option<u64>,
    },
    /// SubscribeFrame `unsubscribe` arrived.
    Unsubscribe,
    /// SubscribeFrame `ping` arrived.
    Ping,
    /// Something changed.
    Change(T),
    /// The deadline has come.
    Timeout,
    /// The connection has ended.
    Lost,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Acknowledge, then send [`Publisher::after`] that number.
    Accept {
        /// Whether the subscription goes on rather than starts.
        resumed: bool,
        /// The number after which to replay.
        after: u64,
        /// `last_seq`: the greatest number given out.
        last_seq: u64,
    },
    /// Send the change under this number.
    Send {
        /// `seq`.
        seq: u64,
    },
    /// The change has this number and waits for the subscriber.
    Keep {
        /// `seq`.
        seq: u64,
    },
    /// Send a DiffFrame with an empty `patch` and no `event_type`.
    Heartbeat {
        /// `seq`.
        seq: u64,
        /// `base_seq`: the number before.
        base_seq: u64,
    },
    /// Push nothing more. No answer (`OP-60`).
    Stop,
    /// Nothing.
    Nothing,
}

/// An event that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<T> {
    /// A change.
    Change(T),
    /// A heartbeat, which has a number too.
    Heartbeat,
}

/// A subscription at its Node; `T` is what is needed to send a change again.
#[derive(Clone, Debug)]
pub struct Publisher<T> {
    config: Config,
    state: State,
    last: u64,
    kept: VecDeque<(u64, Instant, Kept<T>)>,
    interval: Option<Duration>,
    due: Option<Instant>,
}

impl Default for Config {
    fn default() -> Self {
        Self { events: EVENTS, span: SPAN }
    }
}

impl<T> Publisher<T> {
    /// A subscription nobody has asked for.
    pub const fn new(config: Config) -> Self {
        let kept = VecDeque::new();
        Self { config, state: State::Idle, last: 0, kept, interval: None, due: None }
    }

    /// Takes `event` at `now` and says what to do.
    pub fn apply(&mut self, now: Instant, event: Event<T>) -> Result<Output, Refusal> {
        use State as S;
        self.forget(now);
        Ok(match (self.state, event) {
            (_, Event::Subscribe { heartbeat, resume_from }) => {
                let output = self.subscribe(resume_from)?;
                let seconds = u64::from(heartbeat.unwrap_or(HEARTBEAT));
                let interval = Duration::from_millis(1000).times(seconds);
                self.interval = (seconds != 0).then_some(interval);
                self.start_timer(now);
                output
            }
            (S::Idle, Event::Unsubscribe) => {
                return Err(Refusal::peer("OP-60", NWP_SUBSCRIBE_STREAM_NOT_FOUND));
            }
            (S::Active | S::Away, Event::Unsubscribe) => {
                self.state = S::Over;
                self.due = None;
                self.kept.clear();
                Output::Stop
            }
            (S::Active, Event::Change(change)) => {
                Output::Send { seq: self.number(now, Kept::Change(change)) }
            }
            (S::Away, Event::Change(change)) => {
                Output::Keep { seq: self.number(now, Kept::Change(change)) }
            }
            (S::Idle, Event::Change(_)) => return Err(Refusal::local("", Hold::Unknown)),
            (S::Over, Event::Change(_)) => return Err(Refusal::local("", Hold::State)),
            (S::Active, Event::Timeout) if self.due.is_some_and(|due| due <= now) => {
                let base_seq = self.last;
                self.start_timer(now);
                Output::Heartbeat { seq: self.number(now, Kept::Heartbeat), base_seq }
            }
            (S::Active, Event::Lost) => {
                self.state = S::Away;
                self.due = None;
                Output::Nothing
            }
            (S::Over, Event::Unsubscribe) | (_, Event::Ping | Event::Timeout | Event::Lost) => {
                Output::Nothing
            }
        })
    }

    /// The kept events after a number, in order.
    pub fn after(&self, seq: u64) -> impl Iterator<Item = (u64, &Kept<T>)> {
        let later = self.kept.iter().filter(move |(number, ..)| *number > seq);
        later.map(|(number, _, kept)| (*number, kept))
    }

    /// Where it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// The greatest number given out; 0 for none.
    pub const fn last_seq(&self) -> u64 {
        self.last
    }

    /// When the next heartbeat is due.
    pub const fn next_deadline(&self) -> Option<Instant> {
        self.due
    }

    /// A new subscription, or one that goes on after `resume_from`, exclusively (`OP-43`).
    fn subscribe(&mut self, resume_from: Option<u64>) -> Result<Output, Refusal> {
        let known = matches!(self.state, State::Active | State::Away);
        match resume_from {
            None if self.state == State::Active => {
                return Err(Refusal::peer("OP-43", NPS_CLIENT_CONFLICT));
            }
            Some(after) if known => {
                if after > self.last || after < self.last - self.kept.len() as u64 {
                    return Err(Refusal::peer("OP-43", NWP_SUBSCRIBE_SEQ_TOO_OLD));
                }
                self.state = State::Active;
                return Ok(Output::Accept { resumed: true, after, last_seq: self.last });
            }
            // Nobody has seen an event of a subscription that is only to begin.
            Some(1..) => return Err(Refusal::peer("OP-43", NWP_SUBSCRIBE_SEQ_TOO_OLD)),
            None | Some(0) => {}
        }
        self.state = State::Active;
        self.last = 0;
        self.kept.clear();
        Ok(Output::Accept { resumed: false, after: 0, last_seq: 0 })
    }

    /// Gives the next number to an event. Those that are kept have no gaps, heartbeats included.
    fn number(&mut self, now: Instant, event: Kept<T>) -> u64 {
        self.last += 1;
        self.kept.push_back((self.last, now, event));
        self.forget(now);
        self.last
    }

    fn forget(&mut self, now: Instant) {
        let Config { events, span } = self.config;
        let old = |at: Instant| now.since(at) > span;
        while self.kept.len() > events as usize
            || self.kept.front().is_some_and(|(_, at, _)| old(*at))
        {
            self.kept.pop_front();
        }
    }

    /// Heartbeats come at even intervals, whatever else is sent.
    fn start_timer(&mut self, now: Instant) {
        self.due = self.interval.map(|interval| now + interval);
    }
}

/// What a number in a subscription says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// The next event.
    Next,
    /// One that was there before: dropped.
    Repeated,
    /// D09: events are missing. Subscribe again and resume after `after`, if that is `new`.
    Gap {
        /// The last number without a gap.
        after: u64,
        /// Whether this gap has not been reported yet.
        new: bool,
    },
}

/// The numbers of a subscription at its Agent.
///
/// ```text
///                     last + 1
///              +------------------+
///              v                  |   greater
///  --> Following(last) -----------+-----------> Resuming(last)
///              ^                                  |
///              +----------- last + 1 -------------+
/// ```
///
/// NWP §8.2. While it resumes, what was under way behind the gap is dropped without another
/// request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Follower {
    last: u64,
    resuming: bool,
}

impl Follower {
    /// A subscription that starts, or resumes, after a number.
    pub const fn new(after: u64) -> Self {
        Self { last: after, resuming: false }
    }

    /// What `seq` would say.
    pub const fn order(&self, seq: u64) -> Order {
        if seq <= self.last {
            Order::Repeated
        } else if seq - self.last == 1 {
            Order::Next
        } else {
            Order::Gap { after: self.last, new: !self.resuming }
        }
    }

    /// An event with this number arrived.
    pub const fn take(&mut self, seq: u64) -> Order {
        let order = self.order(seq);
        match order {
            Order::Next => *self = Self::new(seq),
            Order::Gap { .. } => self.resuming = true,
            Order::Repeated => {}
        }
        order
    }

    /// The last number without a gap.
    pub const fn last_seq(&self) -> u64 {
        self.last
    }

    /// Whether a gap was reported and is not closed.
    pub const fn is_resuming(&self) -> bool {
        self.resuming
    }
}

impl State {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Active => "active",
            Self::Away => "away",
            Self::Over => "over",
        }
    }
}

impl Output {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Send { .. } => "send",
            Self::Keep { .. } => "keep",
            Self::Heartbeat { .. } => "heartbeat",
            Self::Stop => "stop",
            Self::Nothing => "nothing",
        }
    }
}
