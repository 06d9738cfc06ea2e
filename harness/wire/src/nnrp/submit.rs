//! FRAME_SUBMIT, NNRP preview2 §6.2 in the 72-byte layout of R-14.

use super::layout::{Rule, layout};

/// `payload_kind_bitmap`: tensor.
pub const TENSOR: u32 = 0x01;
/// `payload_kind_bitmap`: token chunk.
pub const TOKEN_CHUNK: u32 = 0x02;
/// `payload_kind_bitmap`: structured event.
pub const STRUCTURED_EVENT: u32 = 0x10;
/// `payload_kind_bitmap`: tool delta.
pub const TOOL_DELTA: u32 = 0x20;
/// `payload_kind_bitmap`: opaque bytes.
pub const OPAQUE: u32 = 0x40;

/// `budget_policy`: a coverage gap may stay.
pub const ALLOW_PARTIAL: u8 = 0x01;

/// `submit_mode`: no standard slot by reference.
pub const MODE_INLINE: u8 = 0;
/// `submit_mode`: every standard slot by reference.
pub const MODE_REFERENCE: u8 = 1;
/// `submit_mode`: some of each.
pub const MODE_MIXED: u8 = 2;

/// `loss_tolerance_policy`: what holds where nothing is said.
pub const BEST_EFFORT: u8 = 1;
/// `loss_tolerance_policy`: send once.
pub const FIRE_AND_FORGET: u8 = 3;
/// `loss_tolerance_policy`: take the level of the session.
pub const INHERIT: u8 = 0xFF;

layout! {
    /// FRAME_SUBMIT metadata.
    pub struct FrameSubmit[72] {
        src_width: u16 @ 0,
        src_height: u16 @ 2,
        tile_width: u16 @ 4,
        tile_height: u16 @ 6,
        tile_count: u16 @ 8,
        section_count: u16 @ 10,
        frame_class: u8 @ 12 => Rule::Max(3), "NNRP-SUB-005", "R-51",
        input_profile: u8 @ 13 => Rule::Max(2), "NNRP-ENC-005", "R-51",
        /// Read for tensor frames only, so `frame` checks it.
        tile_index_mode: u8 @ 14,
        reserved0: u8 @ 15 => Rule::Zero, "NNRP-ENC-003",
        latency_budget_ms: u16 @ 16,
        target_fps_x100: u16 @ 18,
        retry_of_frame: u32 @ 20,
        tile_base_id: u32 @ 24,
        camera_bytes: u32 @ 28,
        tile_index_bytes: u32 @ 32,
        reserved1: u64 @ 36 => Rule::Zero, "NNRP-SUB-001",
        reserved2: u64 @ 44 => Rule::Zero, "NNRP-SUB-001",
        submit_mode: u8 @ 52 => Rule::Max(2), "NNRP-SUB-005", "R-51",
        budget_policy: u8 @ 53 => Rule::Bits(0x0F), "NNRP-SUB-005",
        loss_tolerance_policy: u8 @ 54 => Rule::MaxOr(3, 0xFF), "NNRP-SUB-005", "R-51",
        reserved3: u8 @ 55 => Rule::Zero, "NNRP-ENC-003",
        object_ref_mask: u32 @ 56 => Rule::Bits(0x0F), "NNRP-SUB-007",
        dependency_frame_id: u32 @ 60,
        payload_kind_bitmap: u32 @ 64 => Rule::Bits(0x7F), "NNRP-ENC-004",
        payload_frame_count: u16 @ 68,
        reserved4: u16 @ 70 => Rule::Zero, "NNRP-ENC-003",
    }
}
