//! The frame header (NCP §3.1 to §3.3, reference 2.1 to 2.3).

use super::command::Tier;
use super::frame_type::FrameType;
use alloc::vec::Vec;

/// Low bit of the tier.
pub const T0: u8 = 0x01;
/// High bit of the tier.
pub const T1: u8 = 0x02;
/// Last chunk of a stream; always set elsewhere.
pub const FINAL: u8 = 0x04;
/// The payload is encrypted.
pub const ENC: u8 = 0x08;
/// Bits 4 to 6 (`OP-02`).
pub const RESERVED: u8 = 0x70;
/// The header has 8 bytes.
pub const EXT: u8 = 0x80;

/// Bytes of the default header.
pub const SHORT_LEN: usize = 4;
/// Bytes of the extended header.
pub const LONG_LEN: usize = 8;
/// Longest payload under the default header (NCP-HDR-004), and the limit of the handshake.
pub const MAX_SHORT_PAYLOAD: u32 = 65_535;

/// A header as it stands, right or wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Header {
    /// Byte 0: the type.
    pub frame: u8,
    /// Byte 1.
    pub flags: u8,
    /// Bytes of payload.
    pub len: u32,
    /// Bytes 6 and 7 of an extended header (`OP-16`); 0 otherwise.
    pub reserved: u16,
}

impl Header {
    /// A header for an unencrypted payload of `len` bytes; extended if `ext` is asked for.
    pub const fn new(kind: FrameType, tier: Tier, is_final: bool, ext: bool, len: u32) -> Self {
        let mut flags = match tier {
            Tier::Json => 0,
            Tier::Msgpack => T0,
        };
        if is_final {
            flags |= FINAL;
        }
        if ext {
            flags |= EXT;
        }
        Self { frame: kind.to_u8(), flags, len, reserved: 0 }
    }

    /// The header at the start of `bytes` and its own length. `None`: more bytes are needed.
    #[inline]
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        match *bytes {
            [frame, flags, a, b, c, d, e, f, ..] if flags & EXT != 0 => {
                let len = u32::from_be_bytes([a, b, c, d]);
                Some((Self { frame, flags, len, reserved: u16::from_be_bytes([e, f]) }, LONG_LEN))
            }
            [frame, flags, a, b, ..] if flags & EXT == 0 => {
                let len = u32::from(u16::from_be_bytes([a, b]));
                Some((Self { frame, flags, len, reserved: 0 }, SHORT_LEN))
            }
            _ => None,
        }
    }

    /// Appends it in the size that EXT tells. Without EXT the length loses its upper half.
    #[inline]
    pub fn write(&self, out: &mut Vec<u8>) {
        let [a, b, c, d] = self.len.to_be_bytes();
        if self.is_ext() {
            let [e, f] = self.reserved.to_be_bytes();
            out.extend_from_slice(&[self.frame, self.flags, a, b, c, d, e, f]);
        } else {
            out.extend_from_slice(&[self.frame, self.flags, c, d]);
        }
    }

    /// Writes it over the start of `bytes`, which has room for it.
    pub(crate) fn overwrite(&self, bytes: &mut [u8]) {
        let [a, b, c, d] = self.len.to_be_bytes();
        let [e, f] = self.reserved.to_be_bytes();
        if self.is_ext() {
            bytes[..LONG_LEN].copy_from_slice(&[self.frame, self.flags, a, b, c, d, e, f]);
        } else {
            bytes[..SHORT_LEN].copy_from_slice(&[self.frame, self.flags, c, d]);
        }
    }

    /// Bytes it takes.
    pub const fn header_len(&self) -> usize {
        if self.is_ext() { LONG_LEN } else { SHORT_LEN }
    }

    /// The type; `None` if it is not assigned.
    pub const fn kind(&self) -> Option<FrameType> {
        FrameType::from_u8(self.frame)
    }

    /// Encoding of the payload; `None` for the two reserved values.
    pub const fn tier(&self) -> Option<Tier> {
        match self.flags & (T0 | T1) {
            0 => Some(Tier::Json),
            T0 => Some(Tier::Msgpack),
            _ => None,
        }
    }

    /// Whether the header has 8 bytes.
    pub const fn is_ext(&self) -> bool {
        self.flags & EXT != 0
    }

    /// Whether the payload is encrypted.
    pub const fn is_sealed(&self) -> bool {
        self.flags & ENC != 0
    }

    /// Whether FINAL is set.
    pub const fn is_final(&self) -> bool {
        self.flags & FINAL != 0
    }

    /// Whether a reserved flag is set.
    pub const fn has_reserved(&self) -> bool {
        self.flags & RESERVED != 0
    }
}

/// What stands at the start of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Not yet a whole frame (reference 2.4 row 1). [`Header::read`] tells whether its header is
    /// there, so that a frame beyond the limit is refused without being waited for.
    Incomplete,
    /// A whole frame.
    Frame {
        /// Bytes of header.
        header_len: usize,
        /// Bytes of payload after it.
        payload_len: usize,
    },
}

/// Finds the end of the first frame, whatever it holds.
#[inline]
pub fn split(buffer: &[u8]) -> Split {
    let Some((header, header_len)) = Header::read(buffer) else { return Split::Incomplete };
    let payload_len = header.len as usize;
    if buffer.len() - header_len < payload_len {
        return Split::Incomplete;
    }
    Split::Frame { header_len, payload_len }
}

#[cfg(test)]
mod tests;
