//! Control extension entries, NNRP preview1 §10.3 (reference 5.7, 3.16).

use super::MessageType;
use super::layout::{Layout, Rule, layout};
use super::submit::FIRE_AND_FORGET;
use super::violation::Violation;
use alloc::vec::Vec;

/// `ext_flags`: who does not know the entry must refuse the message.
pub const CRITICAL: u16 = 0x0001;

layout! {
    /// Header of one entry.
    pub struct ExtensionHeader[8] {
        ext_type: u16 @ 0 => Rule::Range(1, 0xFFFF), "NNRP-EXT-005",
        ext_flags: u16 @ 2 => Rule::Bits(0x1), "NNRP-EXT-005",
        ext_len: u32 @ 4,
    }
}

/// One entry of an extension block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Type, 3.16.
    pub ext_type: u16,
    /// Bit 0: critical.
    pub ext_flags: u16,
    /// Payload without filler.
    pub payload: &'a [u8],
}

/// Iterates a block that [`check`] has accepted; ends early on anything else.
#[derive(Clone, Debug)]
pub struct Extensions<'a> {
    rest: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// The entries of `block`.
    pub const fn new(block: &'a [u8]) -> Self {
        Self { rest: block }
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = Extension<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let header = ExtensionHeader::read(self.rest)?;
        let len = header.ext_len as usize;
        let payload = self.rest.get(8..8usize.checked_add(len)?)?;
        self.rest = self.rest.get(8 + padded(len)..).unwrap_or_default();
        Some(Extension { ext_type: header.ext_type, ext_flags: header.ext_flags, payload })
    }
}

/// Length rounded up to a multiple of 8.
pub const fn padded(len: usize) -> usize {
    len.div_ceil(8) * 8
}

/// Checks the shape of a whole block that starts `at` bytes into a packet of type `kind`:
/// entries, filler, types and flags (NNRP-EXT-001, -004, -005, -006).
pub fn check(block: &[u8], kind: MessageType, at: usize) -> Result<(), Violation> {
    let mut offset = 0;
    while offset < block.len() {
        let rest = &block[offset..];
        let place = at + offset;
        let Some(header) = ExtensionHeader::read(rest) else {
            return Err(broken(kind, "ext_type", place, rest.len() as u64));
        };
        let len = header.ext_len as usize;
        if len > rest.len() - 8 || padded(len) > rest.len() - 8 {
            return Err(broken(kind, "ext_len", place + 4, len as u64));
        }
        header.check().map_err(|v| Violation::body(v.requirement, v.field, place, v.found))?;
        if let Some(at) = rest[8 + len..8 + padded(len)].iter().position(|&byte| byte != 0) {
            let found = u64::from(rest[8 + len + at]);
            return Err(broken(kind, "filler", place + 8 + len + at, found));
        }
        check_assigned(&header, &rest[8..8 + len], kind, place)?;
        offset += 8 + padded(len);
    }
    Ok(())
}

/// A block that is no sequence of entries. Where the block of a hello begins is a reading.
fn broken(kind: MessageType, field: &'static str, at: usize, found: u64) -> Violation {
    let violation = Violation::body("NNRP-EXT-004", field, at, found);
    match kind {
        MessageType::ClientHello => violation.read("R-10"),
        _ => violation,
    }
}

fn check_assigned(
    header: &ExtensionHeader,
    payload: &[u8],
    kind: MessageType,
    at: usize,
) -> Result<(), Violation> {
    if !is_assigned(header.ext_type) {
        return Ok(());
    }
    let home = match header.ext_type % 2 {
        1 => MessageType::ClientHello,
        _ => MessageType::ServerHelloAck,
    };
    let found = u64::from(header.ext_type);
    if kind != home {
        return Err(Violation::body("NNRP-EXT-006", "ext_type", at, found));
    }
    let Ok(payload) = <[u8; 8]>::try_from(payload) else {
        let found = u64::from(header.ext_len);
        return Err(Violation::body("NNRP-EXT-006", "ext_len", at + 4, found));
    };
    // Families in the lower half; no critical extension frame is assigned (NNRP-NEG-006).
    let word = u64::from_le_bytes(payload);
    if matches!(header.ext_type, PAYLOAD_OFFERED | PAYLOAD_ACCEPTED) && word & !0x7F != 0 {
        return Err(Violation::body("NNRP-NEG-006", "payload_capabilities", at + 8, word));
    }
    if matches!(header.ext_type, LOSS_WISHED | LOSS_ACCEPTED) && word > FIRE_AND_FORGET.into() {
        let level = Violation::body("NNRP-ENC-005", "loss_tolerance", at + 8, word & 0xFF);
        return Err(match word >> 8 {
            0 => level.read("R-51"),
            rest => Violation::body("NNRP-ENC-003", "loss_tolerance", at + 9, rest),
        });
    }
    Ok(())
}

/// Loss tolerance in CLIENT_HELLO.
pub const LOSS_WISHED: u16 = 0x0103;
/// Loss tolerance in SERVER_HELLO_ACK.
pub const LOSS_ACCEPTED: u16 = 0x0104;

/// The level that an entry of type `ext_type` names in `block`, if there is one.
pub fn loss_tolerance(block: &[u8], ext_type: u16) -> Option<u8> {
    let mut entries = Extensions::new(block);
    entries.find(|entry| entry.ext_type == ext_type)?.payload.first().copied()
}

/// Payload capabilities in CLIENT_HELLO.
pub const PAYLOAD_OFFERED: u16 = 0x0105;
/// Payload capabilities in SERVER_HELLO_ACK.
pub const PAYLOAD_ACCEPTED: u16 = 0x0106;

/// Whether preview3 gives `ext_type` a meaning.
pub const fn is_assigned(ext_type: u16) -> bool {
    matches!(ext_type, 0x0101..=0x0106)
}

/// The first entry that must be understood and is not (NNRP-EXT-003).
pub fn unknown_critical(block: &[u8]) -> Option<Extension<'_>> {
    Extensions::new(block)
        .find(|entry| entry.ext_flags & CRITICAL != 0 && !is_assigned(entry.ext_type))
}

/// Appends one entry with its filler.
pub fn write(out: &mut Vec<u8>, ext_type: u16, ext_flags: u16, payload: &[u8]) {
    let ext_len = payload.len() as u32;
    ExtensionHeader { ext_type, ext_flags, ext_len }.write(out);
    out.extend_from_slice(payload);
    out.resize(out.len() + padded(payload.len()) - payload.len(), 0);
}
