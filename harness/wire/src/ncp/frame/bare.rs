//! The body of an HTTP message, which holds a whole frame or a Tier-1 payload alone (`OP-38`).

use super::{Frame, read};
use crate::ncp::command::Tier;
use crate::ncp::frame_type::FrameType;
use crate::ncp::header::Header;
use crate::ncp::tier;
use crate::ncp::value::Value;
use crate::ncp::violation::Violation;

/// Whether a body is a payload without a header: `{` is the type byte of no frame.
pub fn is_bare(body: &[u8]) -> bool {
    body.first() == Some(&b'{')
}

/// Reads a payload without a header, whose type is what its member `frame` says.
pub fn read_bare(body: &[u8]) -> Result<Frame, Violation> {
    let object = tier::decode(Tier::Json, body)?;
    let kind = object
        .get("frame")
        .and_then(named)
        .ok_or_else(|| Violation::bad_frame(11, "NCP-TIER-010", "frame").read("OP-38"))?;
    read(&Header::new(kind, Tier::Json, true, true, 0), body)
}

/// The type that a member `frame` means.
fn named(frame: &Value) -> Option<FrameType> {
    FrameType::ALL.iter().copied().find(|kind| super::names(*kind, frame))
}
