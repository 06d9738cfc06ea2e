//! RESULT_PUSH and RESULT_HINT, NNRP preview2 §6.1.2, §6.3.

use super::layout::{Rule, layout};

/// `result_class`: complete.
pub const CLASS_COMPLETE: u8 = 0;
/// `result_class`: partial.
pub const CLASS_PARTIAL: u8 = 1;
/// `result_class`: stale reuse.
pub const CLASS_STALE_REUSE: u8 = 2;
/// `result_flags`: more to come, or a gap that stays.
pub const FLAG_PARTIAL: u16 = 0x4;

layout! {
    /// RESULT_PUSH metadata.
    pub struct ResultPush[64] {
        status_code: u16 @ 0 => Rule::Max(3), "NNRP-ENC-005", "R-23",
        result_flags: u16 @ 2 => Rule::Bits(0x7), "NNRP-RLT-002", "R-14",
        section_count: u16 @ 4,
        tile_count: u16 @ 6,
        active_profile_id: u16 @ 8 => Rule::Max(2), "NNRP-ENC-005", "R-51",
        reserved0: u16 @ 10 => Rule::Zero, "NNRP-ENC-003",
        inference_ms: u16 @ 12,
        queue_ms: u16 @ 14,
        server_total_ms: u16 @ 16,
        reserved1: u16 @ 18 => Rule::Zero, "NNRP-ENC-003",
        tile_base_id: u32 @ 20,
        tile_index_bytes: u32 @ 24,
        reserved2: u64 @ 28 => Rule::Zero, "NNRP-ENC-003",
        reserved3: u64 @ 36 => Rule::Zero, "NNRP-ENC-003",
        result_class: u8 @ 44 => Rule::Max(3), "NNRP-RLT-002", "R-51",
        applied_budget_policy: u8 @ 45 => Rule::Bits(0x0F), "NNRP-ENC-004",
        reserved4: u16 @ 46 => Rule::Zero, "NNRP-ENC-003",
        reused_frame_id: u32 @ 48,
        covered_tile_count: u16 @ 52,
        dropped_tile_count: u16 @ 54,
        payload_kind_bitmap: u32 @ 56 => Rule::Bits(0x7F), "NNRP-ENC-004",
        payload_frame_count: u16 @ 60,
        reserved5: u16 @ 62 => Rule::Zero, "NNRP-ENC-003",
    }

    /// RESULT_HINT metadata.
    pub struct ResultHint[16] {
        applied_budget_policy: u32 @ 0 => Rule::Max(4), "NNRP-RLT-014", "R-51",
        congestion_state: u32 @ 4 => Rule::Max(3), "NNRP-RLT-014", "R-51",
        reason: u32 @ 8 => Rule::Max(4), "NNRP-RLT-014", "R-51",
        retry_after_ms: u32 @ 12,
    }
}
