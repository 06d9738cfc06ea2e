//! DiffFrames: what should become of them (reference 8.9, `OP-29`, `OP-56`).

use super::{Cause, Codes, Due, Entity, Fate, Knowledge, Name, Node, Patched};
use crate::ncp::packet::Packet;
use wireproof_base::{Citation, Instant};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::Schema;
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::command::Follow;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::patch::PatchError;
use wireproof_wire::ncp::{bitset, digest, patch, record as records};

const FORMAT: Citation = Citation::must("NCP-DIFF-008");
const BASE: Citation = Citation::must("NCP-DIFF-011").read("OP-29");
const ANCHOR: Citation = Citation::must("NCP-DIFF-014").read("OP-58");
const FAILED: Citation = Citation::must("NCP-DIFF-013").read("8.9");

/// How many diffs are remembered that were not reported.
const PATCHED: usize = 64;

impl Node {
    /// The application sets version and record of an entity.
    pub(super) fn follow(&mut self, follow: &Follow) {
        let (anchor, id) = (Name::of(&follow.anchor_ref), Name::of(&follow.entity));
        let entities = &mut self.ensure(follow.conn).entities;
        entities.retain(|entity| entity.anchor != anchor || entity.id != id);
        entities.push(Entity {
            anchor,
            id,
            subscription: Name::NONE,
            versions: [follow.version; 2],
            record: follow.record.clone(),
            doubtful: false,
        });
    }

    pub(super) fn diff(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        let stream = packet.name("stream_id");
        let seq = packet.seq().filter(|_| !stream.is_none());
        let gap = self.count_event(packet, stream, seq);
        if packet.mine {
            return;
        }
        let Frame::Diff(diff) = &packet.frame else { return };
        let (base, id) = (diff.base_seq, packet.name("entity_id"));
        let mut seen = Patched { stream, id, fate: Fate::Open, base, seq, digest: None };
        let mut codes = Codes::default();
        seen.fate = self.fate(packet, &mut seen, gap, at, &mut codes);
        let (rule, due) = match seen.fate {
            Fate::Format => (FORMAT, Due::Ordered),
            Fate::Base => (BASE, Due::Nothing),
            Fate::Anchor => (ANCHOR, Due::Nothing),
            _ => (FAILED, Due::Nothing),
        };
        if seen.fate != Fate::Applied {
            let (subject, answered, step, what) = (Name::NONE, false, 0, "a diff");
            if codes == Codes::default() {
                codes = Codes::ANY;
            }
            let cause = Cause { codes, rule, due, subject, record, step, answered, what };
            self.cause(packet.conn, cause);
        }
        let conn = &mut self.conns[packet.conn.0 as usize];
        if conn.doubtful && seen.fate == Fate::Applied {
            seen.fate = Fate::Open;
        }
        if conn.patched.len() == PATCHED {
            conn.patched.remove(0);
        }
        conn.patched.push(seen);
    }

    /// Counts an event of a subscription; tells whether its number does not follow.
    fn count_event(&mut self, packet: &Packet<'_>, stream: Name, seq: Option<u64>) -> bool {
        let conn = &mut self.conns[packet.conn.0 as usize];
        let known = conn.subscriptions.iter_mut().find(|known| known.id == stream);
        let (Some(known), Some(seq)) = (known, seq) else { return false };
        let gap = !known.doubtful && known.last.is_some_and(|last| seq != last + 1);
        // Where a subscription that was known is asked for again, its numbers go back to the one
        // it resumes at (`OP-43`); events that were under way come before that.
        let first = known.resumed.unwrap_or(0);
        if known.doubtful && (seq == first || seq == first + 1) {
            (known.last, known.doubtful) = (Some(seq), false);
        } else {
            known.last = Some(known.last.map_or(seq, |last| last.max(seq)));
        }
        gap
    }

