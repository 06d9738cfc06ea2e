//! What comes back (reference 4.4, 5.2, 8.8; `OP-28`, `OP-35`, `OP-58`).

use super::Agent;
use super::requests::Waiting;
use crate::ncp::anchor_cache::{Anchor as Known, Event as Cached, Output};
use crate::ncp::endpoint::{Out, look_at, noticed};
use crate::ncp::entities::Event as Entity;
use crate::ncp::refusal::Refusal;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::anchor::{Schema, is_system_ref};
use wireproof_wire::ncp::code::{
    NCP_ANCHOR_NOT_FOUND, NCP_ANCHOR_STALE, NCP_STREAM_LIMIT_EXCEEDED,
};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::{Anchor, Caps, Error, Stream};
use wireproof_wire::ncp::{Event, digest, record};

impl Agent {
    /// CapsFrame: the answer to the oldest request that one can answer.
    pub(super) fn on_caps(&mut self, link: usize, caps: Caps, out: &mut Out) {
        let waiting = self.take_waiting(link, |waiting| !waiting.stream);
        let (old, fields) = match &waiting {
            Some(waiting) => (waiting.anchor_ref.as_str(), waiting.fields.as_slice()),
            None => ("", &[][..]),
        };
        let mut passing = None;
        if let Some(anchor) = &caps.inline_anchor {
            match self.take_inline(link, anchor, &caps.anchor_ref, old, out) {
                Some(schema) => passing = schema,
                // A10: a response whose schema is not what it says is rejected.
                None => return,
            }
        }
        let read = self.reads(link, &caps, fields, passing.as_ref(), out);
        out.event(Event::Answered {
            conn: self.core.links[link].conn,
            anchor_ref: caps.anchor_ref,
            count: caps.count,
            digest: digest::records(&caps.data),
            read,
        });
    }

    /// Whether the records can be read with a schema that is known (A08). One that came with the
    /// answer and may not be kept serves for it alone (A02).
    fn reads(
        &mut self,
        link: usize,
        caps: &Caps,
        fields: &[String],
        passing: Option<&Schema>,
        out: &mut Out,
    ) -> bool {
        if is_system_ref(&caps.anchor_ref) {
            return true;
        }
        let schema = match passing {
            Some(schema) => Some(schema),
            None if !self.core.knows(link, &caps.anchor_ref) => return false,
            None => self.core.schema(link, &caps.anchor_ref),
        };
        let Some(schema) = schema else { return false };
        let conn = self.core.links[link].conn;
        look_at(conn, schema, &caps.data, out);
        let fit = caps.data.iter().all(|data| match fields {
            [] => record::fits(schema, data).is_ok(),
            _ => record::fits_projected(schema, data, fields).is_ok(),
        });
        if !fit {
            noticed(conn, "misfit", out);
        }
        fit
    }

    /// A09, A10. `None` if it was refused; inside, the schema if it may not be kept.
    fn take_inline(
        &mut self,
        link: usize,
        anchor: &Anchor,
        anchor_ref: &str,
        old: &str,
        out: &mut Out,
    ) -> Option<Option<Schema>> {
        let known =
            Known { anchor_id: &anchor.anchor_id, schema: &anchor.schema, ttl: anchor.lifetime() };
        let step = Cached::Inline { anchor: known, anchor_ref, old };
        match self.core.links[link].cache.apply(self.core.now, step) {
            Ok(output) => Some(self.anchored(link, anchor, output, out)),
            Err(refusal) => {
                self.refuse_schema(link, &anchor.anchor_id, refusal, out);
                None
            }
        }
    }

    /// A StreamFrame opened a stream: whatever it answers waits no more (`OP-27`, `OP-28`).
    pub(super) fn answered_by(&mut self, link: usize, opener: &Stream) {
        let anchor_ref = opener.anchor_ref.as_deref().unwrap_or_default();
        match opener.request_id.as_deref() {
            Some(id) => {
                self.take_waiting(link, |waiting| {
                    waiting.kind != FrameType::Subscribe && waiting.id == id
                });
            }
            // What has no id can only be told by what it asked for.
            None => {
                let streaming = self.take_waiting(link, |waiting| {
                    waiting.stream && waiting.id.is_empty() && waiting.anchor_ref == anchor_ref
                });
                if streaming.is_none() && !anchor_ref.is_empty() {
                    self.take_waiting(link, |waiting| {
                        waiting.id.is_empty() && waiting.anchor_ref == anchor_ref
                    });
                }
            }
        }
    }

