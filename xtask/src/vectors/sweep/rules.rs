//! What every field of the tables admits, typed from the protocol text: one line for each field,
//! in table order. Whatever has a rule is swept; `any` says that no value is wrong by itself.
//!
//! A line is `field: rule; rule`. A rule is a kind with numbers, then requirements, a reading and
//! modifiers, all separated by blanks:
//!
//! - `zero`: every bit is reserved; `bits 7..31`: these bits are unassigned
//! - `above 3`, `but 3 255`, `from 1 to 9`: only values up to, up to and, between
//! - `is 0 5`, `flip 0..15`: these values are wrong here, or each of these bits turned over
//! - `off -1 1`: wrong by so much, for lengths and counts; `max` adds the highest number
//! - `on=base` another base, `in=body` where it shows, `as=kind` how it is refused, `also=kind`,
//!   `endpoint` where a codec alone may take it

/// Rules of one table, with the base that shows them.
pub struct Rules {
    /// Table.
    pub table: &'static str,
    /// Base of rules that name none.
    pub base: &'static str,
    /// Rules by field.
    pub lines: &'static str,
}

const fn rules(table: &'static str, base: &'static str, lines: &'static str) -> Rules {
    Rules { table, base, lines }
}

/// Control messages.
pub const CONTROL: [Rules; 21] = [
    rules(
        "CLIENT_HELLO",
        "client_hello.auth_and_extensions",
        "min_version_major: is 3..255 NEG-004 R-13 as=unsupported_version also=malformed_body endpoint;
             is 2 NEG-004 R-13 as=unsupported_version endpoint on=client_hello.plain
        max_version_major: is 0 NEG-004 R-13 as=unsupported_version also=malformed_body endpoint
        supported_wire_format_bitmap: flip 0 NEG-005 R-09 as=unsupported_version endpoint
        supported_profile_bitmap: is 0 NEG-005 R-09 as=unsupported_capability endpoint
        supported_payload_kind_bitmap: bits 7..31 NEG-006 ENC-004;
             is 0 NEG-005 R-09 as=unsupported_capability endpoint
        supported_codec_bitmap: any
        supported_compression_bitmap: any
        supported_dtype_bitmap: bits 8..31 ENC-004 R-09
        supported_layout_bitmap: bits 2..31 ENC-004 R-09
        cache_digest_bitmap: any
        cache_object_bitmap: bits 9..15 ENC-004 R-09
        cache_namespace_count: any
        max_lane_count: any
        max_cache_entries: any
        max_cache_bytes: any
        target_cadence_x100: any
        latency_budget_ms: any
        quality_tier: any
        degrade_policy: above 3 PAT-008 ENC-005 R-51
        requested_session_id: any
        auth_bytes: off -1 1 max NEG-009 in=body on=client_hello.auth; off 1 max NEG-009 in=body
        control_extension_bytes: off -1 1 max NEG-009 EXT-004 in=body",
    ),
    rules(
        "SERVER_HELLO_ACK",
        "server_hello_ack.extensions",
        "selected_version_major: any
        selected_wire_format: any
        auth_status: any
        reserved0: zero
        session_id: any
        accepted_profile_bitmap: any
        accepted_payload_kind_bitmap: bits 7..31 NEG-006 ENC-004
        accepted_codec_bitmap: any
        accepted_compression_bitmap: any
        accepted_dtype_bitmap: bits 8..31 ENC-004 R-09
        accepted_layout_bitmap: bits 2..31 ENC-004 R-09
        cache_digest_bitmap: any
        cache_object_bitmap: bits 9..31 ENC-004 R-09
        max_cache_entries: any
        max_cache_bytes: any
        max_lane_count: any
        max_concurrent_frames: any
        target_cadence_x100: any
        latency_budget_ms: any
        quality_tier: any
        degrade_policy: above 3 PAT-008 ENC-005 R-51
        max_body_bytes: any
        token_ttl_ms: any
        retry_after_ms: any
        control_extension_bytes: off -1 1 max NEG-009 in=body; is 0 NEG-009 in=body
        server_flags: bits 3..31 NEG-017 ENC-004 R-35",
    ),
    rules(
        "SESSION_PATCH",
        "session_patch.clamp_and_extensions",
        "profile_id: any
        reserved0: zero
        patch_mask: flip 6 PAT-009 endpoint
        target_cadence_x100: any
        quality_tier: any
        degrade_policy: above 3 PAT-008 ENC-005 R-51
        active_lane_mask: any
        preferred_codec_bitmap: any
        preferred_compression_bitmap: any
        profile_patch_bytes: off -1 1 max PAT-009 endpoint; is 0 PAT-009 endpoint",
    ),
    rules(
        "SESSION_PATCH_ACK",
        "session_patch_ack.partial",
        "status: above 2 ENC-005 R-51; is 0 2 PAT-005 R-34 endpoint
        reason: above 5 ENC-005 R-51; is 0 PAT-005 R-34 endpoint
        applied_patch_mask: bits 7..31 PAT-003 ENC-004; flip 1 3 5 PAT-004 R-34 endpoint
        rejected_patch_mask: bits 7..31 PAT-003 ENC-004; flip 0 2 4 6 PAT-004 R-34 endpoint
        retry_after_ms: any
        effective_profile_id: any
        reserved0: zero
        effective_target_cadence_x100: any
        effective_quality_tier: any
        effective_degrade_policy: above 3 PAT-008 ENC-005 R-51
        effective_lane_mask: any
        effective_codec_bitmap: any
        effective_compression_bitmap: any
        profile_patch_ack_bytes: off -1 1 max PAT-009 endpoint",
    ),
    rules("CLOSE", "close.extensions", ""),
    rules(
        "ERROR",
        "error.text_and_extensions",
        "error_code: any
        error_scope: above 2 ERR-001 ENC-005 R-13
        is_fatal: above 1 ERR-001 ENC-005 R-13
        retry_after_ms: any
        related_session_id: off -1 1 ERR-003 R-13 in=header endpoint on=error.frame
        related_frame_id: off -1 1 ERR-003 R-13 in=header endpoint on=error.frame
        related_view_id: off -1 1 65536 ERR-003 R-13 in=header endpoint on=error.frame
        diagnostic_bytes: off -1 1 max ERR-004 EXT-004 R-13 in=body on=error.frame",
    ),
    rules(
        "SESSION_OPEN",
        "session_open.all_blocks",
        "requested_session_id: any
        profile_id: any
        priority_class: above 2 SES-013 ENC-005 R-51
        session_flags: bits 4..7 SES-022 ENC-004
        schema_id: any
        schema_version: any
        default_deadline_ms: any
        max_in_flight_operations: any
        reserved0: zero
        lease_ttl_hint_ms: any
        resume_token_bytes: off -1 1 max SES-008 in=body; is 0 SES-008 in=body
        auth_bytes: off -1 1 max SES-008 in=body; is 0 SES-008 in=body
        session_extension_bytes: off -1 1 max SES-008 in=body; is 0 SES-008 in=body
        client_session_tag: any",
    ),
    rules(
        "SESSION_OPEN_ACK",
        "session_open_ack.resumed",
        "session_id: is 0 SES-010 endpoint on=session_open_ack.header_zero
        accepted_profile_id: any
        accepted_priority_class: above 2 SES-013 ENC-005 R-51
        session_status: above 3 SES-013 ENC-005 R-51
        schema_id: any
        schema_version: any
        granted_operation_credit: is 16193 65535 SES-037 R-25 endpoint
        max_in_flight_operations: is 0 SES-037 R-46 endpoint; is 15677 SES-037 R-25 endpoint
        lease_ttl_ms: any
        resume_window_ms: is 0 RES-005 R-37 endpoint
        resume_token_bytes: off -1 1 max SES-008 in=body; is 0 SES-008 in=body
        session_extension_bytes: off -1 1 max SES-008 in=body; is 0 SES-008 in=body
        server_session_tag: any
        route_scope_id: any
        session_error_code: is 1 12 65536 65544 131073 196608 196609 262144 262145 4294967295
             SES-015 ENC-005 R-51
        session_flags_ack: bits 5..31 SES-022 ENC-004; flip 0 RES-004 R-37 endpoint",
    ),
    rules(
        "SESSION_CLOSE",
        "session_close.error",
        "close_reason: above 5 SES-013 ENC-005 R-51
        in_flight_policy: above 1 SES-013 ENC-005 R-51
        reserved0: zero
        drain_timeout_ms: any
        last_operation_id: any
        session_error_code: is 1 12 65536 65544 131073 196608 196609 262144 262145 4294967295
             SES-015 R-13
        session_close_tag: any",
    ),
    rules(
        "SESSION_CLOSE_ACK",
        "session_close_ack.rejected",
        "close_status: above 3 SES-013 ENC-005 R-51
        reserved0: zero
        reserved1: zero
        last_operation_id: any
        session_error_code: is 1 12 65536 65544 131073 196608 196609 262144 262145 4294967295
             SES-015 R-13",
    ),
    rules("FRAME_CANCEL", "frame_cancel.extensions", ""),
    rules("RESULT_DROP", "result_drop.extensions", ""),
    rules(
        "CACHE_PUT",
        "cache_put.both_flags",
        "cache_namespace: any
        cache_key_hi: any
        cache_key_lo: any
        object_kind: from 1 to 9 CACHE-004 ENC-005 R-33
        ttl_ms: any
        object_bytes: off -1 1 max CACHE-003 R-33 in=body; is 0 CACHE-003 R-33 in=body
        codec_bitmap: any
        flags: bits 2..31 CACHE-004 ENC-004 R-33",
    ),
    rules(
        "CACHE_ACK",
        "cache_ack.rejected",
        "cache_namespace: any
        cache_key_hi: any
        cache_key_lo: any
        status: above 2 CACHE-005 ENC-005 R-51
        accepted_ttl_ms: any
        max_object_bytes: any
        detail_code: any",
    ),
    rules(
        "CACHE_INVALIDATE",
        "cache_invalidate.namespace",
        "invalidate_scope: above 3 CACHE-006 ENC-005 R-51
        cache_namespace: any
        cache_key_hi: any
        cache_key_lo: any
        reason_code: any",
    ),
    rules(
        "FLOW_UPDATE",
        "flow_update.session",
        "scope_kind: above 2 FLOW-002 ENC-005 R-51
        update_reason: above 4 FLOW-002 ENC-005 R-51
        backpressure_level: above 2 FLOW-002 ENC-005 R-51
        reserved0: zero
        connection_credit: any
        session_credit: any
        operation_credit: any
        reserved1: zero
        operation_id: flip 0..63 FLOW-004; is 0 FLOW-005 on=flow_update.operation
        retry_after_ms: flip 0..31 FLOW-012 R-27 on=flow_update.operation
        credit_epoch: any
        flow_flags: bits 4..31 FLOW-002 ENC-004",
    ),
    rules(
        "RESULT_HINT",
        "result_hint.extensions",
        "applied_budget_policy: above 4 RLT-014 ENC-005 R-51
        congestion_state: above 3 RLT-014 ENC-005 R-51
        reason: above 4 RLT-014 ENC-005 R-51
        retry_after_ms: any",
    ),
    rules(
        "TRANSPORT_PROBE",
        "transport_probe.filler",
        "probe_id: any
        probe_payload_bytes: off -1 1 max PRB-001 in=body; is 0 PRB-001 in=body
        client_send_ts_us: any",
    ),
    rules(
        "TRANSPORT_PROBE_ACK",
        "transport_probe_ack.plain",
        "probe_id: any
        reserved0: zero
        server_recv_ts_us: any",
    ),
    rules(
        "SESSION_MIGRATE",
        "session_migrate.plain",
        "old_transport_id: is 0 MIG-002; above 2 MIG-002 ENC-005 R-51; is 1 MIG-002 R-38
        new_transport_id: is 0 MIG-002; above 2 MIG-002 ENC-005 R-51; is 2 MIG-002 R-38
        last_result_frame_id: flip 32..63 MIG-001 ENC-005 R-38
        client_migrate_ts_us: any",
    ),
    rules(
        "SESSION_MIGRATE_ACK",
        "session_migrate_ack.accepted",
        "accept_code: any
        resume_from_frame_id: any
        grace_window_ms: any
        server_migrate_ts_us: any",
    ),
];

