//! The schema descriptor header, NNRP §9.3, §12.6, and the carrier of R-29.

use super::layout::{Layout, Rule, layout};
use super::violation::Violation;

/// `schema_flags`: may enter the cache and lease life cycle.
pub const CACHEABLE: u16 = 0x1;
/// `schema_flags`: must be recognised or refused.
pub const CRITICAL: u16 = 0x2;
/// `schema_flags`: may be the default of a session.
pub const DEFAULT_BINDABLE: u16 = 0x4;
/// `schema_flags`: keeps its hash for the life of the registry.
pub const HASH_STABLE: u16 = 0x8;

layout! {
    /// Schema descriptor header.
    pub struct SchemaHeader[32] {
        schema_id: u32 @ 0 => Rule::Range(1, 0xFFFF_FFFF), "NNRP-SCH-023",
        schema_version: u32 @ 4,
        profile_id: u16 @ 8,
        schema_flags: u16 @ 10 => Rule::Bits(0xF), "NNRP-SCH-002",
        min_version_major: u8 @ 12,
        max_version_major: u8 @ 13,
        reserved0: u16 @ 14 => Rule::Zero, "NNRP-ENC-003",
        body_bytes: u32 @ 16,
        dependency_count: u16 @ 20,
        default_stream_semantics: u16 @ 22 => Rule::Max(5), "NNRP-SCH-002", "R-51",
        schema_hash: u64 @ 24,
    }
}

/// The one standard schema: `llm.chat.delta.v1`, NNRP §9.1A with the facts of R-30.
pub const ANCHOR: SchemaHeader = SchemaHeader {
    schema_id: 0x0000_1001,
    schema_version: 3,
    profile_id: 2,
    schema_flags: CACHEABLE | DEFAULT_BINDABLE | HASH_STABLE,
    min_version_major: 1,
    max_version_major: 1,
    reserved0: 0,
    body_bytes: 0,
    dependency_count: 0,
    default_stream_semantics: 2,
    schema_hash: 0x6e6e_7270_746f_6b33,
};

/// Decodes one header, checking every field (NNRP-SCH-001, -002).
pub fn decode(bytes: &[u8]) -> Result<SchemaHeader, Violation> {
    let Some(header) = SchemaHeader::read(bytes) else {
        return Err(Violation::body("NNRP-SCH-001", "schema_id", 0, bytes.len() as u64));
    };
    header.check()?;
    Ok(header)
}

/// The dependencies at the start of a schema body, as pairs of id and version.
pub fn dependencies(header: &SchemaHeader, body: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    let word = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes);
    body.chunks_exact(8)
        .take(usize::from(header.dependency_count))
        .map(move |pair| (word(&pair[..4]), word(&pair[4..])))
}

/// FNV-1a 64 of a schema body: what our own schemas carry as `schema_hash`.
pub fn hash(body: &[u8]) -> u64 {
    body.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
