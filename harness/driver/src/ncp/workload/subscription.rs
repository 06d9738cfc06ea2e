//! Subscriptions, which outlive their connections. Each follows one entity.

use super::ids::uuid;
use super::link::{agent, node};
use super::shelf;
use super::traffic::{Due, Traffic, after_ms};
use crate::Action;
use crate::words::Words;
use wireproof_base::{ConnId, Instant};
use wireproof_wire::ncp::command::{Change, Follow, Subscribe};
use wireproof_wire::ncp::{Command, Ncp, Value};

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// To be asked for, for the first time or again.
    Waiting,
    /// Asked for.
    Asked,
    /// Granted.
    Active,
    /// Ended.
    Over,
}

/// One subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    id: String,
    entity: String,
    stage: Stage,
    conn: ConnId,
    anchor_ref: String,
    /// The record before and after every change so far.
    records: Vec<Value>,
    /// Changes that the Agent has applied.
    applied: usize,
    /// The version that it has, and the last number it has seen.
    version: u64,
    seq: u64,
    /// Whether it was granted once.
    granted: bool,
    /// Changes to come.
    left: u32,
}

impl Subscription {
    /// A subscription that waits for a connection.
    pub fn new(words: &mut Words, changes: u32) -> Self {
        Self {
            id: uuid(words),
            entity: format!("product:{}", words.below(100_000)),
            stage: Stage::Waiting,
            conn: ConnId(0),
            anchor_ref: String::new(),
            records: vec![shelf::record(0, words)],
            applied: 0,
            version: 0,
            seq: 0,
            granted: false,
            left: changes,
        }
    }

    /// Whether it is to be asked for.
    pub fn is_waiting(&self) -> bool {
        self.stage == Stage::Waiting
    }

    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }
}

impl Traffic {
    /// Asks for a subscription on a connection, after both sides know the entity.
    pub(super) fn subscribe(&mut self, at: usize, conn: ConnId, anchor_ref: String) {
        let known = &mut self.subscriptions[at];
        (known.stage, known.conn, known.anchor_ref) = (Stage::Asked, conn, anchor_ref.clone());
        let record = known.records[known.applied.min(known.records.len() - 1)].clone();
        let follow = Follow {
            conn,
            anchor_ref: anchor_ref.clone(),
            entity: known.entity.clone(),
            version: known.version,
            record,
        };
        let subscribe = Subscribe {
            conn,
            stream_id: known.id.clone(),
            anchor_ref,
            heartbeat_interval: Some(1),
            resume_from_seq: known.granted.then_some(known.seq),
            ..Subscribe::default()
        };
        // A Node that resumes knows the entity better than its Agent does.
        if !known.granted {
            self.queue.push(node(Command::Follow(follow.clone())));
        }
        self.queue.push(agent(Command::Follow(follow)));
        self.queue.push(agent(Command::Subscribe(subscribe)));
    }

    /// The Node grants a subscription.
    pub(super) fn acknowledged(&mut self, now: Instant, id: &str, conn: ConnId) {
        let found = self.subscriptions.iter().position(|known| known.id == id);
        let Some(at) = found else { return };
        let known = &mut self.subscriptions[at];
        (known.stage, known.conn, known.granted) = (Stage::Active, conn, true);
        let next = self.within(now, self.config.service_us);
        self.agenda.enter(next, Due::Change(at));
    }

    /// Something changes, or enough has.
    pub(super) fn change(&mut self, now: Instant, at: usize) -> Option<Action<Ncp>> {
        let known = &self.subscriptions[at];
        if known.stage != Stage::Active {
            return None;
        }
        let (conn, stream_id) = (known.conn, known.id.clone());
        let ask = |action: &str| {
            let action = action.to_owned();
            Subscribe { conn, action, stream_id: stream_id.clone(), ..Subscribe::default() }
        };
        if known.left == 0 {
            self.subscriptions[at].stage = Stage::Over;
            return Some(agent(Command::Subscribe(ask("unsubscribe"))));
        }
        // Now and then there is time for a heartbeat.
        let pause = if self.words.chance(1, 6) { 1_100 } else { self.words.below(40) };
        self.agenda.enter(after_ms(now, 1 + u64::from(pause)), Due::Change(at));
        if self.words.chance(self.config.pings, 100) {
            return Some(agent(Command::Subscribe(ask("ping"))));
        }
        let price = u64::from(self.words.below(1_000));
        let known = &mut self.subscriptions[at];
        known.left -= 1;
        let last = known.records[known.records.len() - 1].clone();
        known.records.push(shelf::priced(&last, price));
        let (anchor_ref, entity) = (known.anchor_ref.clone(), known.entity.clone());
        let (format, patch) = self.patch(price);
        let event_type = "update".to_owned();
        let base_seq = None;
        let change =
            Change { conn, stream_id, anchor_ref, entity, base_seq, format, patch, event_type };
        Some(node(Command::Change(change)))
    }

    /// The same change in one of the two formats.
    fn patch(&mut self, price: u64) -> (String, Value) {
        if self.config.bitset && self.words.chance(1, 2) {
            let price = [(price >> 8) as u8, price as u8];
            let bytes = vec![1 << shelf::PRICE, 0xCD, price[0], price[1]];
            return ("binary_bitset".to_owned(), Value::Bytes(bytes));
        }
        let operation = shelf::map([
            ("op", Value::from("replace")),
            ("path", Value::from("/price")),
            ("value", Value::Uint(price)),
        ]);
        let format = if self.words.chance(1, 2) { "json_patch" } else { "" };
        (format.to_owned(), Value::Array(vec![operation]))
    }

    /// The Agent has applied a change.
    pub(super) fn applied(&mut self, id: &str, version: u64) {
        if let Some(known) = self.subscriptions.iter_mut().find(|known| known.id == id) {
            known.applied += 1;
            known.version = version;
            known.seq = version;
        }
    }

    /// A heartbeat has come.
    pub(super) fn beaten(&mut self, id: &str, seq: u64) {
        if let Some(known) = self.subscriptions.iter_mut().find(|known| known.id == id) {
            known.seq = seq;
        }
    }

    /// The Node has refused it.
    pub(super) fn unsubscribed(&mut self, id: &str) {
        if let Some(known) = self.subscriptions.iter_mut().find(|known| known.id == id) {
            known.stage = Stage::Over;
        }
    }

    /// A connection is gone: its subscriptions wait for another.
    pub(super) fn part(&mut self, conn: ConnId) {
        let lost = |known: &&mut Subscription| {
            known.conn == conn && matches!(known.stage, Stage::Asked | Stage::Active)
        };
        self.subscriptions.iter_mut().filter(lost).for_each(|known| known.stage = Stage::Waiting);
    }
}
