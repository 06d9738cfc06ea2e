//! Data messages, and those without metadata.

use super::{Rules, rules};

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
