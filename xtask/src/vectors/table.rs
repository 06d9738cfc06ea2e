//! Field tables of NNRP/1-preview3, typed from the protocol text: names and widths in order.

/// A fixed layout. Fields whose name starts with `reserved`, and those in `ZERO`, are always 0.
pub struct Table {
    /// Name of the message or structure.
    pub name: &'static str,
    /// `msg_type`; 0 for structures.
    pub number: u64,
    /// Length in bytes, stated apart so that a forgotten field shows.
    pub len: usize,
    /// `name:width` in bytes, in order, without gaps.
    pub fields: &'static str,
}

/// One field of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name.
    pub name: &'static str,
    /// Bytes from the start.
    pub offset: usize,
    /// Width in bytes.
    pub width: usize,
}

/// Fields that are zero in preview3 although they are not called reserved.
const ZERO: [&str; 3] = ["object_flags", "ref_flags", "body_flags"];

impl Table {
    /// The fields with their offsets.
    pub fn rows(&self) -> Vec<Field> {
        let mut offset = 0;
        let parse = |word: &'static str| {
            let (name, width) = word.split_once(':').expect("tables are written name:width");
            let width = width.parse().expect("widths are numbers");
            let field = Field { name, offset, width };
            offset += width;
            field
        };
        self.fields.split_whitespace().map(parse).collect()
    }

    /// Whether vectors leave the field out because it is always zero.
    pub fn is_zero(&self, name: &str) -> bool {
        name.starts_with("reserved")
            || ZERO.contains(&name)
            || (self.name == "tensor_section" && name == "flags")
    }
}

/// The message with this number.
pub fn message(number: u64) -> Option<&'static Table> {
    MESSAGES.iter().find(|table| table.number == number)
}

/// The structure with this name.
pub fn structure(name: &str) -> Option<&'static Table> {
    STRUCTURES.iter().find(|table| table.name == name)
}

/// The common header behind the four marker bytes.
pub const HEADER: Table = Table {
    name: "header",
    number: 0,
    len: 36,
    fields: "version_major:1 wire_format:1 msg_type:1 header_len:1 flags:4 meta_len:4 body_len:4
        session_id:4 frame_id:4 view_id:2 route_id:2 trace_id:8",
};

const fn table(name: &'static str, number: u64, len: usize, fields: &'static str) -> Table {
    Table { name, number, len, fields }
}

