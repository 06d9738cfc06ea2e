//! The traffic itself: what is wanted next.

use super::config::Config;
use super::link::{Slot, Stage, node};
use super::node::Pending;
use super::shelf::Line;
use super::stream::Stream;
use super::subscription::Subscription;
use crate::agenda::Agenda;
use crate::words::Words;
use crate::{Action, Workload};
use serde_json::Value;
use wireproof_base::{ConnId, Duration, Instant, Role, Seed};
use wireproof_wire::ncp::command::Publish;
use wireproof_wire::ncp::{Command, Event, Ncp};

/// Something that has its time. Streams and subscriptions by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// The Node answers the oldest request of a connection.
    Serve(ConnId),
    /// The sender of a stream goes on.
    Feed(usize),
    /// The receiver of a stream has room for so many chunks.
    Room(usize, u32),
    /// The receiver of a stream gives up.
    GiveUp(usize),
    /// A streaming query is stopped.
    Stop(usize),
    /// Something that is subscribed to changes.
    Change(usize),
    /// A limit to be looked at.
    Look,
}

/// Generated traffic. See the module for what it does.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    pub(super) config: Config,
    pub(super) words: Words,
    pub(super) slots: Vec<Slot>,
    pub(super) connections: u32,
    /// The schemas; the first line is never replaced, and subscribed to.
    pub(super) lines: Vec<Line>,
    /// Requests that the Node has not answered, in the order they came.
    pub(super) pending: Vec<Pending>,
    pub(super) streams: Vec<Stream>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) agenda: Agenda<Due>,
    /// What follows at once, in order.
    pub(super) queue: Vec<Action<Ncp>>,
    pub(super) act_at: Instant,
    pub(super) requested: u32,
    kills_at: Vec<u32>,
    closes_at: Vec<u32>,
    pub(super) over: bool,
    said_goodbye: Option<Instant>,
}

/// Time for the connections to end, in ms.
const GOODBYE_MS: u64 = 800;
/// Seconds that most schemas may be kept.
const LONG: u32 = 3_600;

impl Traffic {
    fn draw(&mut self, seed: Seed) {
        let config = core::mem::take(&mut self.config);
        *self = Self { words: Words::new(seed.0), config, ..Self::default() };
        let requests = self.config.requests;
        for slot in 0..self.config.connections {
            let later = if slot == 0 { 0 } else { self.words.below(60) };
            let at = after_ms(Instant::ZERO, u64::from(later));
            self.slots.push(Slot { at, ..Slot::default() });
        }
        for number in 0..self.config.schemas {
            let ttl = if number == 0 { LONG } else { self.lifetime() };
            let line = Line::new(number, ttl);
            let version = &line.versions[0];
            let publish = Publish { schema: version.schema.clone(), ttl, ..Publish::default() };
            self.queue.push(node(Command::Publish(publish)));
            self.lines.push(line);
        }
        for _ in 0..self.config.subscriptions {
            let subscription = Subscription::new(&mut self.words, self.config.changes);
            self.subscriptions.push(subscription);
        }
        for (list, wanted) in
            [(&mut self.kills_at, self.config.kills), (&mut self.closes_at, self.config.closes)]
        {
            list.extend((0..wanted).map(|_| self.words.below(requests.max(1))));
            list.sort_unstable_by(|a, b| b.cmp(a));
        }
    }

    /// How long a schema may be kept.
    pub(super) fn lifetime(&mut self) -> u32 {
        if self.words.chance(self.config.brief, 100) { 1 + self.words.below(2) } else { LONG }
    }

    /// A time from now on, of at most so many microseconds.
    pub(super) fn within(&mut self, now: Instant, most_us: u32) -> Instant {
        after_us(now, 1 + u64::from(self.words.below(most_us)))
    }

    fn finished(&self) -> bool {
        let busy = self.requested < self.config.requests
            || self.streams.iter().any(|stream| !stream.over)
            || !self.pending.is_empty()
            || self.subscriptions.iter().any(|subscription| !subscription.is_over())
            || self.slots.iter().any(|slot| slot.waiting > 0);
        !busy
    }

