//! RESULT_PUSH, RESULT_DROP, RESULT_HINT and ERROR at the client (tables 4.2 and 4.3;
//!

use super::Client;
use crate::nnrp::endpoint::{Ask, DataView, Out};
use crate::nnrp::operation::Wire;
use wireproof_base::Carrier;
use wireproof_wire::nnrp::code::{
    FRAME_CANCELLED, INVALID_STATE, MALFORMED_BODY, UNSUPPORTED_CAPABILITY,
};
use wireproof_wire::nnrp::error::{Error, SCOPE_FRAME, SCOPE_SESSION};
use wireproof_wire::nnrp::header::EOS;
use wireproof_wire::nnrp::object;
use wireproof_wire::nnrp::result::{
    CLASS_PARTIAL, CLASS_STALE_REUSE, FLAG_PARTIAL, ResultHint, ResultPush,
};
use wireproof_wire::nnrp::submit::ALLOW_PARTIAL;
use wireproof_wire::nnrp::typed::PARTIAL;
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType};

impl Client {
    pub(super) fn on_result(
        &mut self,
        link: usize,
        frame: &Frame<'_>,
        meta: &ResultPush,
        out: &mut Out,
    ) {
        let header = &frame.header;
        let Some(at) = self.addressed(link, header, MessageType::ResultPush, out) else { return };
        let Some(op) = self.core.sessions[at].find(header.operation_id()) else {
            return self.core.refuse(link, header, MessageType::ResultPush, INVALID_STATE, out);
        };
        let entry = &mut self.core.sessions[at].ops[op];
        if entry.state.is_terminal() {
            return;
        }
        entry.seen = true;
        let budget = entry.budget;
        let data = DataView::new(frame);
        let terminal = is_terminal(header, meta, &data);
        if let Err(code) = self.check_result(link, at, header, meta, &data, budget, terminal) {
            self.core.refuse(link, header, MessageType::ResultPush, code, out);
            if terminal {
                self.core.wire(at, op, Wire::Error, out);
            }
            return;
        }
        let (bytes, digest) = data.digest();
        out.event(Event::Result {
            session: header.session_id,
            lane: header.view_id,
            frame: header.frame_id,
            terminal,
            class: meta.result_class,
            status: meta.status_code,
            bytes,
            digest,
        });
        let wire = match (terminal, meta.status_code) {
            (false, _) => Wire::PartialResult,
            (true, 0 | 1) => Wire::Result,
            (true, _) => Wire::FailedResult,
        };
        self.core.wire(at, op, wire, out);
    }

    /// What the submit allowed, and what the objects it names come to (2.14).
    #[allow(clippy::too_many_arguments)]
    fn check_result(
        &self,
        link: usize,
        at: usize,
        header: &Header,
        meta: &ResultPush,
        data: &DataView<'_>,
        budget: u8,
        terminal: bool,
    ) -> Result<(), u32> {
        let regions = data.regions();
        let references = regions.object_references;
        let gap = terminal && meta.result_class == CLASS_PARTIAL && budget & ALLOW_PARTIAL == 0;
        let unnamed = meta.result_class == CLASS_STALE_REUSE
            && meta.reused_frame_id == 0
            && references.is_empty()
            && regions.inline_objects.is_empty();
        if meta.applied_budget_policy & !budget != 0 || gap || unnamed {
            return Err(MALFORMED_BODY);
        }
        let agreed = &self.core.links[link].agreed;
        if meta.payload_kind_bitmap & !agreed.payload_kinds != 0 || has_critical(data) {
            return Err(UNSUPPORTED_CAPABILITY);
        }
        let (session, conn) = (header.session_id, self.core.sessions[at].conn.0);
        object::references(references).try_for_each(|reference| {
            let key = u64::from(reference.cache_key_hi) << 32 | u64::from(reference.cache_key_lo);
            let wanted = (reference.cache_namespace, key, reference.object_kind);
            self.core.cache.resolve(self.core.now, session, conn, wanted).map(drop)
        })
    }

    pub(super) fn on_drop(&mut self, link: usize, header: &Header, out: &mut Out) {
        let Some(at) = self.addressed(link, header, MessageType::ResultDrop, out) else { return };
        if let Some(op) = self.core.sessions[at].find_live(header.operation_id()) {
            self.dropped(at, op, out);
        }
    }

    fn dropped(&mut self, at: usize, op: usize, out: &mut Out) {
        let session = &self.core.sessions[at];
        let wire = if session.ops[op].cancelled {
            Wire::DropOfCancelled
        } else if session.state.is_ending() && self.core.now >= session.close_end {
            Wire::SessionAborted
        } else if session.replaced(op) {
            Wire::DropOfReplaced
        } else {
            Wire::Drop
        };
        self.core.wire(at, op, wire, out);
    }

    pub(super) fn on_hint(
        &mut self,
        link: usize,
        header: &Header,
        hint: &ResultHint,
        out: &mut Out,
    ) {
        let Some(at) = self.addressed(link, header, MessageType::ResultHint, out) else { return };
        let session = &mut self.core.sessions[at];
        if header.frame_id != 0 {
            let Some(op) = session.find(header.operation_id()) else {
                let kind = MessageType::ResultHint;
                return self.core.refuse(link, header, kind, INVALID_STATE, out);
            };
            session.ops[op].seen = true;
        }
        out.event(Event::Hinted {
            session: header.session_id,
            frame: header.frame_id,
            reason: hint.reason,
            retry_after_ms: hint.retry_after_ms,
        });
    }

