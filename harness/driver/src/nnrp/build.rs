//! Frames from a `send` step: well-formed by default, broken exactly where the step says so.
//!
//! The frame starts from [`super::defaults`], gets its blocks and consistent lengths, and only
//! then the overrides of `set`, `edit`, `append` and `truncate`, in this order, unchecked.

use super::defaults::{self, Ids};
use super::names;
use crate::{FrameError, FrameSpec, hex};
use serde_json::{Map, Value};
use wireproof_wire::nnrp::body::write_typed;
use wireproof_wire::nnrp::broken::RawFrame;
use wireproof_wire::nnrp::extension;
use wireproof_wire::nnrp::schema::ANCHOR;
use wireproof_wire::nnrp::submit::{OPAQUE, TENSOR, TOKEN_CHUNK};
use wireproof_wire::nnrp::typed::TypedDescriptor;
use wireproof_wire::nnrp::{Frame, Header, MessageType, Metadata, layout::Layout};

/// The keys that a frame of this protocol takes.
pub const KEYS: &[&str] = &[
    "frame",
    "raw",
    "conn",
    "stream",
    "session",
    "frame_id",
    "lane",
    "trace",
    "set",
    "typed",
    "body",
    "extensions",
    "token",
    "token_of",
    "token_age",
    "auth",
    "diagnostic",
    "profile",
    "edit",
    "append",
    "truncate",
];

/// The bytes of a frame.
pub fn build(spec: &FrameSpec, resolve: &dyn Fn(u64) -> u32) -> Result<Vec<u8>, FrameError> {
    let spec = &spec.rest;
    if let Some(key) = spec.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(FrameError::UnknownKey { key: key.clone() });
    }
    let mut raw = match (spec.get("frame"), spec.get("raw")) {
        (Some(name), None) => named(spec, text(name, "frame")?, resolve)?,
        (None, Some(raw)) => return edited_raw(spec, raw),
        _ => return Err(FrameError::NoFrame),
    };
    for edit in list(spec, "edit")? {
        let at = number(edit, "at", 0)? as usize;
        for (index, byte) in blob(edit, "hex")?.into_iter().enumerate() {
            raw.set_byte(at + index, byte);
        }
    }
    raw.extend(&blob(spec, "append")?);
    let keep = number(spec, "truncate", raw.bytes().len() as u64)?;
    raw.truncate(keep as usize);
    Ok(raw.into_vec())
}

fn edited_raw(spec: &Map<String, Value>, raw: &Value) -> Result<Vec<u8>, FrameError> {
    let mut bytes = decode_hex(raw, "raw")?;
    bytes.extend(blob(spec, "append")?);
    bytes.truncate(number(spec, "truncate", bytes.len() as u64)? as usize);
    Ok(bytes)
}

fn named(
    spec: &Map<String, Value>,
    name: &str,
    resolve: &dyn Fn(u64) -> u32,
) -> Result<RawFrame, FrameError> {
    let kind = MessageType::from_name(name).ok_or_else(|| FrameError::UnknownFrame {
        name: name.to_owned(),
        suggestion: names::nearest(name, MessageType::ALL.iter().map(|kind| kind.name())),
    })?;
    let session = match number(spec, "session", 0)? {
        0 => 0,
        tag => resolve(tag),
    };
    let ids = Ids {
        session,
        frame: number(spec, "frame_id", 0)? as u32,
        lane: number(spec, "lane", 0)? as u16,
    };
    let mut meta = defaults::metadata(kind, ids);
    let body = body(spec, &mut meta)?;
    let mut frame = Frame::new(meta, &body).traced(number(spec, "trace", 0)?);
    frame = match kind {
        // Its session is the one wished for, in the metadata.
        MessageType::SessionOpen => frame,
        _ => frame.at(ids.session, ids.frame, ids.lane),
    };
    if let Metadata::FrameSubmit(submit) = &frame.meta
        && submit.frame_class == 0
    {
        frame = frame.flagged(wireproof_wire::nnrp::header::KEYFRAME);
    }
    let mut raw = RawFrame::new(&frame);
    if let Some(set) = spec.get("set") {
        let set = set.as_object().ok_or_else(|| bad("set", set))?;
        for (field, value) in set {
            let number = symbol(field, value)?;
            raw.set(field, number).map_err(|_| unknown_field(kind, field))?;
        }
    }
    Ok(raw)
}

fn unknown_field(kind: MessageType, field: &str) -> FrameError {
    let header: Vec<String> = Header::FIELDS.iter().map(|f| format!("header.{}", f.name)).collect();
    let all = kind.fields().iter().map(|f| f.name).chain(header.iter().map(String::as_str));
    FrameError::UnknownField {
        frame: kind.name().to_owned(),
        field: field.to_owned(),
        suggestion: names::nearest(field, all),
    }
}

