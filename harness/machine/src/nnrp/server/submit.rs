//! FRAME_SUBMIT and FRAME_CANCEL at the server, in the order of reference 1.5 (2.12, 2.13, F9;
//!

use super::Server;
use crate::nnrp::endpoint::{DataView, Op, Out, Scope};
use crate::nnrp::operation::Wire;
use crate::nnrp::schema::{Bound, SessionDefault};
use crate::nnrp::session::admits;
use wireproof_base::{Duration, Instant};
use wireproof_wire::nnrp::code::{INVALID_STATE, LIMIT_EXCEEDED, UNSUPPORTED_CAPABILITY};
use wireproof_wire::nnrp::command::Push;
use wireproof_wire::nnrp::object;
use wireproof_wire::nnrp::submit::{BEST_EFFORT, FrameSubmit, INHERIT};
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType};

/// Why a submit was refused: at frame scope, or at session scope so that an operation of that
/// number goes on.
enum Refused {
    Frame(u32),
    Session(u32),
}

impl Server {
    pub(super) fn on_submit(
        &mut self,
        link: usize,
        frame: &Frame<'_>,
        meta: &FrameSubmit,
        out: &mut Out,
    ) {
        let header = &frame.header;
        let data = DataView::new(frame);
        match self.check_submit(link, header, meta, &data) {
            Ok((at, schema)) => self.accept(at, frame, meta, &data, schema, out),
            Err(refused) => {
                let (id, trace) = (header.session_id, header.trace_id);
                let (scope, code) = match refused {
                    Refused::Frame(code) => (Scope::Frame(id, header.operation_id()), code),
                    Refused::Session(code) => (Scope::Session(id), code),
                };
                let retry = self.retry_after(link, id, code);
                self.core.refuse_at(link, scope, trace, code, retry, out);
            }
        }
    }

    /// Position of the session and schema of the first payload, if the submit is taken.
    fn check_submit(
        &self,
        link: usize,
        header: &Header,
        meta: &FrameSubmit,
        data: &DataView<'_>,
    ) -> Result<(usize, (u32, u32)), Refused> {
        let core = &self.core;
        let conn = core.links[link].conn;
        let Some(at) = core.session(header.session_id) else {
            return Err(Refused::Frame(INVALID_STATE));
        };
        let session = &core.sessions[at];
        if core.bound(session.id, conn).is_none() {
            // It lives elsewhere, where the same frame may have been submitted.
            return Err(Refused::Session(INVALID_STATE));
        }
        if session.find(header.operation_id()).is_some() {
            return Err(Refused::Session(INVALID_STATE));
        }
        if !admits(session.state, MessageType::FrameSubmit) {
            return Err(Refused::Frame(INVALID_STATE));
        }
        let dependency = u64::from(header.view_id) << 32 | u64::from(meta.dependency_frame_id);
        if meta.dependency_frame_id != 0 && session.find(dependency).is_none() {
            return Err(Refused::Frame(INVALID_STATE));
        }
        let agreed = &core.links[link].agreed;
        let extensions = data.regions().extension_descriptors;
        if meta.payload_kind_bitmap & !agreed.payload_kinds != 0
            || extensions.chunks_exact(16).any(|bytes| bytes[2] & 1 != 0)
        {
            return Err(Refused::Frame(UNSUPPORTED_CAPABILITY));
        }
        if header.view_id >= agreed.lanes.max(1) {
            return Err(Refused::Frame(LIMIT_EXCEEDED));
        }
        core.may_start(link, at).map_err(|block| Refused::Frame(block.code()))?;
        let default = SessionDefault {
            profile: session.profile,
            schema: session.schema,
            override_granted: session.overrides(),
        };
        let mut first = None;
        for descriptor in data.descriptors() {
            let bound = core.schemas.bind(&descriptor, &default).map_err(Refused::Frame)?;
            first.get_or_insert(match bound {
                Bound::Schema { identity, .. } => identity,
                Bound::Uninterpreted => (0, 0),
            });
        }
        for reference in object::references(data.regions().object_references) {
            let key = u64::from(reference.cache_key_hi) << 32 | u64::from(reference.cache_key_lo);
            let wanted = (reference.cache_namespace, key, reference.object_kind);
            core.cache.resolve(core.now, session.id, conn.0, wanted).map_err(Refused::Frame)?;
        }
        Ok((at, first.unwrap_or((0, 0))))
    }

    /// How long to wait after `server_busy`, as far as an update has said (NNRP-ERR-010).
    fn retry_after(&self, link: usize, session: u32, code: u32) -> u32 {
        if code != wireproof_wire::nnrp::code::SERVER_BUSY {
            return 0;
        }
        let now = self.core.now;
        let own = self
            .core
            .session(session)
            .map_or(0, |at| self.core.sessions[at].outgoing.retry_after_ms(now));
        own.max(self.core.links[link].outgoing.retry_after_ms(now))
    }

    fn accept(
        &mut self,
        at: usize,
        frame: &Frame<'_>,
        meta: &FrameSubmit,
        data: &DataView<'_>,
        schema: (u32, u32),
        out: &mut Out,
    ) {
        let header = &frame.header;
        let budget_ms = match meta.latency_budget_ms {
            0 => self.core.sessions[at].deadline_ms,
            budget => u32::from(budget),
        };
        let mut op = Op::new(header.operation_id());
        op.trace = header.trace_id;
        op.accepted = self.core.now;
        op.deadline = match budget_ms {
            0 => Instant::MAX,
            budget => self.core.now + Duration::from_millis(u64::from(budget)),
        };
        op.retry_of = meta.retry_of_frame;
        op.dependency = meta.dependency_frame_id;
        op.schema = schema;
        op.kinds = meta.payload_kind_bitmap;
        op.budget = meta.budget_policy;
        op.loss = match meta.loss_tolerance_policy {
            INHERIT => {
                self.core.link_of(at).map_or(BEST_EFFORT, |l| self.core.links[l].agreed.loss)
            }
            level => level,
        };
        op.keyframe = meta.frame_class == 0;
        let op = self.core.start_op(at, op);
        let (bytes, digest) = data.digest();
        let (session, lane, frame) = (header.session_id, header.view_id, header.frame_id);
        out.event(Event::Submitted { session, lane, frame, bytes, digest });
        if self.core.setup.echo {
            let payload = data.first().map_or(&[][..], |(_, payload)| payload);
            let push = Push { session, lane, frame, ..ECHO };
            self.send_result(at, op, &push, payload, out);
        }
    }

    pub(super) fn on_cancel(&mut self, link: usize, header: &Header, out: &mut Out) {
        let conn = self.core.links[link].conn;
        let id = header.session_id;
        let found = self.core.session(id).filter(|&at| {
            let session = &self.core.sessions[at];
            let old = session.old_path.is_some_and(|(old, _)| old == conn);
            old || self.core.bound(id, conn).is_some()
        });
        let Some(at) = found else {
            return self.core.refuse(link, header, MessageType::FrameCancel, INVALID_STATE, out);
        };
        // One of a finished or unknown operation has no effect (NNRP-SUB-014, -015).
        if let Some(op) = self.core.sessions[at].find_live(header.operation_id()) {
            self.core.send_drop(at, op, out);
            self.core.wire(at, op, Wire::Cancel, out);
        }
    }
}

/// What `echo` pushes, without the ids and the payload.
const ECHO: Push = Push {
    session: 0,
    lane: 0,
    frame: 0,
    partial: false,
    text: alloc::string::String::new(),
    status: 0,
    class: 0,
    applied_budget: 0,
    reused_frame: 0,
};
