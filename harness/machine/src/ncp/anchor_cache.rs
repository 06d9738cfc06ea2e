//! The schemas that an Agent keeps, NCP §5.3, §5.4 (reference table 8.8; `OP-33` to `OP-35`).

use super::Refusal;
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_base::{Duration, Instant};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::{self, Schema};
use wireproof_wire::ncp::code::{NCP_ANCHOR_ID_MISMATCH, NPS_CLIENT_BAD_FRAME};

#[cfg(test)]
mod tests;

/// Recommended number of schemas per connection (NCP §9).
pub const RECOMMENDED: u32 = 1000;

/// Where one identifier stands.
///
/// ```text
///           verified, ttl > 0              now >= arrival + ttl
///  Absent --------------------> Fresh ----------------------------> Expired
///    ^                          |   ^                                 |
///    |     stale, not found,    |   +----- verified, ttl > 0 ---------+
///    +---- ttl 0, replaced, ----+
///          evicted, closed
/// ```
///
/// NCP §5.3. Age is looked at when an entry is, so it needs no timer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not here.
    #[default]
    Absent,
    /// Usable.
    Fresh,
    /// Too old to be used.
    Expired,
}

/// A schema as an AnchorFrame brings it, or a look-up outside of the connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor<'a> {
    /// `anchor_id`.
    pub anchor_id: &'a str,
    /// `schema`.
    pub schema: &'a Value,
    /// `ttl` in seconds.
    pub ttl: u32,
}

