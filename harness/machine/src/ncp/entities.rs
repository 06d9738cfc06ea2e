//! Entities and the diffs that change them, NCP §4.2 (reference table 8.9; `OP-29`, `OP-30`,
//! `OP-43`, `OP-56`).

use super::Refusal;
use super::subscription::{Follower, Order};
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::Schema;
use wireproof_wire::ncp::bitset;
use wireproof_wire::ncp::code::{
    NCP_ANCHOR_NOT_FOUND, NCP_DIFF_FORMAT_UNSUPPORTED, NCP_STREAM_SEQ_GAP, NPS_CLIENT_BAD_FRAME,
    NPS_CLIENT_UNPROCESSABLE,
};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frames::diff::{BINARY_BITSET, JSON_PATCH};
use wireproof_wire::ncp::patch;
use wireproof_wire::ncp::record;

#[cfg(test)]
mod tests;

/// State of one entity.
///
/// ```text
///              follow                 diff applied: v + 1, or the seq of the event
///  (unknown) ----------> (v, record) -----------------------+
///                             ^                             |
///                             +-----------------------------+
/// ```
///
/// NCP §4.2. Version and record are set by configuration (`OP-56`); without them a diff is handed
/// up as it is. Anything that does not apply changes nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entity {
    /// Its version.
    pub version: u64,
    /// Its record.
    pub record: Value,
}

/// Which entity, as one subscription sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The subscription; empty for the entity itself.
    pub stream_id: String,
    /// Its schema.
    pub anchor_ref: String,
    /// `entity_id`; empty for the one entity that is followed without one.
    pub entity: String,
}

/// A DiffFrame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diff<'a> {
    /// `anchor_ref`.
    pub anchor_ref: &'a str,
    /// The schema, if it is known.
    pub schema: Option<&'a Schema>,
    /// `entity_id`; empty for none.
    pub entity: &'a str,
    /// `base_seq`.
    pub base_seq: u64,
    /// `patch_format`; empty for none.
    pub format: &'a str,
    /// `patch`.
    pub patch: &'a Value,
    /// Encoding of the frame.
    pub tier: Tier,
    /// `stream_id` and `seq` of an event.
    pub event: Option<(&'a str, u64)>,
}

/// What changes the entities of one connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// The application has read an entity in full.
    Follow {
        /// Its schema.
        anchor_ref: &'a str,
        /// `entity_id`; empty for none.
        entity: &'a str,
        /// Its version.
        version: u64,
        /// Its record.
        record: &'a Value,
    },
    /// This side subscribes.
    Subscribe {
        /// The subscription.
        stream_id: &'a str,
        /// `resume_from_seq`.
        resume_from: Option<u64>,
    },
    /// A subscription has ended.
    Unsubscribe(&'a str),
    /// A diff arrived.
    Received(Diff<'a>),
    /// This side sends a diff, whose number comes from its own subscription. Numbers are not
    /// checked, so this is no heartbeat either.
    Sent(Diff<'a>),
}

/// What an event came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Done.
    Noted,
    /// D01, D02: the entity is now at this version ([`Entities::get`]).
    Applied {
        /// Its version.
        version: u64,
    },
    /// `OP-56`: nobody follows that entity, or has that subscription. Not answered.
    Unapplied,
    /// D08.
    Heartbeat,
    /// D09: events are missing. Subscribe again with `resume_from_seq`, if this is `new`.
    Resubscribe {
        /// The last number without a gap.
        after: u64,
        /// Whether this gap has not been reported yet.
        new: bool,
    },
    /// D09: an event that was there before.
    Repeated,
}

/// The entities that one side of a connection follows, and its subscriptions.
///
/// What a subscription has changed belongs to that subscription, version and record: its first
/// event starts from the entity itself, later ones from the event before (`OP-56`). A diff outside
/// of subscriptions changes the entity itself.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    bitset: bool,
    entities: BTreeMap<Key, Entity>,
    followers: BTreeMap<String, Follower>,
}

impl Entities {
    /// Nothing followed yet. `bitset` says whether `binary_bitset` is agreed (`OP-30`).
    pub const fn new(bitset: bool) -> Self {
        Self { bitset, entities: BTreeMap::new(), followers: BTreeMap::new() }
    }

    /// Takes `event`.
    pub fn apply(&mut self, event: Event<'_>) -> Result<Output, Refusal> {
        match event {
            Event::Follow { anchor_ref, entity, version, record } => {
                // What subscriptions knew of it is outdated.
                self.entities.retain(|key, _| key.anchor_ref != anchor_ref || key.entity != entity);
                let key = Key::own(anchor_ref, entity);
                self.entities.insert(key, Entity { version, record: record.clone() });
                Ok(Output::Noted)
            }
            Event::Subscribe { stream_id, resume_from } => {
                if resume_from.is_none() {
                    self.forget(stream_id);
                }
                let follower = Follower::new(resume_from.unwrap_or(0));
                self.followers.insert(stream_id.to_owned(), follower);
                Ok(Output::Noted)
            }
            Event::Unsubscribe(stream_id) => {
                self.forget(stream_id);
                self.followers.remove(stream_id);
                Ok(Output::Noted)
            }
            Event::Received(diff) => self.receive(&diff),
            Event::Sent(diff) => {
                let schema = self.readable(&diff)?;
                self.change(&diff, schema)
            }
        }
    }