/// PING and PONG have nothing but a header.
pub const BARE: [Rules; 2] =
    [rules("PING", "ping.connection", ""), rules("PONG", "pong.session", "")];

/// Data messages.
pub const DATA: [Rules; 2] = [
    rules(
        "FRAME_SUBMIT",
        "frame_submit.all_regions",
        "src_width: flip 0..15 SUB-010 R-14
        src_height: flip 0..15 SUB-010 R-14
        tile_width: flip 0..15 SUB-010 R-14
        tile_height: flip 0..15 SUB-010 R-14
        tile_count: flip 0..15 SUB-010 R-14;
             off -1 1 PRO-003 PRO-002 in=body endpoint on=frame_submit.tensor_inline
        section_count: flip 0..15 SUB-010 R-14;
             off -1 1 max PRO-002 in=body endpoint on=frame_submit.tensor_inline
        frame_class: above 3 SUB-005 ENC-005 R-51
        input_profile: is 1 2 SUB-010 R-14; above 2 ENC-005 SUB-010 R-51;
             above 2 ENC-005 R-51 on=frame_submit.tensor_inline
        tile_index_mode: above 3 PRO-004 ENC-005 R-51 on=frame_submit.tensor_inline
        reserved0: zero
        latency_budget_ms: any
        target_fps_x100: any
        retry_of_frame: any
        tile_base_id: flip 0..31 SUB-010 R-14
        camera_bytes: is 1 4294967295 SUB-011 in=body;
             off -1 1 max SUB-011 in=body on=frame_submit.tensor_inline
        tile_index_bytes: is 1 4294967295 SUB-011 in=body;
             off -1 1 max SUB-011 R-14 in=body on=frame_submit.tensor_inline
        reserved1: zero SUB-001
        reserved2: zero SUB-001
        submit_mode: above 2 SUB-005 ENC-005 R-51; is 1 2 SUB-007
        budget_policy: bits 4..7 SUB-005 ENC-004
        loss_tolerance_policy: but 3 255 SUB-005 ENC-005 R-51;
             is 3 SUB-006 on=frame_submit.tensor_inline
        reserved3: zero
        object_ref_mask: bits 4..31 SUB-007 ENC-004; flip 0..3 SUB-007
        dependency_frame_id: any
        payload_kind_bitmap: bits 7..31 ENC-004
        payload_frame_count: off -1 1 max PAY-003 in=body
        reserved4: zero",
    ),
    rules(
        "RESULT_PUSH",
        "result_push.token_partial",
        "status_code: above 3 ENC-005 R-23
        result_flags: bits 3..15 RLT-002 ENC-004 R-14
        section_count: flip 0..15 RLT-009 R-14;
             off -1 1 max PRO-002 in=body endpoint on=result_push.tensor
        tile_count: flip 0..15 RLT-009 R-14; off -1 1 max RLT-010 R-14 on=result_push.tensor
        active_profile_id: above 2 ENC-005 R-51
        reserved0: zero
        inference_ms: any
        queue_ms: any
        server_total_ms: any
        reserved1: zero
        tile_base_id: flip 0..31 RLT-009 R-14
        tile_index_bytes: any
        reserved2: zero
        reserved3: zero
        result_class: above 3 RLT-002 ENC-005 R-51
        applied_budget_policy: bits 4..7 ENC-004
        reserved4: zero
        reused_frame_id: any
        covered_tile_count: flip 0..15 RLT-009 R-14;
             off -1 1 max RLT-010 R-14 on=result_push.tensor
        dropped_tile_count: flip 0..15 RLT-009 R-14;
             off -1 1 max RLT-010 R-14 on=result_push.tensor
        payload_kind_bitmap: bits 7..31 ENC-004
        payload_frame_count: off -1 1 max PAY-003 in=body; is 0 PAY-003 in=body
        reserved5: zero",
    ),
];