/// The body, with the lengths it needs put into the metadata.
fn body(spec: &Map<String, Value>, meta: &mut Metadata) -> Result<Vec<u8>, FrameError> {
    if matches!(meta, Metadata::FrameSubmit(_) | Metadata::ResultPush(_)) {
        return data(spec, meta);
    }
    let mut out = Vec::new();
    let mut token = blob(spec, "token")?;
    if spec.contains_key("token_of") {
        // Nothing was received that it could come from; its place is kept.
        number(spec, "token_of", 0)?;
        number(spec, "token_age", 0)?;
        token.resize(16, 0);
    }
    out.extend_from_slice(&token);
    let auth = words(spec, "auth")?;
    out.extend_from_slice(&auth);
    let profile = blob(spec, "profile")?;
    out.extend_from_slice(&profile);
    let diagnostic = words(spec, "diagnostic")?;
    out.extend_from_slice(&diagnostic);
    let payload = blob(spec, "body")?;
    out.extend_from_slice(&payload);
    let start = out.len();
    for entry in list(spec, "extensions")? {
        let critical = entry.get("critical").is_some_and(|value| value == &Value::Bool(true));
        let flags = number(entry, "ext_flags", u64::from(critical))? as u16;
        let ext_type = number(entry, "ext_type", 0)? as u16;
        extension::write(&mut out, ext_type, flags, &blob(entry, "hex")?);
    }
    let extensions = out.len() - start;
    for (field, len) in [
        ("resume_token_bytes", token.len()),
        ("auth_bytes", auth.len()),
        ("profile_patch_bytes", profile.len()),
        ("profile_patch_ack_bytes", profile.len()),
        ("diagnostic_bytes", diagnostic.len()),
        ("object_bytes", payload.len()),
        ("probe_payload_bytes", payload.len()),
        ("control_extension_bytes", extensions),
        ("session_extension_bytes", extensions),
    ] {
        // Messages without such a length have no such block.
        meta.set(field, len as u64);
    }
    Ok(out)
}

fn data(spec: &Map<String, Value>, meta: &mut Metadata) -> Result<Vec<u8>, FrameError> {
    if spec.contains_key("body") {
        return blob(spec, "body");
    }
    let mut payloads = Vec::new();
    match spec.get("typed") {
        Some(_) => {
            for entry in list(spec, "typed")? {
                payloads.push((descriptor(entry)?, typed_bytes(entry)?));
            }
        }
        None => payloads.push((
            token_descriptor(),
            match meta {
                Metadata::FrameSubmit(_) => b"prompt".to_vec(),
                _ => b"token".to_vec(),
            },
        )),
    }
    let kinds = payloads.iter().fold(0, |kinds, (descriptor, _)| {
        kinds
            | match descriptor.profile_id {
                1 => TENSOR,
                2 => TOKEN_CHUNK,
                _ => OPAQUE,
            }
    });
    meta.set("payload_kind_bitmap", u64::from(kinds));
    meta.set("payload_frame_count", payloads.len() as u64);
    let mut out = Vec::new();
    let borrowed: Vec<(TypedDescriptor, &[u8])> =
        payloads.iter().map(|(descriptor, bytes)| (*descriptor, bytes.as_slice())).collect();
    write_typed(&mut out, &borrowed);
    Ok(out)
}

/// A chunk under the one standard schema, which binds on every session without another default.
fn token_descriptor() -> TypedDescriptor {
    let (schema_id, schema_version) = (ANCHOR.schema_id, ANCHOR.schema_version);
    TypedDescriptor { profile_id: 2, schema_id, schema_version, ..Default::default() }
}

fn descriptor(entry: &Map<String, Value>) -> Result<TypedDescriptor, FrameError> {
    let mut descriptor = token_descriptor();
    // Only the token profile has a schema that everybody knows.
    if entry.get("profile_id").is_some_and(|profile| profile.as_u64() != Some(2)) {
        (descriptor.schema_id, descriptor.schema_version) = (0, 0);
    }
    for (key, value) in entry {
        if key != "text" && key != "hex" && !descriptor.set(key, symbol(key, value)?) {
            return Err(FrameError::UnknownKey { key: format!("typed.{key}") });
        }
    }
    Ok(descriptor)
}

fn typed_bytes(entry: &Map<String, Value>) -> Result<Vec<u8>, FrameError> {
    match entry.get("text") {
        Some(value) => Ok(text(value, "text")?.as_bytes().to_vec()),
        None => blob(entry, "hex"),
    }
}

/// A number, a decimal or hexadecimal string, or a name.
fn symbol(key: &str, value: &Value) -> Result<u64, FrameError> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::Bool(flag) => Some(u64::from(*flag)),
        Value::String(text) => match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok().or_else(|| names::value_of(key, text)),
        },
        _ => None,
    }
    .ok_or_else(|| bad(key, value))
}

/// A number under `key`.
pub fn number(spec: &Map<String, Value>, key: &str, absent: u64) -> Result<u64, FrameError> {
    spec.get(key).map_or(Ok(absent), |value| symbol(key, value))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, FrameError> {
    value.as_str().ok_or_else(|| bad(key, value))
}

/// Text as it is.
fn words(spec: &Map<String, Value>, key: &str) -> Result<Vec<u8>, FrameError> {
    spec.get(key).map_or(Ok(Vec::new()), |value| Ok(text(value, key)?.as_bytes().to_vec()))
}

fn blob(spec: &Map<String, Value>, key: &str) -> Result<Vec<u8>, FrameError> {
    spec.get(key).map_or(Ok(Vec::new()), |value| decode_hex(value, key))
}

fn decode_hex(value: &Value, key: &str) -> Result<Vec<u8>, FrameError> {
    let digits: String = text(value, key)?.chars().filter(|c| !c.is_whitespace()).collect();
    hex::decode(&digits).ok_or_else(|| FrameError::BadHex { key: key.to_owned() })
}

fn list<'a>(
    spec: &'a Map<String, Value>,
    key: &str,
) -> Result<Vec<&'a Map<String, Value>>, FrameError> {
    let Some(value) = spec.get(key) else { return Ok(Vec::new()) };
    let items = value.as_array().ok_or_else(|| bad(key, value))?;
    items.iter().map(|item| item.as_object().ok_or_else(|| bad(key, item))).collect()
}

fn bad(key: &str, value: &Value) -> FrameError {
    FrameError::BadValue { key: key.to_owned(), value: value.to_string() }
}
