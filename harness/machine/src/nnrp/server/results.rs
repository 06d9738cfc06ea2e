//! RESULT_PUSH, RESULT_DROP and RESULT_HINT (2.14, 2.15, 2.20; ).

use super::Server;
use crate::nnrp::endpoint::{Out, Sent, data_len, write_data};
use crate::nnrp::operation::Wire;
use crate::nnrp::session::{State, admits};
use wireproof_base::Duration;
use wireproof_wire::nnrp::command::{Hint, Push, Target};
use wireproof_wire::nnrp::header::{EOS, STALE};
use wireproof_wire::nnrp::result::{
    CLASS_PARTIAL, CLASS_STALE_REUSE, FLAG_PARTIAL, ResultHint, ResultPush,
};
use wireproof_wire::nnrp::submit::{ALLOW_PARTIAL, TENSOR, TOKEN_CHUNK};
use wireproof_wire::nnrp::typed::{PARTIAL, TERMINAL, TypedDescriptor};
use wireproof_wire::nnrp::{Frame, Header, MessageType};

/// `result_flags`: stale.
const FLAG_STALE: u16 = 0x1;

impl Server {
    pub(super) fn push(&mut self, push: &Push, out: &mut Out) {
        let Some((at, op)) = self.target(push.session, push.lane, push.frame) else { return };
        let id = self.core.sessions[at].ops[op].id;
        let detached = self.core.sessions[at].state == State::Detached;
        let link = self.core.link_of(at).filter(|_| !detached);
        // A client that has paused its results gets no partial ones; a lost one never
        // sees them, since they are not repeated.
        if push.partial && link.is_none_or(|link| self.core.results_held(link, at, id)) {
            return;
        }
        // What the agreed size does not admit is never sent (2.3); without its result an
        // operation ends all the same.
        if link.is_some_and(|link| !self.core.links[link].carries(data_len(push.text.as_bytes()))) {
            if !push.partial {
                self.end_without_result(at, op, out);
            }
            return;
        }
        self.send_result(at, op, push, push.text.as_bytes(), out);
    }

    /// The unfinished operation a command names.
    fn target(&self, session: u32, lane: u16, frame: u32) -> Option<(usize, usize)> {
        let at = self.core.session(session)?;
        let op = self.core.sessions[at].find_live(u64::from(lane) << 32 | u64::from(frame))?;
        Some((at, op))
    }

    /// Sends one result, keeps it if it may be owed again, and takes the step it means.
    pub(super) fn send_result(
        &mut self,
        at: usize,
        op: usize,
        push: &Push,
        payload: &[u8],
        out: &mut Out,
    ) {
        let detached = self.core.sessions[at].state == State::Detached;
        let link = self.core.link_of(at).filter(|_| !detached);
        let session = &mut self.core.sessions[at];
        let entry = session.ops[op];
        let terminal = !push.partial;
        let (mut meta, flags) = describe(push, entry.budget, entry.kinds);
        (meta.inference_ms, meta.server_total_ms) = times(self.core.now.since(entry.accepted));
        let descriptor = TypedDescriptor {
            profile_id: meta.active_profile_id,
            descriptor_flags: if terminal { TERMINAL } else { PARTIAL },
            schema_id: entry.schema.0,
            schema_version: entry.schema.1,
            ..TypedDescriptor::default()
        };
        let header = Header {
            flags,
            meta_len: MessageType::ResultPush.metadata_len() as u32,
            session_id: session.id,
            frame_id: entry.frame(),
            view_id: entry.lane(),
            trace_id: entry.trace,
            ..Header::new(MessageType::ResultPush as u8)
        };
        let from = session.kept.len();
        let keep = terminal && session.resumable();
        match link {
            Some(link) => {
                let stream = self.core.links[link].data_stream();
                out.send(self.core.links[link].conn, stream, |bytes| {
                    let start = bytes.len();
                    write_data(bytes, header, &meta, &descriptor, payload);
                    if keep {
                        session.kept.extend_from_slice(&bytes[start..]);
                    }
                });
            }
            // The client is away: the result waits for it.
            None if keep => write_data(&mut session.kept, header, &meta, &descriptor, payload),
            None => {}
        }
        if keep {
            session.ops[op].kept = (from as u32, session.kept.len() as u32);
            session.ops[op].sent = Sent::Result;
        }
        let wire = match (terminal, push.status) {
            (false, _) => Wire::PartialResult,
            (true, 0 | 1) => Wire::Result,
            (true, _) => Wire::FailedResult,
        };
        self.core.wire(at, op, wire, out);
    }