    /// The session a result is for, on whatever connection it comes: its own, the old path of a
    /// migration (S28), one that it was resumed from or is moving to. Answers to several resumes
    /// arrive in any order, and a result would not come again. What comes for a
    /// session that has ended is dropped; an unknown one is refused.
    fn addressed(
        &mut self,
        link: usize,
        header: &Header,
        kind: MessageType,
        out: &mut Out,
    ) -> Option<usize> {
        let found = self.core.session(header.session_id);
        if found.is_none() && !self.core.was_closed(header.session_id) {
            self.core.refuse(link, header, kind, INVALID_STATE, out);
        }
        found
    }

    /// A result that could not be read: if it was the last one, the operation has failed.
    pub(super) fn spoiled_result(
        &mut self,
        link: usize,
        header: &Header,
        kind: MessageType,
        out: &mut Out,
    ) {
        let conn = self.core.links[link].conn;
        let Some(at) = self.core.bound(header.session_id, conn) else { return };
        let Some(op) = self.core.sessions[at].find_live(header.operation_id()) else { return };
        match kind {
            MessageType::ResultDrop => self.dropped(at, op, out),
            _ if header.flags & EOS != 0 => {
                self.core.wire(at, op, Wire::Error, out);
            }
            _ => {}
        }
    }

    pub(super) fn on_error(&mut self, link: usize, header: &Header, error: &Error, out: &mut Out) {
        if self.core.on_error(link, header, error, out) {
            return;
        }
        let (code, trace) = (error.error_code, header.trace_id);
        if error.error_scope == SCOPE_FRAME {
            return self.on_frame_error(link, header, code, out);
        }
        if trace != 0 {
            self.open_failed(link, Some(trace), code, out);
            self.put_failed(link, trace, code, out);
            self.patch_failed(link, trace, out);
            self.refused_migration(link, trace, code, out);
            self.core.links[link].take(|pending| {
                let unanswered = matches!(pending.ask, Ask::Ping { .. } | Ask::Probe { .. });
                (pending.trace == trace && unanswered).then_some(())
            });
            // The session may have moved on since: what was refused is found by its trace id.
            if error.error_scope == SCOPE_SESSION
                && let Some(at) = self.core.session(header.session_id)
            {
                self.on_refused_submit(link, at, trace, out);
            }
        }
    }

    /// From the server a frame-scope ERROR ends the operation it names.
    fn on_frame_error(&mut self, link: usize, header: &Header, code: u32, out: &mut Out) {
        let conn = self.core.links[link].conn;
        let Some(at) = self.core.session(header.session_id) else { return };
        let session = &self.core.sessions[at];
        let old = session.old_path.is_some_and(|(old, _)| old == conn);
        let elsewhere = session.conn != conn && !old;
        if let Some(op) = session.find_live(header.operation_id()) {
            // Late, from a connection that was left: what was submitted again since goes on.
            if elsewhere && session.ops[op].repeated {
                return;
            }
            let wire = if code == FRAME_CANCELLED { Wire::ErrorCancelled } else { Wire::Error };
            self.core.wire(at, op, wire, out);
        }
    }

    /// A submit refused at session scope has failed, unless it was a repeat: then the answer
    /// proves that the first one arrived, or it came late on a path being left.
    fn on_refused_submit(&mut self, link: usize, at: usize, trace: u64, out: &mut Out) {
        let session = &mut self.core.sessions[at];
        let id = session.id;
        let of_trace = |&op: &u64| session.find(op).filter(|&op| session.ops[op].trace == trace);
        let Some(op) = session.live.iter().find_map(of_trace) else { return };
        // Where packets are doubled, the refused one need not have been ours either.
        let doubled = self.core.links[link].carrier == Carrier::Datagram;
        if session.ops[op].repeated || doubled {
            session.ops[op].seen = true;
            return;
        }
        let conn = self.core.links[link].conn;
        let migrating = self.core.links.iter().any(|other| {
            other.conn != conn
                && other.pending.iter().any(
                    |pending| matches!(pending.ask, Ask::Migrate { session, .. } if session == id),
                )
        });
        if migrating {
            self.core.sessions[at].ops[op].late = true;
        } else {
            self.core.wire(at, op, Wire::Error, out);
        }
    }

    /// What came too late on the path that was left and lies below the cursor is lost.
    pub(super) fn fail_late_submits(&mut self, at: usize, out: &mut Out) {
        let cursor = self.core.sessions[at].cursor;
        let mut place = 0;
        while let Some(&id) = self.core.sessions[at].live.get(place) {
            let session = &self.core.sessions[at];
            let late = session.find(id).filter(|&op| {
                session.ops[op].late && !session.ops[op].seen && session.ops[op].frame() < cursor
            });
            if late.is_none_or(|op| !self.core.wire(at, op, Wire::Error, out)) {
                place += 1;
            }
        }
    }
}

///
fn is_terminal(header: &Header, meta: &ResultPush, data: &DataView<'_>) -> bool {
    header.flags & EOS != 0
        || (meta.result_class != CLASS_PARTIAL
            && meta.result_flags & FLAG_PARTIAL == 0
            && data.descriptors().all(|descriptor| descriptor.descriptor_flags & PARTIAL == 0))
}

/// No extension frame was negotiated, so a critical one is refused (NNRP-PAY-021).
fn has_critical(data: &DataView<'_>) -> bool {
    data.regions().extension_descriptors.chunks_exact(16).any(|bytes| bytes[2] & 1 != 0)
}
