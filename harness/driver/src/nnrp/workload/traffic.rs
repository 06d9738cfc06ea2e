//! The traffic itself: what is wanted next, and what an event changes.

use super::agenda::Agenda;
use super::config::Config;
use super::link::{Link, Stage, client};
use super::server::{Step, Valve};
use super::sessions::{Operation, Session};
use crate::words::Words;
use crate::{Action, Workload};
use serde_json::Value;
use wireproof_base::{ConnId, Duration, Instant, Role, Seed};
use wireproof_wire::nnrp::command::Shutdown;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

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
    pub(super) link: Link,
    pub(super) connections: u32,
    pub(super) reconnect_at: Instant,
    pub(super) sessions: Vec<Session>,
    pub(super) tags: u64,
    /// Last frame id by session and lane.
    pub(super) frames: Vec<u32>,
    /// Unfinished at the client.
    pub(super) running: Vec<Operation>,
    /// Unfinished at the server.
    pub(super) serving: Vec<Operation>,
    pub(super) agenda: Agenda<Due>,
    pub(super) epochs: Vec<(Valve, u32)>,
    pub(super) act_at: Instant,
    pub(super) submitted: u32,
    pub(super) throttled: u32,
    pub(super) kills_at: Vec<u32>,
    pub(super) over: bool,
    said_goodbye: Option<Instant>,
}

/// Time for a connection to end, in ms.
const GOODBYE_MS: u64 = 500;

impl Traffic {
    fn draw(&mut self, seed: Seed) {
        self.words = Words::new(seed.0);
        self.link = Link::None;
        self.connections = 0;
        self.reconnect_at = Instant::ZERO;
        self.tags = 0;
        self.running.clear();
        self.serving.clear();
        self.agenda.clear();
        self.epochs.clear();
        self.act_at = Instant::ZERO;
        self.submitted = 0;
        self.throttled = 0;
        self.over = false;
        self.said_goodbye = None;
        let (count, operations) = (self.config.sessions, self.config.operations);
        self.sessions.clear();
        for index in 0..count {
            let left = operations / count + u32::from(index < operations % count);
            let priority = self.words.below(3) as u8;
            self.sessions.push(Session { left, priority, ..Session::default() });
        }
        self.frames.clear();
        self.frames.resize(count as usize * usize::from(self.config.lanes), 0);
        self.kills_at.clear();
        for _ in 0..self.config.kills {
            self.kills_at.push(self.words.below(operations.max(1)));
        }
        self.kills_at.sort_unstable_by(|a, b| b.cmp(a));
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

    /// The connection is ended when everything else is; then nothing is left.
    fn goodbye(&mut self, now: Instant) -> Action<Nnrp> {
        match (self.ready(), self.said_goodbye) {
            (Some(conn), None) => {
                self.said_goodbye = Some(after_ms(now, GOODBYE_MS));
                client(Command::Shutdown(Shutdown { conn }))
            }
            (Some(_), Some(until)) if now < until => Action::Wait { until },
            _ => Action::Done,
        }
    }

    /// What is due now, if anything; things that no longer matter are dropped.
    fn due(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        while let Some(due) = self.agenda.take(now) {
            let action = match due {
                Due::Serve(operation, step) => self.serve(operation, step),
                Due::Loosen(valve) if self.ready() == Some(valve.conn) => Some(self.loosen(valve)),
                Due::Loosen(_) | Due::Look => None,
            };
            if action.is_some() {
                return action;
            }
        }
        None
    }

    /// Flow is turned as often as the settings say, counted by operations.
    fn turn(&mut self, now: Instant, conn: ConnId) -> Option<Action<Nnrp>> {
        let wanted = self.submitted.saturating_mul(self.config.flow_updates) / 100;
        if self.throttled >= wanted {
            return None;
        }
        self.throttled += 1;
        self.throttle(now, conn)
    }

    fn wait(&self) -> Action<Nnrp> {
        let mut until = Instant::MAX;
        let mut no_later = |instant: Instant| until = until.min(instant);
        if let Some(due) = self.agenda.next() {
            no_later(due);
        }
        match self.link {
            Link::None => no_later(self.reconnect_at),
            Link::Greeting { until, .. } => no_later(until),
            Link::Raw { .. } => {}
            Link::Ready { .. } => no_later(self.act_at),
        }
        for session in &self.sessions {
            match session.stage {
                Stage::Asked(limit) | Stage::Closing(limit) => no_later(limit),
                _ => {}
            }
        }
        no_later(after_ms(Instant::ZERO, u64::from(self.config.limit_ms)));
        Action::Wait { until }
    }

    fn client_saw(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::Ready { conn } if self.current(conn) => self.link = Link::Ready { conn },
            Event::Down { conn, .. } if self.current(conn) => self.lost(now),
            Event::Opened { tag, session, .. } => {
                if let Some(own) = self.sessions.iter_mut().find(|own| own.tag == tag) {
                    own.number = session;
                    own.stage = Stage::Open;
                    own.blocked = 0;
                }
            }
            Event::Refused { tag, .. } => {
                if let Some(index) = self.sessions.iter().position(|own| own.tag == tag) {
                    let number = self.sessions[index].number;
                    self.sessions[index].stage = Stage::New;
                    self.gone(number);
                }
            }
            Event::Blocked { session, lane, frame, .. } => {
                self.held_back(now, (session, lane, frame));
            }
            Event::Ended { session, lane, frame, .. } => {
                self.forget((session, lane, frame));
                if let Some(own) = self.by_number(session) {
                    own.blocked = 0;
                }
            }
            Event::Detached { session } => {
                if let Some(own) = self.by_number(session) {
                    own.stage = Stage::Detached;
                }
            }
            Event::CloseRejected { session } => {
                if let Some(own) = self.by_number(session) {
                    own.stage = Stage::Open;
                }
            }
            Event::Draining { session } => self.closing(now, session),
            Event::Closed { session, .. } => self.gone(session),
            Event::Flow { conn, session, operation, epoch, .. } => {
                let valve = Valve { node: Role::Server, conn, session, operation };
                self.saw_epoch(valve, epoch);
            }
            _ => {}
        }
    }

    /// A close has begun, maybe from the other side: nothing more is submitted.
    fn closing(&mut self, now: Instant, session: u32) {
        let limit = after_ms(now, 2_000);
        if let Some(own) = self.by_number(session)
            && own.stage == Stage::Open
        {
            own.stage = Stage::Closing(limit);
        }
    }

    fn server_saw(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::Submitted { session, lane, frame, .. } => self.plan(now, (session, lane, frame)),
            Event::Ended { session, lane, frame, .. } => {
                let ended = (session, lane, frame);
                self.serving.retain(|&operation| operation != ended);
            }
            Event::Closed { session, .. } => {
                self.serving.retain(|(serving, _, _)| *serving != session);
            }
            Event::Flow { conn, session, operation, epoch, .. } => {
                let valve = Valve { node: Role::Client, conn, session, operation };
                self.saw_epoch(valve, epoch);
            }
            _ => {}
        }
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
            Role::Server => self.server_saw(now, event),
        }
    }

    fn next(&mut self, now: Instant) -> Action<Nnrp> {
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
        if let Some(action) = self.due(now) {
            return action;
        }
        let Some(conn) = self.ready() else { return self.wait() };
        if self.kills_at.last().is_some_and(|&at| self.submitted > at) {
            self.kills_at.pop();
            return self.give_up(now, conn);
        }
        if let Some(action) = self.ask(now, conn) {
            return action;
        }
        if let Some(action) = self.turn(now, conn) {
            return action;
        }
        self.act(now, conn).unwrap_or_else(|| self.wait())
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
