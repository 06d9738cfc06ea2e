//! The largest packet that a link carries.

/// Whether a single packet of `len` bytes fits a link with this limit.
pub fn fits(mtu: Option<u32>, len: usize) -> bool {
    mtu.is_none_or(|mtu| len <= mtu as usize)
}

/// The longest piece of a byte stream that travels at once, where `wanted` limits it too.
pub fn piece(mtu: Option<u32>, wanted: Option<u32>) -> u32 {
    mtu.unwrap_or(u32::MAX).min(wanted.unwrap_or(u32::MAX)).max(1)
}
