//! The traffic itself: what is wanted next.

use super::cache::Object;
use super::config::Config;
use super::flow::Valve;
use super::link::{Link, Slot};
use super::server::Step;
use super::session::{Operation, Session, Stage};
use crate::agenda::Agenda;
use crate::words::Words;
use crate::{Action, Workload};
use serde_json::Value;
use wireproof_base::{Duration, Instant, Role, Seed};
use wireproof_wire::nnrp::{Event, Nnrp};

/// Something that has its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// The next step of an operation at the server.
    Serve(Operation, Step),
    /// A flow to be turned on again.
    Loosen(Valve),
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
    pub(super) sessions: Vec<Session>,
    pub(super) tags: u64,
    /// Last frame id by session and lane.
    pub(super) frames: Vec<u32>,
    /// Unfinished at the client.
    pub(super) running: Vec<Operation>,
    /// Unfinished at the server.
    pub(super) serving: Vec<Operation>,
    pub(super) agenda: Agenda<Due>,
    /// What follows at once.
    pub(super) queue: Vec<Action<Nnrp>>,
    pub(super) epochs: Vec<(Valve, u32)>,
    /// What the client has put into the cache of the server.
    pub(super) objects: Vec<Object>,
    pub(super) act_at: Instant,
    pub(super) submitted: u32,
    pub(super) throttled: u32,
    pub(super) kills_at: Vec<u32>,
    shutdowns_at: Vec<u32>,
    pub(super) over: bool,
    said_goodbye: Option<Instant>,
}

/// Time for the connections to end, in ms.
const GOODBYE_MS: u64 = 800;
/// Longest time until a further connection is dialled, in ms.
const LATER_MS: u32 = 60;

impl Traffic {
    fn draw(&mut self, seed: Seed) {
        self.words = Words::new(seed.0);
        self.connections = 0;
        self.tags = 0;
        self.running.clear();
        self.serving.clear();
        self.agenda.clear();
        self.queue.clear();
        self.epochs.clear();
        self.objects.clear();
        self.act_at = Instant::ZERO;
        self.submitted = 0;
        self.throttled = 0;
        self.over = false;
        self.said_goodbye = None;
        let (count, operations) = (self.config.sessions, self.config.operations);
        self.slots.clear();
        for slot in 0..self.config.connections {
            let later = if slot == 0 { 0 } else { self.words.below(LATER_MS) };
            let at = after_ms(Instant::ZERO, u64::from(later));
            self.slots.push(Slot { link: Link::None, at });
        }
        self.sessions.clear();
        for index in 0..count {
            let left = operations / count + u32::from(index < operations % count);
            self.sessions.push(Session::with(left));
        }
        self.frames.clear();
        self.frames.resize(count as usize * usize::from(self.config.lanes), 0);
        for (list, wanted) in [
            (&mut self.kills_at, self.config.kills),
            (&mut self.shutdowns_at, self.config.shutdowns),
        ] {
            list.clear();
            list.extend((0..wanted).map(|_| self.words.below(operations.max(1))));
            list.sort_unstable_by(|a, b| b.cmp(a));
        }
    }

    /// Sessions that will never answer are forgotten.
    fn expire(&mut self, now: Instant) {
        for index in 0..self.sessions.len() {
            if let Stage::Closing(until) = self.sessions[index].stage
                && now >= until
            {
                let number = self.sessions[index].number;
                self.sessions[index].stage = Stage::Gone;
                self.running.retain(|(session, _, _)| *session != number);
            }
        }
    }

    fn finished(&self) -> bool {
        self.sessions.iter().all(|session| session.stage == Stage::Gone)
    }

    /// The connections are ended when everything else is; then nothing is left.
    fn goodbye(&mut self, now: Instant) -> Action<Nnrp> {
        if self.config.plain {
            return Action::Done;
        }
        let until = *self.said_goodbye.get_or_insert_with(|| after_ms(now, GOODBYE_MS));
        for slot in 0..self.slots.len() {
            if let Some(action) = self.leave(now, slot) {
                return action;
            }
        }
        let leaving = |slot: &Slot| matches!(slot.link, Link::Leaving { .. });
        match self.slots.iter().any(leaving) && now < until {
            true => Action::Wait { until },
            false => Action::Done,
        }
    }

    /// What is due now, if anything; things that no longer matter are dropped.
    fn due(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        while let Some(due) = self.agenda.take(now) {
            let action = match due {
                Due::Serve(operation, step) => self.serve(operation, step),
                Due::Loosen(valve) => {
                    let slot = self.slot_of(valve.conn).and_then(|slot| self.ready(slot));
                    slot.map(|_| self.loosen(valve))
                }
                Due::Look => None,
            };
            if action.is_some() {
                return action;
            }
        }
        None
    }

    /// Flow is turned as often as the settings say, counted by operations.
    fn turn(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        let wanted = self.submitted.saturating_mul(self.config.flow_updates) / 100;
        if self.throttled >= wanted {
            return None;
        }
        self.throttled += 1;
        self.throttle(now)
    }

    /// Connections end on purpose when enough has been submitted.
    fn cut(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        if self.kills_at.last().is_some_and(|&at| self.submitted > at) {
            let (slot, _) = self.some_ready(None)?;
            self.kills_at.pop();
            return self.give_up(now, slot);
        }
        if self.shutdowns_at.last().is_some_and(|&at| self.submitted > at) {
            let (slot, _) = self.some_ready(None)?;
            self.shutdowns_at.pop();
            return self.leave(now, slot);
        }
        None
    }

    fn wait(&self, now: Instant) -> Action<Nnrp> {
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
            match slot.link {
                Link::None => no_later(slot.at),
                Link::Greeting { until, .. } | Link::Leaving { until, .. } => no_later(until),
                Link::Raw { .. } => {}
                Link::Ready { .. } => no_later(self.act_at),
            }
        }
        for session in &self.sessions {
            match session.stage {
                Stage::Asked(limit) | Stage::Closing(limit) => no_later(limit),
                Stage::New | Stage::Detached => no_later(session.not_before),
                Stage::Open | Stage::Gone => {}
            }
            if let Some((_, limit)) = session.moving {
                no_later(limit);
            }
        }
        no_later(after_ms(Instant::ZERO, u64::from(self.config.limit_ms)));
        Action::Wait { until }
    }

    /// What is wanted while there is work.
    fn want(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        if let Some(action) = self.due(now) {
            return Some(action);
        }
        self.cut(now)
            .or_else(|| self.tire_of_moves(now))
            .or_else(|| self.ask(now))
            .or_else(|| self.turn(now))
            .or_else(|| self.act(now))
    }
}

impl Workload<Nnrp> for Traffic {
    fn configure(&mut self, config: &Value, seed: Seed) -> Result<(), String> {
        let config = match config {
            Value::Null => Config::default(),
            value => serde_json::from_value(value.clone()).map_err(|error| error.to_string())?,
        };
        if let Some(fault) = config.fault() {
            return Err(fault);
        }
        self.config = config;
        self.draw(seed);
        Ok(())
    }

    fn reset(&mut self, seed: Seed) {
        self.draw(seed);
    }

    fn observe(&mut self, now: Instant, node: Role, event: &Event) {
        match node {
            Role::Client => self.client_saw(now, event),
            Role::Server => self.server_saw(event, now),
        }
    }

    fn next(&mut self, now: Instant) -> Action<Nnrp> {
        if let Some(action) = self.queue.pop() {
            return action;
        }
        self.expire(now);
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
        self.want(now).unwrap_or_else(|| self.wait(now))
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
