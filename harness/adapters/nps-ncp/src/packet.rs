//! Whole frames: `NpsFrameCodec`, and the typed frames of nps-ncp above it.
//!
//! The codec gives a map. What an application gets is the typed frame made of it, so that is what
//! is shown, as it would be written again. Frames of the other protocols have their types in
//! crates of their own; what nps-core makes of them is a map that nobody has looked at.

use crate::fault::{Fault, UNNAMED};
use crate::release;
use nps_core::codec::FrameDict;
use nps_core::{FrameRegistry, FrameType, NpsError, NpsFrameCodec};
use nps_ncp::{AnchorFrame, CapsFrame, DiffFrame, ErrorFrame, HelloFrame, StreamFrame};
use serde_json::{Map, Value};

fn codec() -> NpsFrameCodec {
    NpsFrameCodec::new(FrameRegistry::create_full())
}

/// Bytes to fields.
pub fn decode(bytes: &[u8]) -> Result<Map<String, Value>, Fault> {
    let header = NpsFrameCodec::peek_header(bytes)?;
    let read = reader(header.frame_type).ok_or_else(companion)?;
    let (kind, members) = codec().decode(bytes)?;
    let fields = [
        ("header.frame", kind.as_u8().into()),
        ("header.flags", header.flags.into()),
        ("header.len", header.payload_length.into()),
        ("payload", Value::Object(read(&members)?)),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
}

/// Fields to bytes. The crates choose the kind of header by the length and say nothing of it.
pub fn encode(fields: &Map<String, Value>) -> Result<Vec<u8>, Fault> {
    let byte = |name: &str| {
        let byte = fields.get(name).and_then(Value::as_u64).and_then(|n| u8::try_from(n).ok());
        byte.ok_or_else(|| Fault::Request(format!("`{name}` is no byte")))
    };
    let (frame, flags) = (byte("header.frame")?, byte("header.flags")?);
    let tier = release::tier(flags & TIER).ok_or_else(|| refused("no such tier"))?;
    let kind = FrameType::from_u8(frame)?;
    let read = reader(kind).ok_or_else(companion)?;
    let payload = fields.get("payload").and_then(Value::as_object);
    let payload = payload.ok_or_else(|| Fault::Request("`payload` is no object".into()))?;
    if payload.values().any(has_bytes) {
        return Err(refused("members are JSON values, and those have no byte strings"));
    }
    Ok(codec().encode(kind, &read(payload)?, tier, flags & FINAL != 0)?)
}

type Reader = fn(&FrameDict) -> Result<FrameDict, NpsError>;

/// How the members of a frame become a typed frame and members again.
fn reader(kind: FrameType) -> Option<Reader> {
    Some(match kind {
        FrameType::Anchor => |members| Ok(AnchorFrame::from_dict(members)?.to_dict()),
        FrameType::Diff => |members| Ok(DiffFrame::from_dict(members)?.to_dict()),
        FrameType::Stream => |members| Ok(StreamFrame::from_dict(members)?.to_dict()),
        FrameType::Caps => |members| Ok(CapsFrame::from_dict(members)?.to_dict()),
        FrameType::Hello => |members| Ok(HelloFrame::from_dict(members)?.to_dict()),
        FrameType::Error => |members| Ok(ErrorFrame::from_dict(members)?.to_dict()),
        _ => return None,
    })
}

fn companion() -> Fault {
    Fault::Unsupported("vectors.companions".into())
}

fn refused(detail: &str) -> Fault {
    Fault::Refused { kind: UNNAMED, detail: detail.into() }
}

/// Whether a byte string, written `{"$hex": ..}`, is anywhere in it.
fn has_bytes(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_bytes),
        Value::Object(members) => {
            members.len() == 1 && members.contains_key("$hex") || members.values().any(has_bytes)
        }
        _ => false,
    }
}

const TIER: u8 = 0x03;
const FINAL: u8 = 0x04;
