//! Fields of nnrp-core types by the names of the layout tables.

use crate::fault::Fault;
use nnrp_core::*;
use serde_json::{Map, Value};

/// Decoded values by name.
pub type Fields = Map<String, Value>;

/// A number as vectors write it: above 2^53 as a decimal string.
pub fn number(value: u64) -> Value {
    if value <= 1 << 53 { value.into() } else { value.to_string().into() }
}

/// The number called `name`.
pub fn take(fields: &Fields, name: &str) -> Result<u64, Fault> {
    fields
        .get(name)
        .and_then(read_number)
        .ok_or_else(|| Fault::Request(format!("`{name}` is not an unsigned number")))
}

/// A number in either notation.
pub fn read_number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

/// A field type of nnrp-core.
pub trait Scalar: Copy {
    /// From the number on the wire.
    fn from_number(value: u64) -> Result<Self, Fault>;
    /// The number on the wire.
    fn to_number(self) -> u64;
}

/// A structure of nnrp-core as named numbers.
pub trait Record: Sized {
    /// From named numbers; every field must be there.
    fn take(fields: &Fields, prefix: &str) -> Result<Self, Fault>;
    /// Adds its named numbers.
    fn show(&self, fields: &mut Fields, prefix: &str);
}

/// A structure that nnrp-core reads and writes.
pub trait Codec: Record {
    /// nnrp-core's `parse`.
    fn parse(bytes: &[u8]) -> Result<Self, NnrpError>;
    /// nnrp-core's `to_bytes`.
    fn bytes(&self) -> Result<Vec<u8>, NnrpError>;
}

macro_rules! integers {
    ($($ty:ident)*) => {$(
        impl Scalar for $ty {
            fn from_number(value: u64) -> Result<Self, Fault> {
                Self::try_from(value)
                    .map_err(|_| Fault::Request(format!("{value} is no {}", stringify!($ty))))
            }
            fn to_number(self) -> u64 {
                self.into()
            }
        }
    )*};
}

macro_rules! enums {
    ($($ty:ident: $try_from:ident($repr:ident);)*) => {$(
        impl Scalar for $ty {
            fn from_number(value: u64) -> Result<Self, Fault> {
                Self::$try_from($repr::from_number(value)?).map_err(Fault::content)
            }
            fn to_number(self) -> u64 {
                (self as $repr).into()
            }
        }
    )*};
}

macro_rules! records {
    ($($ty:ident { $($field:ident $(= $name:literal)?),* $(,)? })*) => {$(
        impl Record for $ty {
            fn take(fields: &Fields, prefix: &str) -> Result<Self, Fault> {
                Ok(Self {$(
                    $field: {
                        let name = format!("{prefix}{}", records!(@name $field $($name)?));
                        Scalar::from_number(take(fields, &name)?)?
                    },
                )*})
            }
            fn show(&self, fields: &mut Fields, prefix: &str) {
                $(
                    let name = format!("{prefix}{}", records!(@name $field $($name)?));
                    fields.insert(name, number(self.$field.to_number()));
                )*
            }
        }
    )*};
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
}

