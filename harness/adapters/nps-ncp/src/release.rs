//! What is this release's own: 1.0.0-alpha.2.

use crate::bench::Machine;
use crate::fault::Fault;
use nps_core::frames::EncodingTier;
use serde_json::Value;

/// The version of both crates.
pub const VERSION: &str = "1.0.0-alpha.2";

/// Machines beside the cache of schemas.
pub const MACHINES: &[&str] = &[];

/// The tier with this number.
pub fn tier(bits: u8) -> Option<EncodingTier> {
    match bits {
        0 => Some(EncodingTier::Json),
        1 => Some(EncodingTier::MsgPack),
        _ => None,
    }
}

/// One of [`MACHINES`].
pub fn machine(name: &str, _config: &Value) -> Result<Box<dyn Machine>, Fault> {
    Err(Fault::Unsupported(format!("create {name}")))
}

/// Flags that this release writes for a last frame in JSON.
#[cfg(test)]
pub const FINAL_JSON: u8 = 0x40;
