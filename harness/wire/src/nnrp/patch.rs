//! SESSION_PATCH and SESSION_PATCH_ACK, NNRP preview1 §6.5 to §6.7.

use super::layout::{Rule, layout};

layout! {
    /// SESSION_PATCH metadata. `degrade_policy` is read only if its mask bit is set, so the
    /// table leaves it open and `frame` checks it.
    pub struct SessionPatch[36] {
        profile_id: u16 @ 0,
        reserved0: u16 @ 2 => Rule::Zero, "NNRP-ENC-003",
        patch_mask: u32 @ 4 => Rule::Bits(0x7F), "NNRP-PAT-003",
        target_cadence_x100: u32 @ 8,
        quality_tier: u16 @ 12,
        degrade_policy: u16 @ 14,
        active_lane_mask: u64 @ 16,
        preferred_codec_bitmap: u32 @ 24,
        preferred_compression_bitmap: u32 @ 28,
        profile_patch_bytes: u32 @ 32,
    }

    /// SESSION_PATCH_ACK metadata.
    pub struct SessionPatchAck[48] {
        status: u16 @ 0 => Rule::Max(2), "NNRP-ENC-005", "R-51",
        reason: u16 @ 2 => Rule::Max(5), "NNRP-ENC-005", "R-51",
        applied_patch_mask: u32 @ 4 => Rule::Bits(0x7F), "NNRP-PAT-003",
        rejected_patch_mask: u32 @ 8 => Rule::Bits(0x7F), "NNRP-PAT-003",
        retry_after_ms: u32 @ 12,
        effective_profile_id: u16 @ 16,
        reserved0: u16 @ 18 => Rule::Zero, "NNRP-ENC-003",
        effective_target_cadence_x100: u32 @ 20,
        effective_quality_tier: u16 @ 24,
        effective_degrade_policy: u16 @ 26 => Rule::Max(3), "NNRP-PAT-008", "R-51",
        effective_lane_mask: u64 @ 28,
        effective_codec_bitmap: u32 @ 36,
        effective_compression_bitmap: u32 @ 40,
        profile_patch_ack_bytes: u32 @ 44,
    }

    /// The tensor profile block of either patch message.
    pub struct TensorPatch[16] {
        min_width: u32 @ 0,
        min_height: u32 @ 4,
        max_width: u32 @ 8,
        max_height: u32 @ 12,
    }
}
