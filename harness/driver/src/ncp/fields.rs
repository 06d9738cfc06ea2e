//! What `expect` steps see of a frame, and a frame in a few words.

use super::path::flatten;
use super::{http, seal};
use crate::Refused;
use serde_json::{Map, Value};
use wireproof_wire::ncp;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{self, Header};
use wireproof_wire::ncp::tier;
use wireproof_wire::ncp::violation::Violation;

/// A violation in the words of the driver: the protocol's code is the kind.
pub fn refused(violation: &Violation) -> Refused {
    Refused {
        kind: violation.code.to_owned(),
        detail: violation.to_string(),
        requirement: Some(violation.requirement.to_owned()),
        reading: violation.reading.map(str::to_owned),
    }
}

/// Members as JSON; bytes are `{"$hex": ".."}`.
pub fn json(value: &ncp::Value) -> Value {
    // The values of a payload are plain data; nothing in them can fail to be written.
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// The fields of the header.
pub fn put_header(out: &mut Map<String, Value>, header: &Header) {
    out.insert("header.frame".to_owned(), header.frame.into());
    out.insert("header.flags".to_owned(), header.flags.into());
    out.insert("header.len".to_owned(), header.len.into());
    if header.is_ext() {
        out.insert("header.reserved".to_owned(), header.reserved.into());
    }
}

/// Every member under its full name, with counts of arrays; what was sealed with the secret of the
/// tests is opened. The payload is not held against the tables: what is sent is to be seen.
pub fn fields(packet: &[u8]) -> Result<Value, Refused> {
    if http::is_message(packet) {
        return http::fields(packet);
    }
    let malformed = |detail: &str| Refused::new("NPS-CLIENT-BAD-FRAME", detail);
    let (header, len) = Header::read(packet).ok_or_else(|| malformed("no whole header"))?;
    let payload = packet.get(len..).unwrap_or_default();
    let mut out = Map::new();
    let name = header.kind().map_or("", FrameType::name);
    put_header(&mut out, &header);
    for (name, set) in
        [("final", header.is_final()), ("ext", header.is_ext()), ("enc", header.is_sealed())]
    {
        out.insert(format!("header.{name}"), set.into());
    }
    let opened = if header.is_sealed() { seal::open(&packet[..len], payload) } else { None };
    let encoding = header.tier().ok_or_else(|| malformed("a reserved tier"))?;
    out.insert("tier".to_owned(), encoding.name().into());
    let decoded = match &opened {
        Some((_, plain)) => Some(tier::decode(encoding, plain)),
        None if header.is_sealed() => None,
        None => Some(tier::decode(encoding, payload)),
    };
    if header.is_sealed() {
        let algorithm = opened.as_ref().map_or("unknown", |(algorithm, _)| algorithm.name());
        out.insert("sealed".to_owned(), algorithm.into());
    }
    if let Some(decoded) = decoded {
        let value = decoded.map_err(|violation| refused(&violation))?;
        let members = value.as_map().ok_or_else(|| malformed("the payload is no map"))?;
        for (name, value) in members {
            flatten(&mut out, name, &json(value));
        }
    }
    out.insert("type".to_owned(), name.into());
    Ok(Value::Object(out))
}

/// A frame in a few words: `STREAM 6f1d #3 last`.
pub fn label(packet: &[u8]) -> String {
    if http::is_message(packet) {
        return http::label(packet);
    }
    let Some((header, len)) = Header::read(packet) else {
        return format!("{} bytes", packet.len());
    };
    let Some(kind) = header.kind() else {
        return format!("unassigned {:#04x}", header.frame);
    };
    let mut label = kind.name().to_owned();
    if header.is_sealed() {
        label.push_str(" sealed");
    }
    let payload = packet.get(len..).unwrap_or_default();
    let opened = header.is_sealed().then(|| seal::open(&packet[..len], payload));
    let plain = match &opened {
        None => Some(payload),
        Some(opened) => opened.as_ref().map(|(_, plain)| plain.as_slice()),
    };
    let value = header.tier().zip(plain).and_then(|(tier, plain)| tier::decode(tier, plain).ok());
    match value {
        Some(value) => label.push_str(&detail(kind, &value)),
        None if plain.is_some() => label.push_str(" unreadable"),
        None => {}
    }
    label
}

/// What matters most in its members.
fn detail(kind: FrameType, value: &ncp::Value) -> String {
    let text = |name: &str| value.get(name).and_then(ncp::Value::as_text).unwrap_or_default();
    let number = |name: &str| value.get(name).and_then(ncp::Value::as_uint);
    let mut out = String::new();
    let mut say = |word: &str| {
        if !word.is_empty() {
            out.push(' ');
            out.push_str(word);
        }
    };
    match kind {
        FrameType::Stream | FrameType::Diff | FrameType::Subscribe => {
            say(text("action"));
            say(short(text("stream_id")));
            if let Some(seq) = number("seq") {
                say(&format!("#{seq}"));
            }
            if let Some(size) = number("window_size") {
                say(&format!("window={size}"));
            }
            say(text("event_type"));
            say(text("error_code"));
            if value.get("is_last").and_then(ncp::Value::as_bool) == Some(true) {
                say("last");
            }
        }
        FrameType::Error => say(text("error")),
        FrameType::Anchor => say(short(text("anchor_id"))),
        FrameType::Caps => {
            say(short(text("anchor_ref")));
            if let Some(count) = number("count") {
                say(&format!("n={count}"));
            }
            if value.get("inline_anchor").is_some() {
                say("inline");
            }
        }
        FrameType::Query => {
            say(short(text("anchor_ref")));
            if value.get("stream").and_then(ncp::Value::as_bool) == Some(true) {
                say("stream");
            }
        }
        FrameType::Action => say(text("action_id")),
        FrameType::Hello => say(text("nps_version")),
        _ => {}
    }
    out
}

/// Enough of an identifier to tell it from others.
fn short(id: &str) -> &str {
    let id = id.strip_prefix("sha256:").unwrap_or(id);
    if id.starts_with("nps:") { id } else { id.get(..SHORT).unwrap_or(id) }
}

const SHORT: usize = 8;

/// Length of the first whole frame. A message of HTTP mode comes in one piece.
pub fn split(buffer: &[u8]) -> Option<usize> {
    if http::is_message(buffer) {
        return Some(buffer.len());
    }
    match header::split(buffer) {
        header::Split::Frame { header_len, payload_len } => Some(header_len + payload_len),
        header::Split::Incomplete => None,
    }
}