/// The 25 messages.
pub const MESSAGES: [Table; 25] = [
    table(
        "CLIENT_HELLO",
        0x01,
        64,
        "min_version_major:1 max_version_major:1 supported_wire_format_bitmap:2
        supported_profile_bitmap:4 supported_payload_kind_bitmap:4 supported_codec_bitmap:4
        supported_compression_bitmap:4 supported_dtype_bitmap:4 supported_layout_bitmap:4
        cache_digest_bitmap:2 cache_object_bitmap:2 cache_namespace_count:2 max_lane_count:2
        max_cache_entries:4 max_cache_bytes:4 target_cadence_x100:2 latency_budget_ms:2
        quality_tier:2 degrade_policy:2 requested_session_id:4 auth_bytes:4
        control_extension_bytes:4",
    ),
    table(
        "SERVER_HELLO_ACK",
        0x02,
        80,
        "selected_version_major:1 selected_wire_format:1 auth_status:1 reserved0:1 session_id:4
        accepted_profile_bitmap:4 accepted_payload_kind_bitmap:4 accepted_codec_bitmap:4
        accepted_compression_bitmap:4 accepted_dtype_bitmap:4 accepted_layout_bitmap:4
        cache_digest_bitmap:4 cache_object_bitmap:4 max_cache_entries:4 max_cache_bytes:4
        max_lane_count:2 max_concurrent_frames:2 target_cadence_x100:2 latency_budget_ms:2
        quality_tier:2 degrade_policy:2 max_body_bytes:4 token_ttl_ms:4 retry_after_ms:4
        control_extension_bytes:4 server_flags:4",
    ),
    table(
        "SESSION_PATCH",
        0x03,
        36,
        "profile_id:2 reserved0:2 patch_mask:4 target_cadence_x100:4 quality_tier:2
        degrade_policy:2 active_lane_mask:8 preferred_codec_bitmap:4
        preferred_compression_bitmap:4 profile_patch_bytes:4",
    ),
    table(
        "SESSION_PATCH_ACK",
        0x04,
        48,
        "status:2 reason:2 applied_patch_mask:4 rejected_patch_mask:4 retry_after_ms:4
        effective_profile_id:2 reserved0:2 effective_target_cadence_x100:4
        effective_quality_tier:2 effective_degrade_policy:2 effective_lane_mask:8
        effective_codec_bitmap:4 effective_compression_bitmap:4 profile_patch_ack_bytes:4",
    ),
    table("CLOSE", 0x05, 0, ""),
    table(
        "ERROR",
        0x06,
        32,
        "error_code:4 error_scope:4 is_fatal:4 retry_after_ms:4 related_session_id:4
        related_frame_id:4 related_view_id:4 diagnostic_bytes:4",
    ),
    table(
        "SESSION_OPEN",
        0x07,
        48,
        "requested_session_id:4 profile_id:2 priority_class:1 session_flags:1 schema_id:4
        schema_version:4 default_deadline_ms:4 max_in_flight_operations:2 reserved0:2
        lease_ttl_hint_ms:4 resume_token_bytes:4 auth_bytes:4 session_extension_bytes:4
        client_session_tag:8",
    ),
    table(
        "SESSION_OPEN_ACK",
        0x08,
        56,
        "session_id:4 accepted_profile_id:2 accepted_priority_class:1 session_status:1
        schema_id:4 schema_version:4 granted_operation_credit:2 max_in_flight_operations:2
        lease_ttl_ms:4 resume_window_ms:4 resume_token_bytes:4 session_extension_bytes:4
        server_session_tag:8 route_scope_id:4 session_error_code:4 session_flags_ack:4",
    ),
    table(
        "SESSION_CLOSE",
        0x09,
        24,
        "close_reason:2 in_flight_policy:1 reserved0:1 drain_timeout_ms:4 last_operation_id:8
        session_error_code:4 session_close_tag:4",
    ),
    table(
        "SESSION_CLOSE_ACK",
        0x0A,
        16,
        "close_status:1 reserved0:1 reserved1:2 last_operation_id:8 session_error_code:4",
    ),
    table(
        "FRAME_SUBMIT",
        0x10,
        72,
        "src_width:2 src_height:2 tile_width:2 tile_height:2 tile_count:2 section_count:2
        frame_class:1 input_profile:1 tile_index_mode:1 reserved0:1 latency_budget_ms:2
        target_fps_x100:2 retry_of_frame:4 tile_base_id:4 camera_bytes:4 tile_index_bytes:4
        reserved1:8 reserved2:8 submit_mode:1 budget_policy:1 loss_tolerance_policy:1 reserved3:1
        object_ref_mask:4 dependency_frame_id:4 payload_kind_bitmap:4 payload_frame_count:2
        reserved4:2",
    ),
    table("FRAME_CANCEL", 0x11, 0, ""),
    table(
        "RESULT_PUSH",
        0x12,
        64,
        "status_code:2 result_flags:2 section_count:2 tile_count:2 active_profile_id:2 reserved0:2
        inference_ms:2 queue_ms:2 server_total_ms:2 reserved1:2 tile_base_id:4 tile_index_bytes:4
        reserved2:8 reserved3:8 result_class:1 applied_budget_policy:1 reserved4:2
        reused_frame_id:4 covered_tile_count:2 dropped_tile_count:2 payload_kind_bitmap:4
        payload_frame_count:2 reserved5:2",
    ),
    table("RESULT_DROP", 0x13, 0, ""),
    table(
        "CACHE_PUT",
        0x14,
        32,
        "cache_namespace:4 cache_key_hi:4 cache_key_lo:4 object_kind:4 ttl_ms:4 object_bytes:4
        codec_bitmap:4 flags:4",
    ),
    table(
        "CACHE_ACK",
        0x15,
        28,
        "cache_namespace:4 cache_key_hi:4 cache_key_lo:4 status:4 accepted_ttl_ms:4
        max_object_bytes:4 detail_code:4",
    ),
    table(
        "CACHE_INVALIDATE",
        0x16,
        20,
        "invalidate_scope:4 cache_namespace:4 cache_key_hi:4 cache_key_lo:4 reason_code:4",
    ),
    table(
        "FLOW_UPDATE",
        0x17,
        32,
        "scope_kind:1 update_reason:1 backpressure_level:1 reserved0:1 connection_credit:2
        session_credit:2 operation_credit:2 reserved1:2 operation_id:8 retry_after_ms:4
        credit_epoch:4 flow_flags:4",
    ),
    table(
        "RESULT_HINT",
        0x18,
        16,
        "applied_budget_policy:4 congestion_state:4 reason:4 retry_after_ms:4",
    ),
    table("TRANSPORT_PROBE", 0x19, 16, "probe_id:4 probe_payload_bytes:4 client_send_ts_us:8"),
    table("TRANSPORT_PROBE_ACK", 0x1A, 16, "probe_id:4 reserved0:4 server_recv_ts_us:8"),
    table(
        "SESSION_MIGRATE",
        0x1B,
        24,
        "old_transport_id:4 new_transport_id:4 last_result_frame_id:8 client_migrate_ts_us:8",
    ),
    table(
        "SESSION_MIGRATE_ACK",
        0x1C,
        24,
        "accept_code:4 resume_from_frame_id:8 grace_window_ms:4 server_migrate_ts_us:8",
    ),
    table("PING", 0x20, 0, ""),
    table("PONG", 0x21, 0, ""),
];