    /// An entity as a subscription sees it, or itself if `stream_id` is empty.
    pub fn get(&self, stream_id: &str, anchor_ref: &str, entity: &str) -> Option<&Entity> {
        let mut key = Key::own(anchor_ref, entity);
        key.stream_id.push_str(stream_id);
        let seen = self.entities.get(&key);
        seen.or_else(|| {
            key.stream_id.clear();
            self.entities.get(&key)
        })
    }

    /// Everything that is followed, sorted.
    pub fn entities(&self) -> impl Iterator<Item = (&Key, &Entity)> {
        self.entities.iter()
    }

    /// The numbers of a subscription.
    pub fn follower(&self, stream_id: &str) -> Option<&Follower> {
        self.followers.get(stream_id)
    }

    /// D05, D04, D09, D08 and then the rows of [`Self::change`]: the order of the reference.
    fn receive(&mut self, diff: &Diff<'_>) -> Result<Output, Refusal> {
        let readable = self.readable(diff);
        let Some((stream_id, seq)) = diff.event else {
            return self.change(diff, readable?);
        };
        let Some(follower) = self.followers.get_mut(stream_id) else {
            return readable.map(|_| Output::Unapplied);
        };
        // An event that cannot be read was there all the same. A gap before it is left for the
        // next one to report.
        let schema = match readable {
            Ok(schema) => schema,
            Err(refusal) => {
                if follower.order(seq) == Order::Next {
                    follower.take(seq);
                }
                return Err(refusal);
            }
        };
        match follower.take(seq) {
            Order::Next if is_empty(diff.patch) => Ok(Output::Heartbeat),
            Order::Next => self.change(diff, schema),
            Order::Repeated => Ok(Output::Repeated),
            Order::Gap { after, new } => Ok(Output::Resubscribe { after, new }),
        }
    }

    /// D05 and D04.
    fn readable<'a>(&self, diff: &Diff<'a>) -> Result<&'a Schema, Refusal> {
        let supported = match diff.format {
            "" | JSON_PATCH => true,
            BINARY_BITSET => self.bitset && diff.tier == Tier::Msgpack,
            _ => false,
        };
        if !supported {
            return Err(Refusal::peer("D05", NCP_DIFF_FORMAT_UNSUPPORTED));
        }
        diff.schema.ok_or(Refusal::peer("D04", NCP_ANCHOR_NOT_FOUND))
    }

    /// D06, `OP-56`, D03, D07, and else D01 or D02.
    fn change(&mut self, diff: &Diff<'_>, schema: &Schema) -> Result<Output, Refusal> {
        let patch = Patch::read(diff, schema)?;
        let stream_id = diff.event.map_or("", |(stream_id, _)| stream_id);
        let Some(entity) = self.get(stream_id, diff.anchor_ref, diff.entity) else {
            return Ok(Output::Unapplied);
        };
        if diff.base_seq != entity.version {
            return Err(Refusal::peer("D03", NCP_STREAM_SEQ_GAP));
        }
        let changed = patch
            .apply(schema, &entity.record)
            .filter(|changed| record::fits(schema, changed).is_ok());
        let Some(record) = changed else {
            return Err(Refusal::peer("D07", NPS_CLIENT_UNPROCESSABLE));
        };
        let version = match diff.event {
            Some((_, seq)) => seq,
            None => entity.version.saturating_add(1),
        };
        let mut key = Key::own(diff.anchor_ref, diff.entity);
        key.stream_id.push_str(stream_id);
        self.entities.insert(key, Entity { version, record });
        Ok(Output::Applied { version })
    }

    fn forget(&mut self, stream_id: &str) {
        self.entities.retain(|key, _| key.stream_id != stream_id);
    }
}

/// A patch that is well formed.
enum Patch<'a> {
    Operations(&'a [Value]),
    Bitset(&'a [u8]),
}

impl<'a> Patch<'a> {
    /// D06.
    fn read(diff: &Diff<'a>, schema: &Schema) -> Result<Self, Refusal> {
        let read = match (diff.format == BINARY_BITSET, diff.patch) {
            (false, Value::Array(operations)) => {
                patch::check(operations).ok().map(|()| Self::Operations(operations))
            }
            (true, Value::Bytes(bytes)) => {
                bitset::read(schema.fields.len(), bytes).ok().map(|_| Self::Bitset(bytes))
            }
            _ => None,
        };
        read.ok_or(Refusal::peer("D06", NPS_CLIENT_BAD_FRAME))
    }

    /// The record after it; nothing if it does not apply.
    fn apply(&self, schema: &Schema, record: &Value) -> Option<Value> {
        match self {
            Self::Operations(operations) => patch::apply(record, operations).ok(),
            Self::Bitset(bytes) => bitset::apply(schema, record, bytes).ok(),
        }
    }
}

impl Key {
    /// An entity itself.
    fn own(anchor_ref: &str, entity: &str) -> Self {
        Self {
            stream_id: String::new(),
            anchor_ref: anchor_ref.to_owned(),
            entity: entity.to_owned(),
        }
    }
}

impl Output {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Noted => "noted",
            Self::Applied { .. } => "applied",
            Self::Unapplied => "unapplied",
            Self::Heartbeat => "heartbeat",
            Self::Resubscribe { .. } => "resubscribe",
            Self::Repeated => "repeated",
        }
    }
}

fn is_empty(patch: &Value) -> bool {
    match patch {
        Value::Array(operations) => operations.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        _ => false,
    }
}
