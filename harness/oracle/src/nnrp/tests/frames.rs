//! Well-formed packets, to be bent where a story needs it.

pub(super) use super::laden::*;
use alloc::vec::Vec;
use wireproof_wire::nnrp::body::write_typed;
use wireproof_wire::nnrp::broken::RawFrame;
use wireproof_wire::nnrp::cache::{CacheAck, CachePut};
use wireproof_wire::nnrp::error::Error;
use wireproof_wire::nnrp::flow::{CREDIT_VALID, FlowUpdate};
use wireproof_wire::nnrp::header::EOS;
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::patch::{SessionPatch, SessionPatchAck};
use wireproof_wire::nnrp::result::{ResultHint, ResultPush};
use wireproof_wire::nnrp::session::{
    RESUMED, SessionClose, SessionCloseAck, SessionOpen, SessionOpenAck,
};
use wireproof_wire::nnrp::submit::FrameSubmit;
use wireproof_wire::nnrp::transport::{
    SessionMigrate, SessionMigrateAck, TransportProbe, TransportProbeAck,
};
use wireproof_wire::nnrp::typed::{PARTIAL, TypedDescriptor};
use wireproof_wire::nnrp::{Frame, Metadata};

/// A packet under construction.
#[derive(Clone)]
pub(super) struct Msg(RawFrame);

impl Msg {
    pub(super) fn new(frame: &Frame<'_>) -> Self {
        Self(RawFrame::new(frame))
    }

    /// The same with another value in a field (`header.` before its name for the header).
    pub fn with(mut self, field: &str, value: u64) -> Self {
        self.0.set(field, value).expect("the field exists");
        self
    }

    /// The same with a trace id.
    pub fn traced(self, trace: u64) -> Self {
        self.with("header.trace_id", trace)
    }

    /// The same on another lane.
    pub fn lane(self, lane: u16) -> Self {
        self.with("header.view_id", u64::from(lane))
    }