/// Structures that live in bodies.
pub const STRUCTURES: [Table; 9] = [
    table(
        "body_prelude",
        0,
        32,
        "inline_object_bytes:4 object_reference_bytes:4 typed_payload_descriptor_bytes:4
        typed_payload_frame_bytes:4 extension_descriptor_bytes:4 extension_payload_bytes:4
        body_flags:4 reserved:4",
    ),
    table(
        "inline_object",
        0,
        16,
        "object_kind:2 object_flags:2 profile_id:2 reserved0:2 object_bytes:4 reserved1:4",
    ),
    table(
        "object_reference",
        0,
        16,
        "object_kind:2 ref_flags:2 cache_namespace:4 cache_key_hi:4 cache_key_lo:4",
    ),
    table(
        "extension_frame_descriptor",
        0,
        16,
        "extension_kind:2 extension_flags:2 profile_id:2 reserved0:2 payload_offset:4
        payload_length:4",
    ),
    table(
        "typed_payload_descriptor",
        0,
        24,
        "profile_id:2 descriptor_flags:2 schema_id:4 schema_version:4 stream_semantics:2
        reserved0:2 offset:4 length:4",
    ),
    table(
        "schema_descriptor_header",
        0,
        32,
        "schema_id:4 schema_version:4 profile_id:2 schema_flags:2 min_version_major:1
        max_version_major:1 reserved0:2 body_bytes:4 dependency_count:2
        default_stream_semantics:2 schema_hash:8",
    ),
    table(
        "tensor_section",
        0,
        32,
        "role_id:2 codec_id:1 dtype_id:1 layout_id:1 scale_policy:1 flags:2
        element_count_per_tile:4 codec_table_bytes:4 length_table_bytes:4 payload_bytes:4
        payload_stride_bytes:4 reserved:4",
    ),
    table("tensor_patch_block", 0, 16, "min_width:4 min_height:4 max_width:4 max_height:4"),
    table("control_extension_entry", 0, 8, "ext_type:2 ext_flags:2 ext_len:4"),
];
