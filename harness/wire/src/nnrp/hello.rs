//! CLIENT_HELLO and SERVER_HELLO_ACK, NNRP preview1 §6.2.1, §6.3.1.

use super::layout::{Rule, layout};

layout! {
    /// CLIENT_HELLO metadata.
    pub struct ClientHello[64] {
        min_version_major: u8 @ 0,
        max_version_major: u8 @ 1,
        supported_wire_format_bitmap: u16 @ 2,
        supported_profile_bitmap: u32 @ 4,
        supported_payload_kind_bitmap: u32 @ 8 => Rule::Bits(0x7F), "NNRP-NEG-006",
        supported_codec_bitmap: u32 @ 12,
        supported_compression_bitmap: u32 @ 16,
        supported_dtype_bitmap: u32 @ 20 => Rule::Bits(0xFF), "NNRP-ENC-004",
        supported_layout_bitmap: u32 @ 24 => Rule::Bits(0x3), "NNRP-ENC-004",
        cache_digest_bitmap: u16 @ 28,
        cache_object_bitmap: u16 @ 30 => Rule::Bits(0x1FF), "NNRP-ENC-004",
        cache_namespace_count: u16 @ 32,
        max_lane_count: u16 @ 34,
        max_cache_entries: u32 @ 36,
        max_cache_bytes: u32 @ 40,
        target_cadence_x100: u16 @ 44,
        latency_budget_ms: u16 @ 46,
        quality_tier: u16 @ 48,
        degrade_policy: u16 @ 50 => Rule::Max(3), "NNRP-PAT-008", "R-51",
        requested_session_id: u32 @ 52,
        auth_bytes: u32 @ 56,
        control_extension_bytes: u32 @ 60,
    }

    /// SERVER_HELLO_ACK metadata.
    pub struct ServerHelloAck[80] {
        selected_version_major: u8 @ 0,
        selected_wire_format: u8 @ 1,
        auth_status: u8 @ 2,
        reserved0: u8 @ 3 => Rule::Zero, "NNRP-ENC-003",
        session_id: u32 @ 4,
        accepted_profile_bitmap: u32 @ 8,
        accepted_payload_kind_bitmap: u32 @ 12 => Rule::Bits(0x7F), "NNRP-NEG-006",
        accepted_codec_bitmap: u32 @ 16,
        accepted_compression_bitmap: u32 @ 20,
        accepted_dtype_bitmap: u32 @ 24 => Rule::Bits(0xFF), "NNRP-ENC-004",
        accepted_layout_bitmap: u32 @ 28 => Rule::Bits(0x3), "NNRP-ENC-004",
        cache_digest_bitmap: u32 @ 32,
        cache_object_bitmap: u32 @ 36 => Rule::Bits(0x1FF), "NNRP-ENC-004",
        max_cache_entries: u32 @ 40,
        max_cache_bytes: u32 @ 44,
        max_lane_count: u16 @ 48,
        max_concurrent_frames: u16 @ 50,
        target_cadence_x100: u16 @ 52,
        latency_budget_ms: u16 @ 54,
        quality_tier: u16 @ 56,
        degrade_policy: u16 @ 58 => Rule::Max(3), "NNRP-PAT-008", "R-51",
        max_body_bytes: u32 @ 60,
        token_ttl_ms: u32 @ 64,
        retry_after_ms: u32 @ 68,
        control_extension_bytes: u32 @ 72,
        server_flags: u32 @ 76 => Rule::Bits(0x7), "NNRP-NEG-017", "R-35",
    }
}