/// What moves an identifier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// An AnchorFrame arrived.
    Anchor(Anchor<'a>),
    /// A response with `inline_anchor` arrived.
    Inline {
        /// The schema in it.
        anchor: Anchor<'a>,
        /// `anchor_ref` of the response.
        anchor_ref: &'a str,
        /// `anchor_ref` of the request; empty for none.
        old: &'a str,
    },
    /// A frame refers to one. Looking counts as use.
    Refer(&'a str),
    /// NCP-ANCHOR-STALE arrived for one.
    Stale(&'a str),
    /// NCP-ANCHOR-NOT-FOUND arrived for one.
    NotFound(&'a str),
    /// The connection has ended.
    Closed,
}

/// What an event came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A01, A05, A09: kept. `forgotten` were usable and left the cache for it (A09, A13).
    Stored {
        /// Identifiers, the one that was replaced first.
        forgotten: Vec<String>,
    },
    /// A02: verified and not kept; usable for the exchange it came with.
    Passing {
        /// What it says.
        schema: Schema,
        /// Identifiers that were usable and left the cache (A05 with `ttl` 0, A09).
        forgotten: Vec<String>,
    },
    /// The schema is known: [`Cache::schema`].
    Hit,
    /// A07, A08: fetch the schema; records wait, Stream and Diff are answered (V04, D04).
    Miss,
    /// A11, A12: the entry is gone; fetch its successor, or fetch it again.
    Forgotten,
    /// There was nothing to forget.
    Unchanged,
    /// A14: these were usable until now.
    Cleared {
        /// Identifiers.
        forgotten: Vec<String>,
    },
}

#[derive(Clone, Debug)]
struct Entry {
    schema: Schema,
    expiry: Instant,
    /// When it was used last, in uses of the whole cache.
    used: u64,
}

/// The schemas of one connection by identifier.
#[derive(Clone, Debug)]
pub struct Cache {
    limit: u32,
    entries: BTreeMap<String, Entry>,
    uses: u64,
}

impl Cache {
    /// A cache for so many schemas.
    pub const fn new(limit: u32) -> Self {
        Self { limit, entries: BTreeMap::new(), uses: 0 }
    }

    /// Takes `event` at `now`. A refused schema leaves the cache as it was (NCP-ANCHOR-026).
    pub fn apply(&mut self, now: Instant, event: Event<'_>) -> Result<Output, Refusal> {
        Ok(match event {
            Event::Anchor(anchor) => {
                let schema = self.verify(now, &anchor, "A03")?;
                self.keep(now, &anchor, schema, None)
            }
            Event::Inline { anchor, anchor_ref, old } => {
                let schema = self.verify(now, &anchor, "A10")?;
                if anchor.anchor_id != anchor_ref && !anchor::is_system_ref(anchor_ref) {
                    return Err(Refusal::peer("A09", NPS_CLIENT_BAD_FRAME));
                }
                self.keep(now, &anchor, schema, Some(old))
            }
            Event::Refer(anchor_ref) => match self.state(now, anchor_ref) {
                State::Fresh => {
                    self.touch(anchor_ref);
                    Output::Hit
                }
                State::Absent | State::Expired => Output::Miss,
            },
            Event::Stale(anchor_ref) | Event::NotFound(anchor_ref) => {
                match self.state(now, anchor_ref) {
                    State::Fresh => {
                        self.entries.remove(anchor_ref);
                        Output::Forgotten
                    }
                    State::Absent | State::Expired => Output::Unchanged,
                }
            }
            Event::Closed => {
                let mut entries = core::mem::take(&mut self.entries);
                entries.retain(|_, entry| now < entry.expiry);
                Output::Cleared { forgotten: entries.into_keys().collect() }
            }
        })
    }

    /// State of an identifier at `now`.
    pub fn state(&self, now: Instant, anchor_ref: &str) -> State {
        match self.entries.get(anchor_ref) {
            None => State::Absent,
            Some(entry) if now < entry.expiry => State::Fresh,
            Some(_) => State::Expired,
        }
    }

    /// A schema that is usable at `now`. Does not count as use: that is [`Event::Refer`].
    pub fn schema(&self, now: Instant, anchor_ref: &str) -> Option<&Schema> {
        self.entries.get(anchor_ref).filter(|entry| now < entry.expiry).map(|entry| &entry.schema)
    }

    /// The identifiers that are kept, expired ones included, with the end of their time; sorted.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Instant)> {
        self.entries.iter().map(|(id, entry)| (id.as_str(), entry.expiry))
    }

    /// When the next entry becomes too old. Nothing has to be done then.
    pub fn next_expiry(&self, now: Instant) -> Option<Instant> {
        self.entries.values().map(|entry| entry.expiry).filter(|expiry| now < *expiry).min()
    }

    /// A03, A04, A06, A10. `row` is the one for a wrong digest.
    fn verify(
        &self,
        now: Instant,
        anchor: &Anchor<'_>,
        row: &'static str,
    ) -> Result<Schema, Refusal> {
        anchor::verify(anchor.anchor_id, anchor.schema).map_err(|violation| {
            let row = match violation.code {
                // The identifier of a known schema over another one: poisoning.
                NCP_ANCHOR_ID_MISMATCH
                    if row == "A03" && self.state(now, anchor.anchor_id) == State::Fresh =>
                {
                    "A06"
                }
                NCP_ANCHOR_ID_MISMATCH => row,
                _ => "A04",
            };
            Refusal::peer(row, violation.code)
        })
    }

    /// A01, A02, A05, A09, A13.
    fn keep(
        &mut self,
        now: Instant,
        anchor: &Anchor<'_>,
        schema: Schema,
        replaced: Option<&str>,
    ) -> Output {
        let id = anchor.anchor_id;
        let mut forgotten = Vec::new();
        if let Some(old) = replaced
            && old != id
        {
            self.remove(now, old, &mut forgotten);
        }
        if anchor.ttl == 0 || self.limit == 0 {
            self.remove(now, id, &mut forgotten);
            return Output::Passing { schema, forgotten };
        }
        let expiry = now + Duration::from_millis(1000).times(u64::from(anchor.ttl));
        self.uses += 1;
        self.entries.insert(id.to_owned(), Entry { schema, expiry, used: self.uses });
        self.evict(now, &mut forgotten);
        Output::Stored { forgotten }
    }

    /// A13. What has expired goes before what was used least recently.
    fn evict(&mut self, now: Instant, forgotten: &mut Vec<String>) {
        while self.entries.len() > self.limit as usize {
            let order = |entry: &Entry| (now < entry.expiry, entry.used);
            let first = self.entries.iter().min_by_key(|(_, entry)| order(entry));
            let Some(id) = first.map(|(id, _)| id.clone()) else { return };
            self.remove(now, &id, forgotten);
        }
    }

    /// What had expired was unusable before: it does not count as forgotten.
    fn remove(&mut self, now: Instant, anchor_ref: &str, forgotten: &mut Vec<String>) {
        if let Some((id, entry)) = self.entries.remove_entry(anchor_ref)
            && now < entry.expiry
        {
            forgotten.push(id);
        }
    }

    fn touch(&mut self, anchor_ref: &str) {
        self.uses += 1;
        if let Some(entry) = self.entries.get_mut(anchor_ref) {
            entry.used = self.uses;
        }
    }
}

impl State {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Fresh => "fresh",
            Self::Expired => "expired",
        }
    }
}

impl Output {
    /// Name as in snapshots and machine cases.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Stored { .. } => "stored",
            Self::Passing { .. } => "passing",
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Forgotten => "forgotten",
            Self::Unchanged => "unchanged",
            Self::Cleared { .. } => "cleared",
        }
    }
}
