//! Whole frames as vectors write them: the header field by field, the members under `payload`.

use super::fields::{json, put_header, refused};
use crate::Refused;
use serde_json::{Map, Value};
use wireproof_wire::ncp;
use wireproof_wire::ncp::frame::{self, Frame, Framing};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::terms::{self, Terms};
use wireproof_wire::ncp::{table, tier};

/// What a codec that knows of no session agrees to: everything but encryption.
const TERMS: Terms = Terms { ext: true, limit: u32::MAX, ..Terms::HANDSHAKE };

/// The fields of one frame and nothing after it. `payload` has the members that the table of the
/// type knows, as they stand and without `frame`; what is absent or null is left out.
pub fn decode(packet: &[u8]) -> Result<Map<String, Value>, Refused> {
    let cut = || Refused::new(INCOMPLETE, "the frame does not end here");
    let (header, len) = Header::read(packet).ok_or_else(cut)?;
    terms::check(&header, &TERMS).map_err(|violation| refused(&violation))?;
    let payload = &packet[len..];
    if payload.len() < header.len as usize {
        return Err(cut());
    }
    if payload.len() > header.len as usize {
        return Err(Refused::new(TRAILING, "bytes follow the frame"));
    }
    frame::read(&header, payload).map_err(|violation| refused(&violation))?;
    let mut out = Map::new();
    put_header(&mut out, &header);
    out.insert(PAYLOAD.to_owned(), members(&header, payload)?);
    Ok(out)
}

fn members(header: &Header, payload: &[u8]) -> Result<Value, Refused> {
    let missing = || Refused::new("bad_fields", "no assigned type or encoding");
    let (kind, encoding) = header.kind().zip(header.tier()).ok_or_else(missing)?;
    let value = tier::decode(encoding, payload).map_err(|violation| refused(&violation))?;
    // Nobody says what an AlignFrame holds (`OP-40`).
    let open = |name: &str| kind == FrameType::Align && name != "frame";
    let known = |(name, value): &&(ncp::Name, ncp::Value)| {
        !value.is_nil() && (open(name) || table::find(kind, name).is_some())
    };
    let members = value.as_map().unwrap_or_default().iter().filter(known);
    Ok(Value::Object(members.map(|(name, value)| (name.clone().into(), json(value))).collect()))
}

/// The frame with these fields. `header.len` is what comes out.
pub fn encode(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let bad = |key: &str| Refused::new("bad_fields", format!("`{key}`"));
    let byte = |key: &str| {
        let value = fields.get(key).and_then(Value::as_u64);
        value.and_then(|value| u8::try_from(value).ok()).ok_or_else(|| bad(key))
    };
    let header =
        Header { frame: byte("header.frame")?, flags: byte("header.flags")?, ..Header::default() };
    let kind = header.kind().ok_or_else(|| bad("header.frame"))?;
    let encoding = header.tier().ok_or_else(|| bad("header.flags"))?;
    let payload = fields.get(PAYLOAD).cloned().ok_or_else(|| bad(PAYLOAD))?;
    let payload: ncp::Value = serde_json::from_value(payload).map_err(|_| bad(PAYLOAD))?;
    let frame = Frame::from_value(kind, &payload).map_err(|violation| refused(&violation))?;
    let framing =
        Framing { ext: header.is_ext(), final_: Some(header.is_final()), ..Framing::default() };
    let mut out = Vec::new();
    frame::write(&frame, encoding, framing, &mut out)
        .map_err(|fault| Refused::new("unsendable", fault.to_string()))?;
    Ok(out)
}

const PAYLOAD: &str = "payload";
/// Kind of a refusal of bytes that end too early: no fault, more has to come.
const INCOMPLETE: &str = "incomplete";
/// Kind of a refusal of bytes that go on.
const TRAILING: &str = "trailing_bytes";
