//! Frames that a defect makes up.

use serde_json::Value;
use wireproof_wire::ncp;
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{self, Framing};
use wireproof_wire::ncp::frame_type::FrameType;

/// A frame with these members and `frame`.
pub fn made(kind: FrameType, encoding: Tier, members: Value) -> Vec<u8> {
    let mut out = Vec::new();
    if let Ok(members) = serde_json::from_value::<ncp::Value>(members) {
        // What cannot be written is not sent; every caller gives plain members.
        let _ = frame::write_members(kind, &members, encoding, Framing::default(), &mut out);
    }
    out
}

/// An ErrorFrame with this code and the status that belongs to it.
pub fn error(error: &str, encoding: Tier) -> Vec<u8> {
    let status = code::status_of(error).unwrap_or(error);
    made(FrameType::Error, encoding, serde_json::json!({"status": status, "error": error}))
}
