//! What the application of an Agent does.

use super::ids::uuid;
use super::link::{agent, by, node};
use super::shelf;
use super::traffic::{Due, Traffic, after_ms};
use crate::Action;
use crate::ncp::defaults;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::ncp::command::{self, Companion, Publish, Query, Withdraw};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Command, Event, Ncp, Value};

/// Time after which an answer is no longer waited for, in ms.
const ANSWER_MS: u64 = 1_500;
/// An Agent asks for no records under a schema that it has to forget so soon, in ms.
const MARGIN_MS: u64 = 700;

impl Traffic {
    /// What an Agent sees.
    pub(super) fn agent_saw(&mut self, now: Instant, event: &Event) {
        match event {
            Event::Ready { conn, .. } => {
                if let Some(slot) = self.slot_of(*conn) {
                    self.greeted(slot);
                }
            }
            Event::Down { conn, .. } => {
                if let Some(slot) = self.slot_of(*conn) {
                    self.lost(now, slot);
                }
            }
            Event::Anchored { conn, anchor_ref, ttl } => {
                self.forget(*conn, anchor_ref);
                let until = after_ms(now, u64::from(*ttl) * 1_000);
                if let Some(slot) = self.slot_of(*conn) {
                    self.slots[slot].known.push((anchor_ref.clone(), until));
                }
            }
            Event::Forgotten { conn, anchor_ref } => self.forget(*conn, anchor_ref),
            Event::Answered { conn, .. } | Event::Opened { conn, .. } => self.answered(*conn),
            Event::Failed { conn, stream_id, .. } => {
                self.answered(*conn);
                self.unsubscribed(stream_id);
            }
            Event::Applied { stream_id, version, .. } => self.applied(stream_id, *version),
            Event::Heartbeat { stream_id, seq, .. } => self.beaten(stream_id, *seq),
            _ => {}
        }
    }

    fn forget(&mut self, conn: ConnId, anchor_ref: &str) {
        if let Some(slot) = self.slot_of(conn) {
            self.slots[slot].known.retain(|(known, _)| known != anchor_ref);
        }
    }

    fn answered(&mut self, conn: ConnId) {
        if let Some(slot) = self.slot_of(conn) {
            let waiting = &mut self.slots[slot].waiting;
            *waiting = waiting.saturating_sub(1);
        }
    }

    /// Whether the Agent of a slot will still have that schema in a while.
    pub(super) fn knows(&self, now: Instant, slot: usize, anchor_ref: &str) -> bool {
        let soon = after_ms(now, MARGIN_MS);
        self.slots[slot].known.iter().any(|(known, until)| known == anchor_ref && *until > soon)
    }

    /// The next thing an Agent wants, or the Node of its own accord.
    pub(super) fn act(&mut self, now: Instant) -> Option<Action<Ncp>> {
        if now < self.act_at {
            return None;
        }
        for slot in &mut self.slots {
            if slot.waiting > 0 && now >= after_ms(slot.asked_at, ANSWER_MS) {
                slot.waiting = 0;
            }
        }
        let (slot, conn) = self.some_ready()?;
        self.act_at = self.within(now, self.config.gap_us);
        if self.words.chance(self.config.lulls, 100) {
            self.act_at = after_ms(now, 1_000 + u64::from(self.words.below(1_300)));
        }
        if let Some(action) = self.subscribe_somewhere(now, slot, conn) {
            return Some(action);
        }
        if self.requested >= self.config.requests
            || self.slots[slot].waiting >= self.config.pipeline
        {
            return None;
        }
        self.on_the_side(conn);
        self.requested += 1;
        if self.words.chance(self.config.uploads, 100) {
            self.upload(now, conn);
        }
        let request = self.request(now, slot, conn);
        self.slots[slot].waiting += 1;
        self.slots[slot].asked_at = now;
        self.agenda.enter(after_ms(now, ANSWER_MS), Due::Look);
        self.queue.push(request);
        Some(self.queue.remove(0))
    }

    fn request(&mut self, now: Instant, slot: usize, conn: ConnId) -> Action<Ncp> {
        let request_id = uuid(&mut self.words);
        if self.words.chance(self.config.actions, 100) {
            let request_id = if self.words.chance(1, 2) { request_id } else { String::new() };
            let action = command::Action { conn, request_id, ..command::Action::default() };
            return agent(Command::Action(action));
        }
        let line = self.words.below(self.lines.len() as u32) as usize;
        let current = self.lines[line].current().map(|version| version.id.clone());
        let anchor_ref = self.reference(line);
        let fresh = current.as_deref() == Some(&anchor_ref) && self.knows(now, slot, &anchor_ref);
        if !fresh && current.is_some() {
            self.bring(slot, line);
        }
        let stream = fresh && self.words.chance(self.config.streams, 100);
        let named = stream || self.words.chance(1, 3);
        let auto_anchor = match self.words.chance(self.config.strict, 100) {
            true => Some(false),
            false => self.words.chance(1, 2).then_some(true),
        };
        agent(Command::Query(Query {
            conn,
            anchor_ref,
            auto_anchor,
            stream: stream.then_some(true),
            request_id: if named { request_id } else { String::new() },
            fields: Vec::new(),
            with: Value::Map(Vec::new()),
        }))
    }

