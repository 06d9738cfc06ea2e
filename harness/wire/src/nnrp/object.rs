//! Inline objects and object references of a data body, NNRP preview2 §7.2 (reference 5.1).

use super::extension::padded;
use super::layout::{Layout, Rule, layout};
use super::violation::Violation;
use alloc::vec::Vec;

/// `object_kind`: camera block.
pub const CAMERA_BLOCK: u16 = 1;
/// `object_kind`: tile index block.
pub const TILE_INDEX_BLOCK: u16 = 2;
/// `object_kind`: tensor section table.
pub const TENSOR_SECTION_TABLE: u16 = 3;
/// `object_kind`: payload layout template.
pub const PAYLOAD_LAYOUT_TEMPLATE: u16 = 6;

/// The standard slots in body order; bit `n` of `object_ref_mask` is slot `n`.
pub const SLOTS: [u16; 4] =
    [CAMERA_BLOCK, TILE_INDEX_BLOCK, TENSOR_SECTION_TABLE, PAYLOAD_LAYOUT_TEMPLATE];

layout! {
    /// Header of an inline object block.
    pub struct InlineObjectHeader[16] {
        object_kind: u16 @ 0 => Rule::Range(1, 9), "NNRP-ENC-005", "R-51",
        object_flags: u16 @ 2 => Rule::Zero, "NNRP-PAY-005",
        profile_id: u16 @ 4,
        reserved0: u16 @ 6 => Rule::Zero, "NNRP-PAY-005",
        object_bytes: u32 @ 8,
        reserved1: u32 @ 12 => Rule::Zero, "NNRP-PAY-005",
    }

    /// Object reference.
    pub struct ObjectReference[16] {
        object_kind: u16 @ 0 => Rule::Range(1, 9), "NNRP-ENC-005", "R-51",
        ref_flags: u16 @ 2 => Rule::Zero, "NNRP-PAY-006",
        cache_namespace: u32 @ 4,
        cache_key_hi: u32 @ 8,
        cache_key_lo: u32 @ 12,
    }
}

/// One inline object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InlineObject<'a> {
    /// Its header.
    pub header: InlineObjectHeader,
    /// Its payload without filler.
    pub payload: &'a [u8],
}

/// Iterates a region that [`check_inline`] has accepted.
#[derive(Clone, Debug)]
pub struct InlineObjects<'a> {
    rest: &'a [u8],
}

impl<'a> InlineObjects<'a> {
    /// The objects of `region`.
    pub const fn new(region: &'a [u8]) -> Self {
        Self { rest: region }
    }
}

impl<'a> Iterator for InlineObjects<'a> {
    type Item = InlineObject<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let header = InlineObjectHeader::read(self.rest)?;
        let len = header.object_bytes as usize;
        let payload = self.rest.get(16..16usize.checked_add(len)?)?;
        self.rest = self.rest.get(16 + padded(len)..).unwrap_or_default();
        Some(InlineObject { header, payload })
    }
}

/// The references of a region whose length is a multiple of 16.
pub fn references(region: &[u8]) -> impl Iterator<Item = ObjectReference> {
    region.chunks_exact(16).filter_map(ObjectReference::read)
}

/// Checks an inline object region that starts `at` bytes into the packet (NNRP-PAY-005).
pub fn check_inline(region: &[u8], at: usize) -> Result<(), Violation> {
    let mut offset = 0;
    while offset < region.len() {
        let rest = &region[offset..];
        let place = at + offset;
        let Some(header) = InlineObjectHeader::read(rest) else {
            let found = rest.len() as u64;
            return Err(Violation::body("NNRP-PAY-005", "object_kind", place, found));
        };
        header.check().map_err(|v| Violation { layer: super::Layer::Body, ..v.shifted(place) })?;
        let len = header.object_bytes as usize;
        if len > rest.len() - 16 || padded(len) > rest.len() - 16 {
            return Err(Violation::body("NNRP-PAY-005", "object_bytes", place + 8, len as u64));
        }
        if let Some(at) = rest[16 + len..16 + padded(len)].iter().position(|&byte| byte != 0) {
            let found = u64::from(rest[16 + len + at]);
            return Err(Violation::body("NNRP-PAY-005", "filler", place + 16 + len + at, found));
        }
        offset += 16 + padded(len);
    }
    Ok(())
}

/// Checks an object reference region that starts `at` bytes into the packet (NNRP-PAY-006).
pub fn check_references(region: &[u8], at: usize) -> Result<(), Violation> {
    for (index, reference) in references(region).enumerate() {
        reference
            .check()
            .map_err(|v| Violation { layer: super::Layer::Body, ..v.shifted(at + 16 * index) })?;
    }
    Ok(())
}

/// Appends an inline object with its filler.
pub fn write_inline(out: &mut Vec<u8>, object_kind: u16, profile_id: u16, payload: &[u8]) {
    let object_bytes = payload.len() as u32;
    InlineObjectHeader { object_kind, profile_id, object_bytes, ..Default::default() }.write(out);
    out.extend_from_slice(payload);
    out.resize(out.len() + padded(payload.len()) - payload.len(), 0);
}