    pub(super) fn drop_result(&mut self, target: &Target, out: &mut Out) {
        let Some((at, op)) = self.target(target.session, target.lane, target.frame) else {
            return;
        };
        self.end_without_result(at, op, out);
    }

    fn end_without_result(&mut self, at: usize, op: usize, out: &mut Out) {
        let replaced = self.core.sessions[at].replaced(op);
        self.core.send_drop(at, op, out);
        let wire = if replaced { Wire::DropOfReplaced } else { Wire::Drop };
        self.core.wire(at, op, wire, out);
    }

    pub(super) fn hint(&mut self, hint: &Hint, out: &mut Out) {
        let Some(at) = self.core.session(hint.session) else { return };
        let session = &self.core.sessions[at];
        // Without background results a hint needs an operation in flight, and the frame it
        // names must be one of the session (NNRP-RLT-015).
        let id = u64::from(hint.lane) << 32 | u64::from(hint.frame);
        let named = hint.frame == 0 || session.find(id).is_some();
        if !admits(session.state, MessageType::ResultHint) || !session.flows() || !named {
            return;
        }
        let Some(link) = self.core.link_of(at) else { return };
        let meta = ResultHint {
            applied_budget_policy: hint.budget_policy,
            congestion_state: hint.congestion,
            reason: hint.reason,
            retry_after_ms: hint.retry_after_ms,
        };
        let lane = if hint.frame == 0 { 0 } else { hint.lane };
        let frame = Frame::new(meta, &[]).at(hint.session, hint.frame, lane);
        self.core.send(link, &frame, out);
    }
}

/// `inference_ms` and `server_total_ms` of a result that took this long (NNRP-RLT-017). Nothing
/// queues here: the application has an operation from the moment of its acceptance.
fn times(taken: Duration) -> (u16, u16) {
    let ms = u16::try_from(taken.as_millis()).unwrap_or(u16::MAX);
    (ms, ms)
}

/// Metadata and header flags of a result; what the submit did not allow is left out
/// (NNRP-RLT-003, -008, R-21).
fn describe(push: &Push, budget: u8, kinds: u32) -> (ResultPush, u32) {
    let class = match push.class {
        _ if push.partial => CLASS_PARTIAL,
        CLASS_PARTIAL if budget & ALLOW_PARTIAL == 0 => 0,
        CLASS_STALE_REUSE if push.reused_frame == 0 => 0,
        class => class,
    };
    let stale = class == CLASS_STALE_REUSE;
    let (kind, profile) = match kinds {
        kinds if kinds & TOKEN_CHUNK != 0 => (TOKEN_CHUNK, 2),
        kinds if kinds & TENSOR != 0 => (TENSOR, 1),
        // One family without a profile of its own per message.
        kinds => (kinds & kinds.wrapping_neg(), 0),
    };
    let mut flags = if push.partial { 0 } else { EOS };
    let mut result_flags = if class == CLASS_PARTIAL { FLAG_PARTIAL } else { 0 };
    if stale {
        flags |= STALE;
        result_flags |= FLAG_STALE;
    }
    let meta = ResultPush {
        status_code: push.status,
        result_flags,
        active_profile_id: profile,
        result_class: class,
        applied_budget_policy: push.applied_budget & budget,
        reused_frame_id: if stale { push.reused_frame } else { 0 },
        payload_kind_bitmap: kind,
        payload_frame_count: 1,
        ..ResultPush::default()
    };
    (meta, flags)
}
