//! DiffFrames that arrive, and the entities they change (reference 8.9; `OP-56`).

use super::core::{Core, Out, blocked};
use crate::ncp::entities::{Diff as Change, Event as Step, Output};
use crate::ncp::refusal::Refusal;
use alloc::string::String;
use core::fmt::Write as _;
use wireproof_base::{Instant, Role};
use wireproof_wire::ncp::command::{Follow, Tier};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frames::{Diff, Error};
use wireproof_wire::ncp::{Event, digest};

impl<'a> Step<'a> {
    /// What the application says about an entity.
    pub(crate) fn of(follow: &'a Follow) -> Self {
        let Follow { anchor_ref, entity, version, record, .. } = follow;
        Self::Follow { anchor_ref, entity, version: *version, record }
    }
}

impl<'a> Change<'a> {
    /// A frame whose schema is not known. Its encoding has been checked on reading; from there on
    /// a bitset is one of Tier-2.
    pub(crate) fn of(diff: &'a Diff) -> Self {
        Self {
            anchor_ref: &diff.anchor_ref,
            schema: None,
            entity: diff.entity_id.as_deref().unwrap_or_default(),
            base_seq: diff.base_seq,
            format: diff.patch_format.as_deref().unwrap_or_default(),
            patch: &diff.patch,
            tier: Tier::Msgpack,
            event: diff.stream_id.as_deref().zip(diff.seq),
        }
    }
}

impl Core {
    /// Carries out [`Follow`].
    pub fn follow(&mut self, follow: &Follow, out: &mut Out) {
        let Some(link) = self.link(follow.conn) else {
            return blocked(follow.conn, "", Hold::State, out);
        };
        // Following is never refused.
        let _ = self.links[link].entities.apply(Step::of(follow));
    }

    /// A DiffFrame arrived. Gives the number to resume after if events are missing (D09).
    pub fn on_diff(&mut self, link: usize, diff: &Diff, out: &mut Out) -> Option<u64> {
        // Looking counts as use (A13).
        self.knows(link, &diff.anchor_ref);
        let now = self.now;
        let entry = &mut self.links[link];
        let schema = match self.role {
            Role::Server => self.registry.get(&diff.anchor_ref).map(|anchor| &anchor.schema),
            Role::Client => entry.cache.schema(now, &diff.anchor_ref),
        };
        let change = Change { schema, ..Change::of(diff) };
        let conn = entry.conn;
        let stream_id = diff.stream_id.clone().unwrap_or_default();
        let entity = String::from(change.entity);
        match entry.entities.apply(Step::Received(change)) {
            Ok(Output::Applied { version }) => {
                let event = diff.seq.map_or("", |_| stream_id.as_str());
                let seen = entry.entities.get(event, &diff.anchor_ref, &entity);
                let digest = seen.map(|seen| digest::record(&seen.record)).unwrap_or_default();
                out.event(Event::Applied { conn, stream_id, entity, version, digest });
            }
            Ok(Output::Unapplied) => out.event(Event::Unapplied { conn, stream_id, entity }),
            Ok(Output::Heartbeat) => {
                let seq = diff.seq.unwrap_or_default();
                out.event(Event::Heartbeat { conn, stream_id, seq });
            }
            Ok(Output::Resubscribe { after, new: true }) => return Some(after),
            Ok(_) | Err(Refusal::Local { .. }) => {}
            Err(Refusal::Peer { code, .. }) => {
                let mut error = Error::of(code).about("anchor_ref", &diff.anchor_ref);
                if !stream_id.is_empty() {
                    error = error.about("stream_id", &stream_id);
                }
                self.send_error(link, error, out);
            }
        }
        None
    }
}

/// A point of virtual time as text; a run begins with the year 2026.
pub(crate) fn timestamp(at: Instant) -> String {
    let micros = at.as_micros();
    let seconds = micros / 1_000_000;
    let (mut year, mut day) = (2026, seconds / 86_400);
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let mut text = String::with_capacity(27);
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z",
        day + 1,
        micros % 1_000_000
    );
    text
}

#[cfg(test)]
mod tests;
