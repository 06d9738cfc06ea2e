//! CACHE_PUT, CACHE_ACK, CACHE_INVALIDATE, NNRP preview2 §6.4 in the u32 layout of R-33.

use super::layout::{Rule, layout};

layout! {
    /// CACHE_PUT metadata.
    pub struct CachePut[32] {
        cache_namespace: u32 @ 0,
        cache_key_hi: u32 @ 4,
        cache_key_lo: u32 @ 8,
        object_kind: u32 @ 12 => Rule::Range(1, 9), "NNRP-CACHE-004", "R-33",
        ttl_ms: u32 @ 16,
        object_bytes: u32 @ 20,
        codec_bitmap: u32 @ 24,
        flags: u32 @ 28 => Rule::Bits(0x3), "NNRP-CACHE-004",
    }

    /// CACHE_ACK metadata.
    pub struct CacheAck[28] {
        cache_namespace: u32 @ 0,
        cache_key_hi: u32 @ 4,
        cache_key_lo: u32 @ 8,
        status: u32 @ 12 => Rule::Max(2), "NNRP-CACHE-005", "R-51",
        accepted_ttl_ms: u32 @ 16,
        max_object_bytes: u32 @ 20,
        detail_code: u32 @ 24,
    }

    /// CACHE_INVALIDATE metadata.
    pub struct CacheInvalidate[20] {
        invalidate_scope: u32 @ 0 => Rule::Max(3), "NNRP-CACHE-006", "R-51",
        cache_namespace: u32 @ 4,
        cache_key_hi: u32 @ 8,
        cache_key_lo: u32 @ 12,
        reason_code: u32 @ 16,
    }
}
