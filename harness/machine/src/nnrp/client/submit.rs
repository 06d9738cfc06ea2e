//! FRAME_SUBMIT and FRAME_CANCEL (2.12, 2.13; ).

use super::Client;
use crate::nnrp::connection::State as LinkState;
use crate::nnrp::endpoint::{Op, Out, data_len, write_data, write_referring};
use wireproof_wire::nnrp::command::{Submit, Target};
use wireproof_wire::nnrp::event::Hold;
use wireproof_wire::nnrp::header::KEYFRAME;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{ObjectReference, SLOTS};
use wireproof_wire::nnrp::schema::ANCHOR;
use wireproof_wire::nnrp::submit::{
    FIRE_AND_FORGET, FrameSubmit, MODE_INLINE, MODE_REFERENCE, TENSOR, TOKEN_CHUNK,
};
use wireproof_wire::nnrp::typed::{SCHEMA_OVERRIDE, TypedDescriptor};
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType, Metadata};

const TOKEN_PROFILE: u16 = 2;
const TENSOR_PROFILE: u16 = 1;

impl Client {
    pub(super) fn submit(&mut self, submit: &Submit, out: &mut Out) {
        if let Err(why) = self.try_submit(submit, out) {
            let Submit { session, lane, frame, .. } = *submit;
            out.event(Event::Blocked { session, lane, frame, why });
        }
    }

    fn try_submit(&mut self, submit: &Submit, out: &mut Out) -> Result<(), Hold> {
        let at = self.core.session(submit.session).ok_or(Hold::State)?;
        let session = &self.core.sessions[at];
        let link = self.core.link_of(at).ok_or(Hold::State)?;
        let active = self.core.links[link].state == LinkState::Active;
        let lane_fits = submit.lane < self.core.links[link].agreed.lanes.max(1);
        let refers = if submit.object_kind == 0 { 0 } else { ObjectReference::LEN };
        let body = refers + data_len(submit.text.as_bytes());
        let body_fits = self.core.links[link].carries(body);
        // What a keyframe brings must not get lost (NNRP-SUB-006).
        let careless = submit.frame_class == 0 && submit.loss_tolerance == FIRE_AND_FORGET;
        if !session.state.is_usable() || !active || !lane_fits || !body_fits || careless {
            return Err(Hold::State);
        }
        let last = session.last_frame(submit.lane);
        let frame = match submit.frame {
            0 => last.checked_add(1).ok_or(Hold::State)?,
            frame => frame,
        };
        // Frame numbers of a lane only rise.
        if frame <= last {
            return Err(Hold::State);
        }
        self.core.may_start(link, at).map_err(crate::nnrp::flow::Block::hold)?;
        self.send_submit(at, link, submit, frame, out);
        Ok(())
    }

    fn send_submit(&mut self, at: usize, link: usize, submit: &Submit, frame: u32, out: &mut Out) {
        let trace = self.core.trace();
        let stream = self.core.links[link].data_stream();
        let conn = self.core.links[link].conn;
        let session = &mut self.core.sessions[at];
        let descriptor = descriptor_of(submit, session.profile, session.schema);
        let reference = reference_of(submit);
        let slot = SLOTS.iter().position(|&slot| slot == submit.object_kind);
        let meta = FrameSubmit {
            submit_mode: if slot.is_some() { MODE_REFERENCE } else { MODE_INLINE },
            object_ref_mask: slot.map_or(0, |slot| 1 << slot),
            frame_class: submit.frame_class,
            latency_budget_ms: submit.latency_budget_ms,
            retry_of_frame: submit.retry_of,
            budget_policy: submit.budget_policy,
            loss_tolerance_policy: submit.loss_tolerance,
            dependency_frame_id: submit.dependency,
            payload_kind_bitmap: submit.payload_kind,
            payload_frame_count: 1,
            ..FrameSubmit::default()
        };
        let keyframe = submit.frame_class == 0;
        let header = Header {
            flags: if keyframe { KEYFRAME } else { 0 },
            meta_len: MessageType::FrameSubmit.metadata_len() as u32,
            session_id: session.id,
            frame_id: frame,
            view_id: submit.lane,
            trace_id: trace,
            ..Header::new(MessageType::FrameSubmit as u8)
        };
        let mut op = Op::new(header.operation_id());
        op.trace = trace;
        op.retry_of = submit.retry_of;
        op.dependency = submit.dependency;
        op.kinds = submit.payload_kind;
        op.budget = submit.budget_policy;
        op.loss = submit.loss_tolerance;
        op.keyframe = keyframe;
        let (keep, kept) = (session.resumable(), &mut session.kept);
        out.send(conn, stream, |bytes| {
            let start = bytes.len();
            let payload = submit.text.as_bytes();
            match &reference {
                Some(object) => {
                    write_referring(bytes, header, &meta, object, &descriptor, payload);
                }
                None => write_data(bytes, header, &meta, &descriptor, payload),
            }
            if keep {
                let from = kept.len() as u32;
                kept.extend_from_slice(&bytes[start..]);
                op.kept = (from, kept.len() as u32);
            }
        });
        self.core.start_op(at, op);
    }

    pub(super) fn cancel(&mut self, target: &Target, out: &mut Out) {
        let Some(at) = self.core.session(target.session) else { return };
        let id = u64::from(target.lane) << 32 | u64::from(target.frame);
        let session = &mut self.core.sessions[at];
        let Some(op) = session.find_live(id) else { return };
        // While detached the cancel waits and follows the repeated submit.
        session.ops[op].cancelled = true;
        self.send_cancel(at, id, out);
    }

    pub(super) fn send_cancel(&mut self, at: usize, id: u64, out: &mut Out) {
        let session = &self.core.sessions[at];
        let usable = session.state.is_usable() || session.state.is_ending();
        let Some(link) = self.core.link_of(at).filter(|_| usable) else { return };
        let (frame, lane) = (id as u32, (id >> 32) as u16);
        let session = session.id;
        let trace = self.core.trace();
        let cancel = Frame::new(Metadata::FrameCancel, &[]).at(session, frame, lane).traced(trace);
        self.core.send(link, &cancel, out);
    }
}

/// The object a command refers to.
fn reference_of(submit: &Submit) -> Option<ObjectReference> {
    (submit.object_kind != 0).then(|| ObjectReference {
        object_kind: submit.object_kind,
        cache_namespace: submit.namespace,
        cache_key_hi: (submit.key >> 32) as u32,
        cache_key_lo: submit.key as u32,
        ..ObjectReference::default()
    })
}

/// The descriptor of the one payload a command describes.
///
/// Schema 0 in the command means the default of the session; a token payload of a session
/// without one names the anchor, since nothing else would bind.
fn descriptor_of(submit: &Submit, profile: u16, default: (u32, u32)) -> TypedDescriptor {
    let profile_id = match submit.payload_kind {
        kinds if kinds & TOKEN_CHUNK != 0 => TOKEN_PROFILE,
        kinds if kinds & TENSOR != 0 => TENSOR_PROFILE,
        _ => 0,
    };
    let mut schema = (submit.schema_id, submit.schema_version);
    let takes_default = default.0 != 0 && profile == profile_id;
    if schema.0 == 0 && profile_id == TOKEN_PROFILE && !takes_default {
        schema = (ANCHOR.schema_id, ANCHOR.schema_version);
    }
    let overrides = schema.0 != 0 && default.0 != 0 && schema != default;
    TypedDescriptor {
        profile_id,
        descriptor_flags: if overrides { SCHEMA_OVERRIDE } else { 0 },
        schema_id: schema.0,
        schema_version: schema.1,
        ..TypedDescriptor::default()
    }
}