    /// What should become of a diff, and every code that fits it.
    fn fate(
        &mut self,
        packet: &Packet<'_>,
        seen: &mut Patched,
        gap: bool,
        at: Instant,
        codes: &mut Codes,
    ) -> Fate {
        let Frame::Diff(diff) = &packet.frame else { return Fate::Malformed };
        let (bits, body) = (diff.is_bitset(), &diff.patch);
        let mut fate = Fate::Applied;
        let mut note = |row: Fate, code: &str| {
            *codes = codes.or(code);
            if fate == Fate::Applied {
                fate = row;
            }
        };
        if bits && !(self.configured && self.setup.binary_bitset) {
            note(
                if self.configured { Fate::Format } else { Fate::Open },
                code::NCP_DIFF_FORMAT_UNSUPPORTED,
            );
        }
        let anchor = packet.name("anchor_ref");
        let knowledge = self.knowledge(packet.conn, anchor, at);
        match knowledge {
            Knowledge::Usable(_) => {}
            Knowledge::Doubtful(_) => note(Fate::Open, code::NCP_ANCHOR_NOT_FOUND),
            _ => note(Fate::Anchor, code::NCP_ANCHOR_NOT_FOUND),
        }
        if gap {
            note(Fate::Open, code::NCP_STREAM_SEQ_GAP);
        }
        if diff.is_heartbeat() {
            return if fate == Fate::Applied { Fate::Heartbeat } else { fate };
        }
        let schema = knowledge.schema().map(|place| &self.schemas[place].schema);
        let conn = &mut self.conns[packet.conn.0 as usize];
        let Some(place) = find(&conn.entities, anchor, seen) else {
            note(Fate::Unfollowed, code::NCP_STREAM_SEQ_GAP);
            return fate;
        };
        let known = &conn.entities[place];
        let applied = change(known, body, bits, schema);
        match applied {
            Ok(_) => {}
            Err(Fate::Malformed) => note(Fate::Malformed, code::NPS_CLIENT_BAD_FRAME),
            Err(row) => note(row, code::NPS_CLIENT_UNPROCESSABLE),
        }
        if known.doubtful {
            note(Fate::Open, code::NCP_STREAM_SEQ_GAP);
        } else if !known.fits(seen.base) {
            note(Fate::Base, code::NCP_STREAM_SEQ_GAP);
            *codes = codes.or(code::NPS_CLIENT_CONFLICT);
        }
        if let Ok(record) = applied {
            seen.digest = Some(digest::record(&record));
            match fate {
                Fate::Applied => advance(&mut conn.entities, place, seen, record),
                // Whether it was applied, nobody else knows.
                Fate::Open => conn.entities[place].doubtful = true,
                _ => {}
            }
        }
        fate
    }
}

/// The entity a diff is about: as its subscription has it, or else as it is.
fn find(entities: &[Entity], anchor: Name, seen: &Patched) -> Option<usize> {
    let same = |entity: &Entity| entity.anchor == anchor && entity.id == seen.id;
    let exact = entities.iter().position(|entity| {
        same(entity) && entity.subscription == seen.stream && !seen.stream.is_none()
    });
    exact.or_else(|| {
        entities.iter().position(|entity| same(entity) && entity.subscription.is_none())
    })
}

/// The record after a patch, or the row that says why not.
fn change(
    entity: &Entity,
    body: &Value,
    bits: bool,
    schema: Option<&Schema>,
) -> Result<Value, Fate> {
    let changed = match (body, schema) {
        (Value::Bytes(bytes), Some(schema)) if bits => {
            bitset::apply(schema, &entity.record, bytes).map_err(|_| Fate::Malformed)?
        }
        (Value::Array(operations), _) if !bits => patch::apply(&entity.record, operations)
            .map_err(|error| match error {
                PatchError::Malformed { .. } => Fate::Malformed,
                PatchError::Failed { .. } => Fate::Failed,
            })?,
        (_, None) => return Err(Fate::Anchor),
        _ => return Err(Fate::Malformed),
    };
    match schema {
        Some(schema) if records::fits(schema, &changed).is_err() => Err(Fate::Failed),
        _ => Ok(changed),
    }
}

/// A diff was applied: versions may count by `seq` or by `base_seq`, for each subscription or for
/// all (`OP-56`).
fn advance(entities: &mut alloc::vec::Vec<Entity>, place: usize, seen: &Patched, record: Value) {
    let next = seen.base + 1;
    let versions = [next, seen.seq.unwrap_or(next)];
    let entity = &mut entities[place];
    if entity.subscription == seen.stream {
        (entity.versions, entity.record) = (versions, record);
        return;
    }
    let mut own = entity.clone();
    // Others that watch the same entity may find it changed.
    entity.doubtful = true;
    (own.subscription, own.versions, own.record) = (seen.stream, versions, record);
    entities.push(own);
}