    /// ErrorFrame: never answered (NCP-ERR-008).
    pub(super) fn on_error(&mut self, link: usize, error: &Error, out: &mut Out) {
        self.core.on_error(link, error, out);
        let id = error.detail("request_id").or(error.detail("stream_id"));
        match id {
            Some(id) => {
                let answered = self.take_waiting(link, |waiting| waiting.id == id);
                if answered.is_some_and(|waiting| waiting.kind == FrameType::Subscribe) {
                    let entry = &mut self.core.links[link];
                    entry.agent.subscriptions.retain(|known| known.stream_id != id);
                    // Leaving is never refused.
                    let _ = entry.entities.apply(Entity::Unsubscribe(id));
                }
            }
            None => self.take_refused(link, error),
        }
        let Some(anchor_ref) = error.detail("anchor_ref") else { return };
        let step = match error.error.as_str() {
            NCP_ANCHOR_STALE => Cached::Stale(anchor_ref),
            NCP_ANCHOR_NOT_FOUND => Cached::NotFound(anchor_ref),
            _ => return,
        };
        let entry = &mut self.core.links[link];
        if entry.cache.apply(self.core.now, step) == Ok(Output::Forgotten) {
            let anchor_ref = String::from(anchor_ref);
            out.event(Event::Forgotten { conn: entry.conn, anchor_ref });
        }
    }

    /// Removes what an ErrorFrame without an identifier refuses (`OP-14`, `OP-28`): the request for
    /// the schema it names, a streaming one where slots are missing, or else the oldest.
    fn take_refused(&mut self, link: usize, error: &Error) {
        let found = match error.detail("anchor_ref") {
            Some(anchor_ref) => self.take_waiting(link, |waiting| waiting.anchor_ref == anchor_ref),
            None if error.error == NCP_STREAM_LIMIT_EXCEEDED => {
                self.take_waiting(link, |waiting| waiting.stream && waiting.id.is_empty())
            }
            None => None,
        };
        if found.is_none() {
            self.take_waiting(link, |_| true);
        }
    }

    /// The oldest request that `wanted` picks.
    fn take_waiting(&mut self, link: usize, wanted: impl Fn(&Waiting) -> bool) -> Option<Waiting> {
        let waiting = &mut self.core.links[link].agent.waiting;
        let at = waiting.iter().position(wanted)?;
        waiting.remove(at)
    }

    /// Tells what a schema that was verified has changed. Gives it if it may not be kept.
    pub(super) fn anchored(
        &mut self,
        link: usize,
        anchor: &Anchor,
        output: Output,
        out: &mut Out,
    ) -> Option<Schema> {
        let conn = self.core.links[link].conn;
        let anchor_ref = anchor.anchor_id.clone();
        out.event(Event::Anchored { conn, anchor_ref, ttl: anchor.lifetime() });
        let (forgotten, passing): (Vec<String>, _) = match output {
            Output::Stored { forgotten } => (forgotten, None),
            Output::Passing { schema, forgotten } => (forgotten, Some(schema)),
            _ => (Vec::new(), None),
        };
        for anchor_ref in forgotten {
            out.event(Event::Forgotten { conn, anchor_ref });
        }
        passing
    }

    /// Answers a schema that is refused; one that poisons an identifier ends the connection (A03,
    /// A06, C09). A wrong digest in an answer spoils that answer alone (A10).
    pub(super) fn refuse_schema(
        &mut self,
        link: usize,
        anchor_id: &str,
        refusal: Refusal,
        out: &mut Out,
    ) {
        let Refusal::Peer { row, code } = refusal else { return };
        let error = Error::of(code).about("anchor_ref", anchor_id);
        match row {
            "A03" | "A06" => self.core.refuse_fatally(link, error, out),
            _ => self.core.send_error(link, error, out),
        }
    }
}