/// Structures below a packet, alone. In packets the same rules show in the body.
pub const STRUCTURES: [Rules; 9] = [
    rules(
        "body_prelude",
        "prelude.plain",
        "inline_object_bytes: any
        object_reference_bytes: any
        typed_payload_descriptor_bytes: any
        typed_payload_frame_bytes: any
        extension_descriptor_bytes: any
        extension_payload_bytes: any
        body_flags: zero PAY-001 ENC-004
        reserved: zero PAY-001 ENC-003",
    ),
    rules(
        "inline_object",
        "inline_object.filler",
        "object_kind: from 1 to 9 ENC-005 R-51 in=body
        object_flags: zero PAY-005 ENC-004 in=body
        profile_id: any
        reserved0: zero PAY-005 ENC-003 in=body
        object_bytes: is 0..4 9 4294967285 4294967295 PAY-005 in=body
        reserved1: zero PAY-005 ENC-003 in=body",
    ),
    rules(
        "object_reference",
        "object_reference.plain",
        "object_kind: from 1 to 9 ENC-005 R-51
        ref_flags: zero PAY-006 ENC-004
        cache_namespace: any
        cache_key_hi: any
        cache_key_lo: any",
    ),
    rules(
        "extension_frame_descriptor",
        "extension_descriptor.critical",
        "extension_kind: any
        extension_flags: bits 1..15 PAY-020 ENC-004
        profile_id: any
        reserved0: zero PAY-020 ENC-003
        payload_offset: any
        payload_length: any",
    ),
    rules(
        "typed_payload_descriptor",
        "typed_descriptor.plain",
        "profile_id: any
        descriptor_flags: bits 4..15 PAY-009 ENC-004; flip 1 PAY-015
        schema_id: any
        schema_version: any
        stream_semantics: above 5 PAY-009 ENC-005 R-51
        reserved0: zero
        offset: any
        length: any",
    ),
    rules(
        "schema_descriptor_header",
        "schema_header.plain",
        "schema_id: is 0 SCH-023 R-31
        schema_version: any
        profile_id: any
        schema_flags: bits 4..15 SCH-002 ENC-004
        min_version_major: any
        max_version_major: any
        reserved0: zero SCH-001
        body_bytes: any
        dependency_count: any
        default_stream_semantics: above 5 SCH-002 ENC-005 R-51
        schema_hash: any",
    ),
    rules(
        "tensor_section",
        "tensor_section.variable_stride",
        "role_id: any
        codec_id: any
        dtype_id: above 7 PRO-004 ENC-005 R-51 in=body
        layout_id: above 1 ENC-005 R-51 in=body
        scale_policy: any
        flags: zero ENC-004 ENC-003 in=body
        element_count_per_tile: any
        codec_table_bytes: is 1 4294967295 PRO-002 PRO-003 in=body
        length_table_bytes: off -1 1 -4 4 max PRO-003 PRO-002 in=body
        payload_bytes: off -1 1 max PRO-003 PRO-002 in=body
        payload_stride_bytes: is 1 2 4 2147483648 4294967295 PRO-003 in=body
        reserved: zero ENC-003 in=body",
    ),
    rules(
        "tensor_patch_block",
        "tensor_patch.plain",
        "min_width: any
        min_height: any
        max_width: any
        max_height: any",
    ),
    rules(
        "control_extension_entry",
        "extension_block.two",
        "ext_type: is 0 EXT-005 in=body
        ext_flags: bits 1..15 EXT-005 ENC-004 in=body
        ext_len: any",
    ),
];