    /// The connections are ended when everything else is; then nothing is left.
    fn goodbye(&mut self, now: Instant) -> Action<Ncp> {
        let until = *self.said_goodbye.get_or_insert_with(|| after_ms(now, GOODBYE_MS));
        for slot in 0..self.slots.len() {
            if let Some(action) = self.leave(now, slot) {
                return action;
            }
        }
        let leaving = |slot: &Slot| matches!(slot.stage, Stage::Leaving(_));
        match self.slots.iter().any(leaving) && now < until {
            true => Action::Wait { until },
            false => Action::Done,
        }
    }

    /// What is due now, if anything; things that no longer matter are dropped.
    fn due(&mut self, now: Instant) -> Option<Action<Ncp>> {
        while let Some(due) = self.agenda.take(now) {
            let action = match due {
                Due::Serve(conn) => self.serve(now, conn),
                Due::Feed(stream) => self.feed(now, stream),
                Due::Room(stream, size) => self.room(now, stream, size),
                Due::GiveUp(stream) => self.give_up_stream(stream),
                Due::Stop(stream) => self.stop(stream),
                Due::Change(subscription) => self.change(now, subscription),
                Due::Look => None,
            };
            if action.is_some() {
                return action;
            }
        }
        None
    }

    /// Connections end on purpose when enough has been asked.
    fn cut(&mut self, now: Instant) -> Option<Action<Ncp>> {
        if self.kills_at.last().is_some_and(|&at| self.requested > at) {
            let (slot, _) = self.some_ready()?;
            self.kills_at.pop();
            return self.give_up(now, slot);
        }
        if self.closes_at.last().is_some_and(|&at| self.requested > at) {
            let (slot, _) = self.some_ready()?;
            self.closes_at.pop();
            return self.leave(now, slot);
        }
        None
    }

    fn wait(&self, now: Instant) -> Action<Ncp> {
        let mut until = Instant::MAX;
        // What has its time already waits for something else.
        let mut no_later = |instant: Instant| {
            if instant > now {
                until = until.min(instant);
            }
        };
        if let Some(due) = self.agenda.next() {
            no_later(due);
        }
        for slot in &self.slots {
            match slot.stage {
                Stage::None => no_later(slot.at),
                Stage::Greeting(limit) | Stage::Leaving(limit) => no_later(limit),
                Stage::Raw => {}
                Stage::Ready => no_later(self.act_at),
            }
        }
        no_later(after_ms(Instant::ZERO, u64::from(self.config.limit_ms)));
        Action::Wait { until }
    }
}

impl Workload<Ncp> for Traffic {
    fn configure(&mut self, config: &Value, seed: Seed) -> Result<(), String> {
        self.config = Config::read(config)?;
        self.draw(seed);
        Ok(())
    }

    fn reset(&mut self, seed: Seed) {
        self.draw(seed);
    }

    fn observe(&mut self, now: Instant, node: Role, event: &Event) {
        self.stream_saw(now, node, event);
        match node {
            Role::Client => self.agent_saw(now, event),
            Role::Server => self.node_saw(now, event),
        }
    }

    fn next(&mut self, now: Instant) -> Action<Ncp> {
        if !self.queue.is_empty() {
            return self.queue.remove(0);
        }
        self.over |= now >= after_ms(Instant::ZERO, u64::from(self.config.limit_ms));
        if self.over || self.finished() {
            return self.goodbye(now);
        }
        if let Some(action) = self.connect(now) {
            return action;
        }
        if self.over {
            return Action::Done;
        }
        let wanted = self.due(now).or_else(|| self.cut(now)).or_else(|| self.act(now));
        wanted.unwrap_or_else(|| self.wait(now))
    }
}

/// `ms` milliseconds later.
pub(super) fn after_ms(at: Instant, ms: u64) -> Instant {
    at + Duration::from_millis(ms)
}

/// `us` microseconds later.
pub(super) fn after_us(at: Instant, us: u64) -> Instant {
    at + Duration::from_micros(us)
}
