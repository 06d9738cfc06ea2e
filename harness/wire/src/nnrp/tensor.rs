//! Tensor sections, NNRP preview1 §12 (reference 5.4), carried as a `tensor_section_table`.

use super::extension::padded;
use super::layout::{Layout, Rule, layout};
use super::violation::Violation;

layout! {
    /// Descriptor of one tensor section.
    pub struct SectionDescriptor[32] {
        role_id: u16 @ 0,
        codec_id: u8 @ 2,
        dtype_id: u8 @ 3 => Rule::Max(7), "NNRP-PRO-004", "R-51",
        layout_id: u8 @ 4 => Rule::Max(1), "NNRP-ENC-005", "R-51",
        scale_policy: u8 @ 5,
        flags: u16 @ 6 => Rule::Zero, "NNRP-ENC-003",
        element_count_per_tile: u32 @ 8,
        codec_table_bytes: u32 @ 12,
        length_table_bytes: u32 @ 16,
        payload_bytes: u32 @ 20,
        payload_stride_bytes: u32 @ 24,
        reserved: u32 @ 28 => Rule::Zero, "NNRP-ENC-003",
    }
}

/// One section of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// Its descriptor.
    pub descriptor: SectionDescriptor,
    /// Per-tile codecs; empty if one codec serves all.
    pub codec_table: &'a [u8],
    /// One u32 per tile.
    pub length_table: &'a [u8],
    /// The tiles.
    pub payload: &'a [u8],
}

/// Decodes the section at the start of `bytes` for `tile_count` tiles and gives the number of
/// bytes up to the next one (NNRP-PRO-002, -003).
pub fn decode(bytes: &[u8], tile_count: u16) -> Result<(Section<'_>, usize), Violation> {
    let Some(descriptor) = SectionDescriptor::read(bytes) else {
        return Err(Violation::body("NNRP-PRO-002", "role_id", 0, bytes.len() as u64));
    };
    descriptor.check()?;
    let mut at = SectionDescriptor::LEN;
    let mut take = |len: u32, field: &'static str, offset: usize| {
        let end = at.checked_add(len as usize).filter(|&end| end <= bytes.len());
        let Some(end) = end else {
            return Err(Violation::body("NNRP-PRO-002", field, offset, u64::from(len)));
        };
        let part = &bytes[at..end];
        at = end;
        Ok(part)
    };
    let codec_table = take(descriptor.codec_table_bytes, "codec_table_bytes", 12)?;
    let length_table = take(descriptor.length_table_bytes, "length_table_bytes", 16)?;
    let payload = take(descriptor.payload_bytes, "payload_bytes", 20)?;
    let section = Section { descriptor, codec_table, length_table, payload };
    section.check_lengths(tile_count)?;
    Ok((section, padded(at).min(bytes.len())))
}

impl Section<'_> {
    fn check_lengths(&self, tile_count: u16) -> Result<(), Violation> {
        let table = self.length_table.len() as u64;
        if table != 4 * u64::from(tile_count) {
            return Err(Violation::body("NNRP-PRO-003", "length_table_bytes", 16, table));
        }
        let stride = u64::from(self.descriptor.payload_stride_bytes);
        let total: u64 = match stride {
            0 => self.lengths().map(u64::from).sum(),
            stride => stride * u64::from(tile_count),
        };
        if total == self.payload.len() as u64 {
            return Ok(());
        }
        Err(Violation::body("NNRP-PRO-003", "payload_bytes", 20, self.payload.len() as u64))
    }

    /// Bytes of each tile.
    pub fn lengths(&self) -> impl Iterator<Item = u32> {
        self.length_table.chunks_exact(4).map(|word| word.try_into().map_or(0, u32::from_le_bytes))
    }
}
