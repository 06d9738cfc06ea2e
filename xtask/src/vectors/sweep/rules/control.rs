//! Control messages.

use super::{Rules, rules};

/// Control messages.
pub const CONTROL: [Rules; 21] = [
    rules(
        "CLIENT_HELLO",
        "client_hello.auth_and_extensions",
        "min_version_major:
             is 3..255 NEG-004 R-13 as=unsupported_version also=malformed_body endpoint;
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
    rules("FRAME_CANCEL", "frame_cancel.plain", ""),
    rules("RESULT_DROP", "result_drop.plain", ""),
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