    /// A schema to ask for: the current one, an older one, or one that nobody has.
    fn reference(&mut self, line: usize) -> String {
        if self.words.chance(self.config.unknown, 100) {
            let words = [(); 4].map(|()| self.words.word());
            return format!(
                "sha256:{:016x}{:016x}{:016x}{:016x}",
                words[0], words[1], words[2], words[3]
            );
        }
        let count = self.lines[line].versions.len() as u32;
        let old = count > 1 && self.words.chance(self.config.outdated, 100);
        let at = if old { self.words.below(count - 1) } else { count - 1 };
        self.lines[line].versions[at as usize].id.clone()
    }

    /// What happens beside the requests: schemas change, companions speak.
    fn on_the_side(&mut self, conn: ConnId) {
        // The first line is subscribed to, and stays.
        let lines = self.lines.len() as u32;
        if lines > 1 && self.words.chance(self.config.replacements, 100) {
            let line = 1 + self.words.below(lines - 1) as usize;
            self.replace(line);
        }
        if lines > 1 && self.words.chance(self.config.withdrawals, 100) {
            let line = 1 + self.words.below(lines - 1) as usize;
            self.withdraw(line);
        }
        if self.words.chance(self.config.companions, 100) {
            let companion = self.companion(conn);
            self.queue.push(companion);
        }
    }

    /// Takes a schema away, the current one only after all that it has replaced: nobody says what
    /// is owed under a replaced schema whose successors are gone.
    fn withdraw(&mut self, line: usize) {
        let versions = &mut self.lines[line].versions;
        let oldest = versions.iter_mut().find(|version| version.registered);
        if let Some(version) = oldest {
            version.registered = false;
            let anchor_ref = version.id.clone();
            self.queue.push(node(Command::Withdraw(Withdraw { anchor_ref })));
        }
    }

    fn replace(&mut self, line: usize) {
        let ttl = self.lifetime();
        let last = self.lines[line].current().map(|version| version.id.clone());
        let Some(version) = self.lines[line].grow(ttl) else { return };
        let publish = Publish {
            schema: version.schema.clone(),
            anchor_id: String::new(),
            ttl,
            replaces: last.unwrap_or_default(),
        };
        self.queue.push(node(Command::Publish(publish)));
        for slot in 0..self.slots.len() {
            if self.words.chance(1, 2) {
                self.bring(slot, line);
            }
        }
    }

    /// A frame of another layer, as scenarios send it by default.
    fn companion(&mut self, conn: ConnId) -> Action<Ncp> {
        let kind = COMPANIONS[self.words.below(COMPANIONS.len() as u32) as usize];
        let role = if self.words.chance(1, 2) { Role::Client } else { Role::Server };
        // Plain data, which every value can hold.
        let members = serde_json::from_value(defaults::members(kind)).unwrap_or_default();
        by(role, Command::Companion(Companion { conn, frame: kind.name().to_owned(), members }))
    }

    /// Starts or resumes a subscription that waits for a connection.
    fn subscribe_somewhere(
        &mut self,
        now: Instant,
        slot: usize,
        conn: ConnId,
    ) -> Option<Action<Ncp>> {
        let at = self.subscriptions.iter().position(|known| known.is_waiting())?;
        let anchor_ref = self.lines.first()?.current()?.id.clone();
        if !self.knows(now, slot, &anchor_ref) {
            return None;
        }
        self.subscribe(at, conn, anchor_ref);
        Some(self.queue.remove(0))
    }

    /// The records of an answer or a chunk.
    pub(super) fn data(&mut self, line: u32) -> Vec<Value> {
        let count = self.words.below(self.config.records + 1);
        (0..count).map(|_| shelf::record(line, &mut self.words)).collect()
    }
}

/// Frames that stand for themselves: none of these follows another.
const COMPANIONS: [FrameType; 8] = [
    FrameType::Ident,
    FrameType::Trust,
    FrameType::Revoke,
    FrameType::Announce,
    FrameType::Resolve,
    FrameType::Task,
    FrameType::Delegate,
    FrameType::Sync,
];
