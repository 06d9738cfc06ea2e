//! The common header, NNRP §6.2.

use super::layout::{Layout, Rule, layout};
use super::violation::{Kind, Violation};

/// Bytes of the header.
pub const HEADER_LEN: usize = 40;
/// The four bytes every packet starts with, as a little-endian integer.
pub const MAGIC: u32 = u32::from_le_bytes(*b"NNRP");

/// Loss is acceptable.
pub const CAN_DROP: u32 = 0x02;
/// The sender expects the answer the type has anyway.
pub const ACK_REQUIRED: u32 = 0x01;
/// The result is stale.
pub const STALE: u32 = 0x04;
/// Last delivery for this frame.
pub const EOS: u32 = 0x08;
/// Repeats an earlier message.
pub const RETRANSMIT: u32 = 0x10;
/// The frame is a keyframe.
pub const KEYFRAME: u32 = 0x20;
/// All assigned flags.
pub const FLAGS: u32 = 0x3F;

layout! {
    /// The common header of every packet.
    pub struct Header[40] {
        magic: u32 @ 0 => Rule::Range(0x5052_4E4E, 0x5052_4E4E), "NNRP-HDR-001",
        version_major: u8 @ 4 => Rule::Range(1, 1), "NNRP-HDR-002",
        wire_format: u8 @ 5 => Rule::Zero, "NNRP-HDR-003",
        msg_type: u8 @ 6,
        header_len: u8 @ 7 => Rule::Range(40, 40), "NNRP-HDR-004",
        flags: u32 @ 8 => Rule::Bits(0x3F), "NNRP-HDR-006",
        meta_len: u32 @ 12,
        body_len: u32 @ 16,
        session_id: u32 @ 20,
        frame_id: u32 @ 24,
        view_id: u16 @ 28,
        /// Receivers accept any value.
        route_id: u16 @ 30,
        trace_id: u64 @ 32,
    }
}

impl Header {
    /// A header with the constant fields filled in.
    pub fn new(msg_type: u8) -> Self {
        Self {
            magic: MAGIC,
            version_major: 1,
            wire_format: 0,
            msg_type,
            header_len: HEADER_LEN as u8,
            ..Self::default()
        }
    }

    /// Checks 2 to 6 of table 1.5, in that order; the message type is checked by its table.
    #[inline]
    pub fn check_fixed(&self) -> Result<(), Violation> {
        if self.admitted() { Ok(()) } else { Err(self.first_fault()) }
    }

    #[cold]
    fn first_fault(&self) -> Violation {
        let Err(violation) = self.check() else {
            unreachable!("check_fixed and the field table admit the same values")
        };
        let kind = match violation.field {
            "version_major" | "wire_format" => Kind::UnsupportedVersion,
            _ => Kind::MalformedHeader,
        };
        Violation { layer: super::Layer::Header, ..violation.of(kind) }
    }

    /// The operation the ids name: `view_id × 2^32 + frame_id`.
    pub const fn operation_id(&self) -> u64 {
        ((self.view_id as u64) << 32) | self.frame_id as u64
    }
}
