//! What is this release's own: 1.0.0-alpha.19.

use crate::bench::Machine;
use crate::fault::Fault;
use crate::negotiation::Negotiation;
use nps_core::frames::EncodingTier;
use serde_json::{Map, Value};

/// The version of both crates.
pub const VERSION: &str = "1.0.0-alpha.19";

/// Machines beside the cache of schemas.
pub const MACHINES: &[&str] = &["machine.negotiation"];

/// The tier with this number.
pub fn tier(bits: u8) -> Option<EncodingTier> {
    match bits {
        0 => Some(EncodingTier::Json),
        1 => Some(EncodingTier::MsgPack),
        2 => Some(EncodingTier::BinaryVector),
        3 => Some(EncodingTier::Reserved),
        _ => None,
    }
}

/// One of [`MACHINES`].
pub fn machine(name: &str, config: &Value) -> Result<Box<dyn Machine>, Fault> {
    match name {
        "negotiation" if config.as_object().is_some_and(Map::is_empty) => Ok(Box::new(Negotiation)),
        other => Err(Fault::Unsupported(format!("create {other}"))),
    }
}
