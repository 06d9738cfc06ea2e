//! Fields to packets. Lengths that are not given are computed.

use super::json::{bad, blob, fit, get_layout, objects};
use super::names;
use crate::Refused;
use serde_json::{Map, Value};
use wireproof_wire::nnrp::body::Prelude;
use wireproof_wire::nnrp::extension::{self, padded};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{InlineObjectHeader, ObjectReference};
use wireproof_wire::nnrp::typed::{ExtensionFrame, TypedDescriptor};
use wireproof_wire::nnrp::{Header, MessageType, Metadata};

/// The packet with these fields.
pub fn packet(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let kind = fields.get("header.msg_type").and_then(Value::as_u64);
    let kind = kind.and_then(|kind| u8::try_from(kind).ok()).and_then(MessageType::from_u8);
    let kind = kind.ok_or_else(|| bad("header.msg_type", "names no message"))?;
    let body = body(kind, fields)?;
    let mut header = Header::new(kind as u8);
    header.meta_len = kind.metadata_len() as u32;
    header.body_len = body.len() as u32;
    for field in Header::FIELDS {
        if let Some(value) = fields.get(&format!("header.{}", field.name)) {
            header.set(field.name, fit(field, value)?);
        }
    }
    let mut out = Vec::with_capacity(Header::LEN + kind.metadata_len() + body.len());
    header.write(&mut out);
    write_metadata(&mut out, kind, fields)?;
    out.extend_from_slice(&body);
    Ok(out)
}

/// Fixed metadata alone.
pub fn metadata(what: &str, fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let mut out = Vec::new();
    write_metadata(&mut out, names::message(what)?, fields)?;
    Ok(out)
}

fn write_metadata(
    out: &mut Vec<u8>,
    kind: MessageType,
    fields: &Map<String, Value>,
) -> Result<(), Refused> {
    let mut meta = Metadata::zero(kind);
    for field in kind.fields() {
        if let Some(value) = fields.get(field.name) {
            meta.set(field.name, fit(field, value)?);
        }
    }
    meta.write(out);
    Ok(())
}

fn body(kind: MessageType, fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    match kind {
        MessageType::FrameSubmit | MessageType::ResultPush => data(fields),
        _ => control(fields),
    }
}

fn control(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let mut out = Vec::new();
    for key in [
        "body.resume_token_block",
        "body.migration_token",
        "body.auth_block",
        "body.auth_filler",
        "body.profile_block",
        "body.diagnostic",
        "body.object",
        "body.filler",
        "body.opaque",
    ] {
        out.extend_from_slice(&blob(fields, key)?);
    }
    let entries = objects(fields, "body.extensions")?;
    if fields.contains_key("body.diagnostic") && !entries.is_empty() {
        out.resize(padded(out.len()), 0);
    }
    extensions(&mut out, &entries)?;
    Ok(out)
}

/// Appends extension entries with their filler.
pub fn extensions(out: &mut Vec<u8>, entries: &[&Map<String, Value>]) -> Result<(), Refused> {
    for entry in entries {
        let small = |key: &str| {
            let value = entry.get(key).map_or(Some(0), Value::as_u64);
            value.and_then(|value| u16::try_from(value).ok()).ok_or_else(|| bad(key, "too large"))
        };
        let (ext_type, ext_flags) = (small("ext_type")?, small("ext_flags")?);
        extension::write(out, ext_type, ext_flags, &blob(entry, "payload")?);
    }
    Ok(())
}

/// Appends an inline object with its filler.
pub fn inline_object(out: &mut Vec<u8>, entry: &Map<String, Value>) -> Result<(), Refused> {
    let payload = blob(entry, "payload")?;
    let object_bytes = payload.len() as u32;
    let mut header = InlineObjectHeader { object_bytes, ..Default::default() };
    get_layout(entry, &mut header)?;
    header.write(out);
    out.extend_from_slice(&payload);
    out.resize(out.len() + padded(payload.len()) - payload.len(), 0);
    Ok(())
}

fn data(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let mut inline = Vec::new();
    for entry in objects(fields, "body.inline_objects")? {
        inline_object(&mut inline, entry)?;
    }
    let mut references = Vec::new();
    for entry in objects(fields, "body.object_references")? {
        let mut reference = ObjectReference::default();
        get_layout(entry, &mut reference)?;
        reference.write(&mut references);
    }
    let (typed, frames) =
        chunks::<TypedDescriptor>(&objects(fields, "body.typed")?, "offset", "length")?;
    let entries = objects(fields, "body.extension_frames")?;
    let (descriptors, payloads) =
        chunks::<ExtensionFrame>(&entries, "payload_offset", "payload_length")?;
    let regions = [inline, references, typed, frames, descriptors, payloads];
    let given = fields.get("body.prelude").and_then(Value::as_object);
    if given.is_none() && regions.iter().all(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let [inline, references, typed, frames, descriptors, payloads] =
        regions.each_ref().map(|region| region.len() as u32);
    let mut prelude = Prelude {
        inline_object_bytes: inline,
        object_reference_bytes: references,
        typed_payload_descriptor_bytes: typed,
        typed_payload_frame_bytes: frames,
        extension_descriptor_bytes: descriptors,
        extension_payload_bytes: payloads,
        ..Default::default()
    };
    if let Some(given) = given {
        get_layout(given, &mut prelude)?;
    }
    let mut out = Vec::new();
    prelude.write(&mut out);
    regions.iter().for_each(|region| out.extend_from_slice(region));
    Ok(out)
}

/// Descriptors and the payloads they point into; without an offset a payload follows the last.
fn chunks<L: Layout>(
    entries: &[&Map<String, Value>],
    offset: &str,
    length: &str,
) -> Result<(Vec<u8>, Vec<u8>), Refused> {
    let (mut descriptors, mut payloads) = (Vec::new(), Vec::new());
    for entry in entries {
        let payload = blob(entry, "payload")?;
        let mut descriptor = L::default();
        descriptor.set(offset, payloads.len() as u64);
        descriptor.set(length, payload.len() as u64);
        get_layout(entry, &mut descriptor)?;
        let at = descriptor.get(offset).unwrap_or_default() as usize;
        if at > payloads.len() + MAX_GAP || at < payloads.len() {
            return Err(bad(offset, "does not follow the payload before it"));
        }
        payloads.resize(at, 0);
        payloads.extend_from_slice(&payload);
        descriptor.write(&mut descriptors);
    }
    Ok((descriptors, payloads))
}

/// Zero bytes that may stand between two payloads.
const MAX_GAP: usize = 1 << 16;
