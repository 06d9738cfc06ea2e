//! A well-formed frame of every type, for scenarios that send frames by name.

use wireproof_wire::nnrp::cache::{CacheAck, CacheInvalidate, CachePut};
use wireproof_wire::nnrp::error::{Error, SCOPE_CONNECTION, SCOPE_FRAME, SCOPE_SESSION};
use wireproof_wire::nnrp::flow::{self, FlowUpdate};
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::patch::{SessionPatch, SessionPatchAck};
use wireproof_wire::nnrp::result::{ResultHint, ResultPush};
use wireproof_wire::nnrp::session::{SessionClose, SessionCloseAck, SessionOpen, SessionOpenAck};
use wireproof_wire::nnrp::submit::{FrameSubmit, INHERIT};
use wireproof_wire::nnrp::transport::{self, SessionMigrate, SessionMigrateAck, TransportProbe};
use wireproof_wire::nnrp::{MessageType, Metadata, code};

/// The ids a frame is about.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    /// Session number, 0 for the connection.
    pub session: u32,
    /// `frame_id`.
    pub frame: u32,
    /// `view_id`.
    pub lane: u16,
}

/// Metadata of `kind` that the strictest receiver takes.
pub fn metadata(kind: MessageType, ids: Ids) -> Metadata {
    match kind {
        MessageType::ClientHello => client_hello().into(),
        MessageType::ServerHelloAck => server_hello_ack().into(),
        MessageType::SessionOpen => session_open(ids).into(),
        MessageType::SessionOpenAck => session_open_ack(ids).into(),
        MessageType::SessionPatch => {
            SessionPatch { patch_mask: 1, target_cadence_x100: 3000, ..Default::default() }.into()
        }
        MessageType::SessionPatchAck => SessionPatchAck {
            applied_patch_mask: 1,
            effective_profile_id: 2,
            effective_target_cadence_x100: 3000,
            effective_lane_mask: 1,
            ..Default::default()
        }
        .into(),
        MessageType::SessionClose => SessionClose::default().into(),
        MessageType::SessionCloseAck => {
            SessionCloseAck { close_status: 2, ..Default::default() }.into()
        }
        MessageType::Error => error(ids).into(),
        MessageType::FlowUpdate => flow_update(ids).into(),
        MessageType::CachePut => CachePut { object_kind: 1, ..Default::default() }.into(),
        MessageType::CacheAck => CacheAck::default().into(),
        MessageType::CacheInvalidate => {
            CacheInvalidate { invalidate_scope: 3, ..Default::default() }.into()
        }
        MessageType::FrameSubmit => FrameSubmit {
            frame_class: 1,
            loss_tolerance_policy: INHERIT,
            payload_kind_bitmap: 2,
            ..Default::default()
        }
        .into(),
        MessageType::ResultPush => {
            ResultPush { active_profile_id: 2, payload_kind_bitmap: 2, ..Default::default() }.into()
        }
        MessageType::ResultHint => ResultHint { congestion_state: 1, ..Default::default() }.into(),
        MessageType::TransportProbe => TransportProbe { probe_id: 1, ..Default::default() }.into(),
        MessageType::TransportProbeAck => {
            transport::TransportProbeAck { probe_id: 1, ..Default::default() }.into()
        }
        MessageType::SessionMigrate => SessionMigrate {
            old_transport_id: transport::TCP,
            new_transport_id: transport::QUIC,
            ..Default::default()
        }
        .into(),
        MessageType::SessionMigrateAck => {
            SessionMigrateAck { resume_from_frame_id: 1, ..Default::default() }.into()
        }
        MessageType::Close
        | MessageType::FrameCancel
        | MessageType::ResultDrop
        | MessageType::Ping
        | MessageType::Pong => Metadata::zero(kind),
    }
}

/// Everything this harness knows.
fn client_hello() -> ClientHello {
    ClientHello {
        min_version_major: 1,
        max_version_major: 1,
        supported_wire_format_bitmap: 1,
        supported_profile_bitmap: 0x3,
        supported_payload_kind_bitmap: 0x7F,
        supported_dtype_bitmap: 0xFF,
        supported_layout_bitmap: 0x3,
        cache_digest_bitmap: 1,
        cache_object_bitmap: 0x1FF,
        cache_namespace_count: 16,
        max_lane_count: 4,
        max_cache_entries: 64,
        max_cache_bytes: 1 << 20,
        ..Default::default()
    }
}

/// What every client offers: the token profile and its family, no cache, one lane.
fn server_hello_ack() -> ServerHelloAck {
    ServerHelloAck {
        selected_version_major: 1,
        accepted_profile_bitmap: 0x2,
        accepted_payload_kind_bitmap: 0x2,
        max_lane_count: 1,
        ..Default::default()
    }
}

/// A session of the token profile, with a number of the client's choice.
fn session_open(ids: Ids) -> SessionOpen {
    SessionOpen {
        requested_session_id: ids.session,
        profile_id: 2,
        priority_class: 1,
        client_session_tag: 1,
        ..Default::default()
    }
}

/// A grant of eight operations.
fn session_open_ack(ids: Ids) -> SessionOpenAck {
    SessionOpenAck {
        session_id: ids.session,
        accepted_profile_id: 2,
        accepted_priority_class: 1,
        granted_operation_credit: 8,
        max_in_flight_operations: 16,
        ..Default::default()
    }
}

fn error(ids: Ids) -> Error {
    let error_scope = match ids {
        Ids { session: 0, .. } => SCOPE_CONNECTION,
        Ids { frame: 0, .. } => SCOPE_SESSION,
        _ => SCOPE_FRAME,
    };
    Error {
        error_code: code::INVALID_STATE,
        error_scope,
        related_session_id: ids.session,
        related_frame_id: ids.frame,
        related_view_id: u32::from(ids.lane),
        ..Default::default()
    }
}

fn flow_update(ids: Ids) -> FlowUpdate {
    let mut update =
        FlowUpdate { flow_flags: flow::CREDIT_VALID, credit_epoch: 1, ..Default::default() };
    if ids.session == 0 {
        update.connection_credit = 8;
    } else {
        update.scope_kind = flow::SCOPE_SESSION;
        update.session_credit = 8;
    }
    update
}