    /// The same with another byte.
    pub fn byte(mut self, at: usize, value: u8) -> Self {
        self.0.set_byte(at, value);
        self
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// The same with more body.
pub(super) fn longer(msg: Msg, body: &[u8]) -> Msg {
    let mut raw = msg.0;
    raw.extend(body);
    raw.fix_lengths();
    Msg(raw)
}

/// The same with an extension that must be understood and that nobody knows.
pub(super) fn critical(msg: Msg) -> Msg {
    longer(msg, &[0x01, 0x40, 0x01, 0, 0, 0, 0, 0])
}

/// The same with an extension that nobody has to know.
pub(super) fn optional(msg: Msg) -> Msg {
    longer(msg, &[0x01, 0x40, 0, 0, 0, 0, 0, 0])
}

pub(super) fn hello() -> Msg {
    let meta = ClientHello {
        min_version_major: 1,
        max_version_major: 1,
        supported_wire_format_bitmap: 1,
        supported_profile_bitmap: 3,
        supported_payload_kind_bitmap: 0x7F,
        cache_object_bitmap: 0x1C3,
        max_lane_count: 4,
        ..ClientHello::default()
    };
    Msg::new(&Frame::new(meta, &[]))
}

pub(super) fn hello_ack() -> Msg {
    let meta = ServerHelloAck {
        selected_version_major: 1,
        accepted_profile_bitmap: 3,
        accepted_payload_kind_bitmap: 0x7F,
        cache_object_bitmap: 0x1C3,
        max_cache_entries: 2,
        max_cache_bytes: 64,
        max_lane_count: 4,
        max_concurrent_frames: 3,
        ..ServerHelloAck::default()
    };
    Msg::new(&Frame::new(meta, &[]))
}

pub(super) fn open() -> Msg {
    let meta = SessionOpen {
        profile_id: 2,
        priority_class: 1,
        session_flags: 0x5,
        client_session_tag: 1,
        ..SessionOpen::default()
    };
    Msg::new(&Frame::new(meta, &[]))
}

/// Bytes of the `n`th token of a session.
fn token(session: u32, n: u8) -> Vec<u8> {
    let mut token = session.to_le_bytes().to_vec();
    token.extend([n; 4]);
    token
}

/// An open with the `n`th token of `session`.
pub(super) fn reopen(session: u32, of: u32, n: u8) -> Msg {
    let token = token(of, n);
    let meta = SessionOpen {
        requested_session_id: session,
        profile_id: 2,
        priority_class: 1,
        session_flags: 0x5,
        resume_token_bytes: token.len() as u32,
        client_session_tag: 1,
        ..SessionOpen::default()
    };
    Msg::new(&Frame::new(meta, &token))
}

/// A success that issues the `n`th token.
pub(super) fn open_ack_with(session: u32, n: u8) -> Msg {
    let token = token(session, n);
    let meta = SessionOpenAck {
        session_id: session,
        accepted_profile_id: 2,
        accepted_priority_class: 1,
        granted_operation_credit: 2,
        max_in_flight_operations: 3,
        resume_window_ms: 1_000,
        resume_token_bytes: token.len() as u32,
        session_flags_ack: 0x5,
        ..SessionOpenAck::default()
    };
    Msg::new(&Frame::new(meta, &token).at(session, 0, 0))
}

pub(super) fn open_ack(session: u32) -> Msg {
    open_ack_with(session, 1)
}

pub(super) fn resumed(session: u32, n: u8) -> Msg {
    open_ack_with(session, n).with("session_status", u64::from(RESUMED))
}

pub(super) fn refusal(code: u32) -> Msg {
    let meta =
        SessionOpenAck { session_status: 1, session_error_code: code, ..SessionOpenAck::default() };
    Msg::new(&Frame::new(meta, &[]))
}

fn typed(payload: &[u8], flags: u16) -> Vec<u8> {
    let mut body = Vec::new();
    let descriptor =
        TypedDescriptor { profile_id: 2, descriptor_flags: flags, ..TypedDescriptor::default() };
    write_typed(&mut body, &[(descriptor, payload)]);
    body
}

pub(super) fn submit(session: u32, frame: u32) -> Msg {
    let meta = FrameSubmit {
        frame_class: 1,
        loss_tolerance_policy: 0xFF,
        payload_kind_bitmap: 2,
        payload_frame_count: 1,
        ..FrameSubmit::default()
    };
    Msg::new(&Frame::new(meta, &typed(b"prompt", 0)).at(session, frame, 0))
}

fn result() -> ResultPush {
    ResultPush {
        active_profile_id: 2,
        payload_kind_bitmap: 2,
        payload_frame_count: 1,
        ..ResultPush::default()
    }
}

pub(super) fn push(session: u32, frame: u32) -> Msg {
    let body = typed(b"token", 0);
    Msg::new(&Frame::new(result(), &body).at(session, frame, 0).flagged(EOS))
}

pub(super) fn partial(session: u32, frame: u32) -> Msg {
    let meta = ResultPush { result_class: 1, ..result() };
    Msg::new(&Frame::new(meta, &typed(b"tok", PARTIAL)).at(session, frame, 0))
}

pub(super) fn drop_result(session: u32, frame: u32) -> Msg {
    Msg::new(&Frame::new(Metadata::ResultDrop, &[]).at(session, frame, 0))
}

pub(super) fn cancel(session: u32, frame: u32) -> Msg {
    Msg::new(&Frame::new(Metadata::FrameCancel, &[]).at(session, frame, 0))
}

pub(super) fn hint(session: u32, frame: u32) -> Msg {
    Msg::new(&Frame::new(ResultHint::default(), &[]).at(session, frame, 0))
}

/// A session update; session 0 makes it a connection update.
pub(super) fn flow(session: u32, epoch: u32, credit: u16) -> Msg {
    let scope_kind = u8::from(session != 0);
    let (mut connection_credit, mut session_credit) = (0, credit);
    if session == 0 {
        core::mem::swap(&mut connection_credit, &mut session_credit);
    }
    let meta = FlowUpdate {
        scope_kind,
        connection_credit,
        session_credit,
        credit_epoch: epoch,
        flow_flags: CREDIT_VALID,
        ..FlowUpdate::default()
    };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}

/// policy 1 aborts.
pub(super) fn close(session: u32, policy: u8, timeout_ms: u32) -> Msg {
    let meta = SessionClose {
        in_flight_policy: policy,
        drain_timeout_ms: timeout_ms,
        ..SessionClose::default()
    };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}

pub(super) fn close_ack(session: u32, close_status: u8) -> Msg {
    let meta = SessionCloseAck { close_status, ..SessionCloseAck::default() };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}

/// Scope follows from the ids.
pub(super) fn error(error_code: u32, session: u32, frame: u32) -> Msg {
    let meta = Error {
        error_code,
        error_scope: u32::from(session != 0) + u32::from(frame != 0),
        related_session_id: session,
        related_frame_id: frame,
        ..Error::default()
    };
    Msg::new(&Frame::new(meta, &[]).at(session, frame, 0))
}

pub(super) fn shut() -> Msg {
    Msg::new(&Frame::new(Metadata::Close, &[]))
}

pub(super) fn ping() -> Msg {
    Msg::new(&Frame::new(Metadata::Ping, &[]))
}

pub(super) fn pong() -> Msg {
    Msg::new(&Frame::new(Metadata::Pong, &[]))
}

pub(super) fn patch(session: u32) -> Msg {
    let meta = SessionPatch { patch_mask: 0x3, quality_tier: 1, ..SessionPatch::default() };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}

pub(super) fn patch_ack(session: u32) -> Msg {
    let meta = SessionPatchAck {
        applied_patch_mask: 0x3,
        effective_profile_id: 2,
        effective_quality_tier: 1,
        ..SessionPatchAck::default()
    };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}

pub(super) fn put(session: u32) -> Msg {
    let meta = CachePut { cache_key_lo: 9, object_kind: 1, object_bytes: 3, ..CachePut::default() };
    Msg::new(&Frame::new(meta, b"cam").at(session, 0, 0))
}

pub(super) fn put_ack(session: u32) -> Msg {
    let meta = CacheAck { cache_key_lo: 9, ..CacheAck::default() };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}

pub(super) fn probe(probe_id: u32) -> Msg {
    Msg::new(&Frame::new(TransportProbe { probe_id, ..TransportProbe::default() }, &[]))
}

pub(super) fn probe_ack(probe_id: u32) -> Msg {
    Msg::new(&Frame::new(TransportProbeAck { probe_id, ..TransportProbeAck::default() }, &[]))
}

pub(super) fn migrate(session: u32, last_result_frame_id: u64) -> Msg {
    let meta = SessionMigrate {
        old_transport_id: 2,
        new_transport_id: 1,
        last_result_frame_id,
        ..SessionMigrate::default()
    };
    Msg::new(&Frame::new(meta, &token(session, 1)).at(session, 0, 0))
}

pub(super) fn migrate_ack(session: u32, resume_from_frame_id: u64) -> Msg {
    let grace_window_ms = 200;
    let ack = SessionMigrateAck::default();
    let meta = SessionMigrateAck { resume_from_frame_id, grace_window_ms, ..ack };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}