macro_rules! codecs {
    ($($ty:ident)*) => {$(
        impl Codec for $ty {
            fn parse(bytes: &[u8]) -> Result<Self, NnrpError> {
                <$ty>::parse(bytes)
            }
            fn bytes(&self) -> Result<Vec<u8>, NnrpError> {
                self.to_bytes().map(Vec::from)
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 }

enums! {
    MessageType: try_from_u8(u8);
    SessionPriorityClass: try_from_u8(u8);
    SessionStatus: try_from_u8(u8);
    SessionCloseReason: try_from_u16(u16);
    SessionCloseStatus: try_from_u8(u8);
    InFlightPolicy: try_from_u8(u8);
    FlowScopeKind: try_from_u8(u8);
    FlowUpdateReason: try_from_u8(u8);
    BackpressureLevel: try_from_u8(u8);
    InputProfile: try_from_u8(u8);
    TileIndexMode: try_from_u8(u8);
    SubmitMode: try_from_u8(u8);
    ResultClass: try_from_u8(u8);
    ResultHintBudgetPolicy: try_from_u32(u32);
    ResultHintCongestionState: try_from_u32(u32);
    ResultHintReason: try_from_u32(u32);
    SessionPatchAckStatus: try_from_u16(u16);
    SessionPatchRejectReason: try_from_u16(u16);
    TransportId: try_from_u32(u32);
    ErrorScope: try_from_u32(u32);
    CacheObjectKind: try_from_u32(u32);
    CacheAckStatus: try_from_u32(u32);
    CacheInvalidateScope: try_from_u32(u32);
}

impl Scalar for bool {
    fn from_number(value: u64) -> Result<Self, Fault> {
        match value {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Fault::Request(format!("{value} is no bool"))),
        }
    }
    fn to_number(self) -> u64 {
        self.into()
    }
}

impl Scalar for HeaderFlags {
    fn from_number(value: u64) -> Result<Self, Fault> {
        u32::from_number(value).map(Self)
    }
    fn to_number(self) -> u64 {
        self.0.into()
    }
}

impl Scalar for PayloadKindBitmap {
    fn from_number(value: u64) -> Result<Self, Fault> {
        u32::from_number(value).map(Self)
    }
    fn to_number(self) -> u64 {
        self.0.into()
    }
}

records! {
    CommonHeader {
        version_major, wire_format, message_type = "msg_type", header_len, flags, meta_len,
        body_len, session_id, frame_id, view_id, route_id, trace_id,
    }
    ClientHelloMetadata {
        min_version_major, max_version_major, supported_wire_format_bitmap,
        supported_profile_bitmap, supported_payload_kind_bitmap, supported_codec_bitmap,
        supported_compression_bitmap, supported_dtype_bitmap, supported_layout_bitmap,
        cache_digest_bitmap, cache_object_bitmap, cache_namespace_count, max_lane_count,
        max_cache_entries, max_cache_bytes, target_cadence_x100, latency_budget_ms, quality_tier,
        degrade_policy, requested_session_id, auth_bytes, control_extension_bytes,
    }
    ServerHelloAckMetadata {
        selected_version_major, selected_wire_format, auth_status, session_id,
        accepted_profile_bitmap, accepted_payload_kind_bitmap, accepted_codec_bitmap,
        accepted_compression_bitmap, accepted_dtype_bitmap, accepted_layout_bitmap,
        cache_digest_bitmap, cache_object_bitmap, max_cache_entries, max_cache_bytes,
        max_lane_count, max_concurrent_frames, target_cadence_x100, latency_budget_ms,
        quality_tier, degrade_policy, max_body_bytes, token_ttl_ms, retry_after_ms,
        control_extension_bytes, server_flags,
    }
    SessionPatchMetadata {
        profile_id, patch_mask, target_cadence_x100, quality_tier, degrade_policy,
        active_lane_mask, preferred_codec_bitmap, preferred_compression_bitmap,
        profile_patch_bytes,
    }
    SessionPatchAckMetadata {
        ack_status = "status", reject_reason = "reason", applied_patch_mask, rejected_patch_mask,
        retry_after_ms, effective_profile_id, effective_target_cadence_x100,
        effective_quality_tier, effective_degrade_policy, effective_lane_mask,
        effective_codec_bitmap, effective_compression_bitmap, profile_patch_ack_bytes,
    }
    ErrorMetadata {
        error_code, error_scope, is_fatal, retry_after_ms, related_session_id, related_frame_id,
        related_view_id, diagnostic_bytes,
    }
    SessionOpenMetadata {
        requested_session_id, profile_id, priority_class, session_flags, schema_id,
        schema_version, default_deadline_ms, max_in_flight_operations, lease_ttl_hint_ms,
        resume_token_bytes, auth_bytes, session_extension_bytes, client_session_tag,
    }
    SessionOpenAckMetadata {
        session_id, accepted_profile_id, accepted_priority_class, session_status, schema_id,
        schema_version, granted_operation_credit, max_in_flight_operations, lease_ttl_ms,
        resume_window_ms, resume_token_bytes, session_extension_bytes, server_session_tag,
        route_scope_id, session_error_code, session_flags_ack,
    }
    SessionCloseMetadata {
        close_reason, in_flight_policy, drain_timeout_ms, last_operation_id, session_error_code,
        session_close_tag,
    }
    SessionCloseAckMetadata { close_status, last_operation_id, session_error_code }
    FrameSubmitMetadata {
        src_width, src_height, tile_width, tile_height, tile_count, section_count, frame_class,
        input_profile, tile_index_mode, latency_budget_ms, target_fps_x100, retry_of_frame,
        tile_base_id, camera_bytes, tile_index_bytes, submit_mode, budget_policy,
        loss_tolerance_policy, object_ref_mask, dependency_frame_id, payload_kind_bitmap,
        payload_frame_count,
    }
    ResultPushMetadata {
        status_code, result_flags, section_count, tile_count, active_profile_id, inference_ms,
        queue_ms, server_total_ms, tile_base_id, tile_index_bytes, result_class,
        applied_budget_policy, reused_frame_id, covered_tile_count, dropped_tile_count,
        payload_kind_bitmap, payload_frame_count,
    }
    CachePutMetadata {
        cache_namespace, cache_key_hi, cache_key_lo, object_kind, ttl_ms, object_bytes,
        codec_bitmap, flags,
    }
    CacheAckMetadata {
        cache_namespace, cache_key_hi, cache_key_lo, status, accepted_ttl_ms, max_object_bytes,
        detail_code,
    }
    CacheInvalidateMetadata {
        invalidate_scope, cache_namespace, cache_key_hi, cache_key_lo, reason_code,
    }
    FlowUpdateMetadata {
        scope_kind, update_reason, backpressure_level, connection_credit, session_credit,
        operation_credit, operation_id, retry_after_ms, credit_epoch, flow_flags,
    }
    ResultHintMetadata { applied_budget_policy, congestion_state, reason, retry_after_ms }
    TransportProbeMetadata { probe_id, probe_payload_bytes, client_send_ts_us }
    TransportProbeAckMetadata { probe_id, server_recv_ts_us }
    SessionMigrateMetadata {
        old_transport_id, new_transport_id, last_result_frame_id, client_migrate_ts_us,
    }
    SessionMigrateAckMetadata {
        accept_code, resume_from_frame_id, grace_window_ms, server_migrate_ts_us,
    }
    BodyRegionPrelude {
        inline_object_bytes, object_reference_bytes, typed_payload_descriptor_bytes,
        typed_payload_frame_bytes, extension_descriptor_bytes, extension_payload_bytes,
    }
    TypedPayloadDescriptor {
        profile_id, descriptor_flags, schema_id, schema_version, stream_semantics, offset, length,
    }
    SchemaDescriptorHeader {
        schema_id, schema_version, profile_id, schema_flags, min_version_major, max_version_major,
        body_bytes, dependency_count, default_stream_semantics, schema_hash,
    }
}

/// `ref_flags` is reserved, so vectors leave it out.
impl Record for ObjectReferenceBlock {
    fn take(fields: &Fields, prefix: &str) -> Result<Self, Fault> {
        let word = |name: &str| u32::from_number(take(fields, &format!("{prefix}{name}"))?);
        Ok(Self {
            object_kind: Scalar::from_number(word("object_kind")?.into())?,
            ref_flags: 0,
            cache_namespace: word("cache_namespace")?,
            cache_key_hi: word("cache_key_hi")?,
            cache_key_lo: word("cache_key_lo")?,
        })
    }

    fn show(&self, fields: &mut Fields, prefix: &str) {
        for (name, value) in [
            ("object_kind", self.object_kind as u32),
            ("cache_namespace", self.cache_namespace),
            ("cache_key_hi", self.cache_key_hi),
            ("cache_key_lo", self.cache_key_lo),
        ] {
            fields.insert(format!("{prefix}{name}"), value.into());
        }
    }
}

codecs! {
    CommonHeader ClientHelloMetadata ServerHelloAckMetadata SessionPatchMetadata
    SessionPatchAckMetadata ErrorMetadata SessionOpenMetadata SessionOpenAckMetadata
    SessionCloseMetadata SessionCloseAckMetadata FrameSubmitMetadata ResultPushMetadata
    CachePutMetadata CacheAckMetadata CacheInvalidateMetadata FlowUpdateMetadata
    ResultHintMetadata TransportProbeMetadata TransportProbeAckMetadata SessionMigrateMetadata
    SessionMigrateAckMetadata BodyRegionPrelude ObjectReferenceBlock TypedPayloadDescriptor
    SchemaDescriptorHeader
}
