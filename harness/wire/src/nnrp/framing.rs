//! Cutting a byte stream into packets, NNRP §6.2, preview2 §10.2.1.

use super::Header;
use super::header::HEADER_LEN;
use super::layout::Layout;
use super::violation::{Kind, Violation};
use alloc::vec::Vec;

/// Body limit where none was agreed.
pub const DEFAULT_MAX_BODY: u32 = 16 << 20;

/// What stands at the start of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Not yet a whole packet; at least this many bytes are needed in all.
    Incomplete(usize),
    /// A packet of this many bytes.
    Packet(usize),
}

/// Looks for a packet at the start of `bytes`. Only what is needed to find its end is checked:
/// steps 2 to 5 and 9 of table 1.5. A failure means that the stream position is lost.
#[inline]
pub fn split(bytes: &[u8], max_body: u32) -> Result<Split, Violation> {
    let Some(header) = Header::read(bytes) else {
        return Ok(Split::Incomplete(HEADER_LEN));
    };
    header.check_fixed()?;
    let declared = header.meta_len.checked_add(header.body_len);
    if declared.is_none() || header.body_len > max_body || header.meta_len > MAX_META {
        let found = u64::from(header.meta_len) + u64::from(header.body_len);
        let violation = Violation::header("NNRP-ENC-007", "body_len", 16, found);
        return Err(violation.of(Kind::LimitExceeded));
    }
    let total = HEADER_LEN + header.meta_len as usize + header.body_len as usize;
    Ok(if bytes.len() < total { Split::Incomplete(total) } else { Split::Packet(total) })
}

/// Longer metadata than any message has cannot be skipped with a bounded buffer either.
const MAX_META: u32 = 1 << 16;

/// Collects the bytes of one stream and hands out whole packets.
#[derive(Clone, Debug, Default)]
pub struct Deframer {
    pending: Vec<u8>,
    lost: bool,
}

impl Deframer {
    /// Takes `input` and calls `packet` for every packet that is complete, in order. After an
    /// `Err` the stream position is lost and everything later is ignored.
    ///
    /// Whole packets in `input` are not copied.
    pub fn feed(
        &mut self,
        mut input: &[u8],
        max_body: u32,
        mut packet: impl FnMut(Result<&[u8], Violation>),
    ) {
        if !self.pending.is_empty() && !self.lost {
            input = self.complete_pending(input, max_body, &mut packet);
        }
        while !self.lost && !input.is_empty() {
            match split(input, max_body) {
                Ok(Split::Packet(len)) => {
                    packet(Ok(&input[..len]));
                    input = &input[len..];
                }
                Ok(Split::Incomplete(_)) => {
                    self.pending.extend_from_slice(input);
                    return;
                }
                Err(violation) => self.lose(violation, &mut packet),
            }
        }
    }

    /// Tops up the pending packet from `input` and returns what is left of it.
    fn complete_pending<'a>(
        &mut self,
        mut input: &'a [u8],
        max_body: u32,
        packet: &mut impl FnMut(Result<&[u8], Violation>),
    ) -> &'a [u8] {
        loop {
            match split(&self.pending, max_body) {
                Ok(Split::Packet(len)) => {
                    packet(Ok(&self.pending[..len]));
                    self.pending.clear();
                    return input;
                }
                Ok(Split::Incomplete(total)) => {
                    let take = (total - self.pending.len()).min(input.len());
                    if take == 0 {
                        return input;
                    }
                    self.pending.extend_from_slice(&input[..take]);
                    input = &input[take..];
                }
                Err(violation) => {
                    self.lose(violation, packet);
                    return &[];
                }
            }
        }
    }

    fn lose(&mut self, violation: Violation, packet: &mut impl FnMut(Result<&[u8], Violation>)) {
        self.lost = true;
        self.pending.clear();
        packet(Err(violation));
    }

    /// Bytes of an unfinished packet.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        self.pending.clear();
        self.lost = false;
    }
}
