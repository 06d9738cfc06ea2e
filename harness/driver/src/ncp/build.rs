//! Frames from a `send` step: well-formed by default, broken exactly where the step says so.
//!
//! Members start from [`super::defaults`], are changed by `set` and `drop`, signed and encoded;
//! then come header, `extra` and seal, and at last `edit`, `append` and `truncate`, in this order,
//! unchecked. `pad` brings the payload to a length by what nobody reads.

use super::spec::{bad, blob, decode_hex, flag, list, number, object, symbol, text};
use super::{defaults, http, path, payload, seal, sign};
use crate::nearest::nearest;
use crate::{FrameError, FrameSpec};
use serde_json::{Map, Value};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{self, ENC, EXT, FINAL, Header, T0, T1};
use wireproof_wire::ncp::table;

/// The keys that a frame of this protocol takes.
pub const KEYS: &[&str] = &[
    "frame",
    "raw",
    "conn",
    "stream",
    "set",
    "drop",
    "tier",
    "flags",
    "final",
    "ext",
    "reserved",
    "length",
    "payload_hex",
    "root",
    "pad",
    "seal",
    "sign",
    "extra",
    "edit",
    "append",
    "truncate",
    http::KEY,
];

/// The bytes of a frame.
pub fn build(spec: &FrameSpec) -> Result<Vec<u8>, FrameError> {
    let spec = &spec.rest;
    if let Some(key) = spec.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(FrameError::UnknownKey { key: key.clone() });
    }
    if spec.get("frame").is_some_and(|frame| frame == http::NAME) {
        let empty = Map::new();
        let mut names = object(spec, "set")?.unwrap_or(&empty).keys();
        return match names.find(|name| path::root(name) != http::KEY) {
            Some(name) => Err(unknown(http::NAME, name)),
            None => http::wrap(spec, None),
        };
    }
    let mut bytes = match (spec.get("frame"), spec.get("raw")) {
        (Some(frame), None) => named(spec, frame)?,
        (None, Some(raw)) => decode_hex(raw, "raw")?,
        _ => return Err(FrameError::NoFrame),
    };
    for edit in list(spec, "edit")? {
        let at = number(edit, "at", 0)? as usize;
        for (index, byte) in blob(edit, "hex")?.into_iter().enumerate() {
            if let Some(place) = bytes.get_mut(at + index) {
                *place = byte;
            }
        }
    }
    bytes.extend(blob(spec, "append")?);
    bytes.truncate(number(spec, "truncate", bytes.len() as u64)? as usize);
    if spec.contains_key(http::KEY) { http::wrap(spec, Some(bytes)) } else { Ok(bytes) }
}

/// The type byte, and the type if it is an assigned one.
fn frame_byte(frame: &Value) -> Result<(u8, Option<FrameType>), FrameError> {
    if let Some(name) = frame.as_str()
        && let Some(kind) = FrameType::from_name(name)
    {
        return Ok((kind.to_u8(), Some(kind)));
    }
    if let Ok(byte) = symbol("frame", frame)
        && let Ok(byte) = u8::try_from(byte)
    {
        return Ok((byte, FrameType::from_u8(byte)));
    }
    let name = frame.as_str().map_or_else(|| frame.to_string(), str::to_owned);
    let suggestion = nearest(&name, FrameType::ALL.iter().map(|kind| kind.name()));
    Err(FrameError::UnknownFrame { name, suggestion })
}

fn named(spec: &Map<String, Value>, frame: &Value) -> Result<Vec<u8>, FrameError> {
    let (byte, kind) = frame_byte(frame)?;
    let mut members = kind.map_or_else(|| Value::Object(Map::new()), defaults::members);
    let members = members.as_object_mut().ok_or(FrameError::NoFrame)?;
    let empty = Map::new();
    let changes = object(spec, "set")?.unwrap_or(&empty);
    let about = kind.map_or("frame", FrameType::name);
    for (name, value) in changes.iter().filter(|(name, _)| !is_header(name)) {
        known(kind, name)?;
        path::set(members, name, value.clone()).ok_or_else(|| bad(name, value))?;
    }
    let tier = Encoding::of(spec, kind, members)?;
    members.entry("frame").or_insert_with(|| tag(tier.tier, byte));
    for name in texts(spec, "drop")? {
        known(kind, name)?;
        path::remove(members, name).ok_or_else(|| FrameError::UnknownField {
            frame: about.to_owned(),
            field: name.to_owned(),
            suggestion: nearest(name, members.keys().map(String::as_str)),
        })?;
    }
    sign::sign(spec, kind, members)?;
    let plain = plain(spec, tier.tier, members)?;
    let sealing = seal::Order::of(spec)?;
    let mut header = Header { frame: byte, flags: tier.flags, ..Header::default() };
    let ends = kind != Some(FrameType::Stream)
        || members.get("is_last").is_none_or(|last| *last == Value::Bool(true));
    let len = plain.len() + sealing.as_ref().map_or(0, |_| seal::OVERHEAD);
    put(&mut header, FINAL, ends);
    put(&mut header, ENC, sealing.is_some());
    put(&mut header, EXT, len > header::MAX_SHORT_PAYLOAD as usize);
    header.len = len as u32;
    override_header(spec, changes, &mut header)?;
    let mut out = Vec::with_capacity(len + header.header_len());
    header.write(&mut out);
    match sealing {
        Some(order) => order.seal(&plain, &mut out),
        None => out.extend(plain),
    }
    Ok(out)
}

/// Payload bytes before any sealing.
fn plain(
    spec: &Map<String, Value>,
    tier: Tier,
    members: &Map<String, Value>,
) -> Result<Vec<u8>, FrameError> {
    if spec.contains_key("payload_hex") {
        return blob(spec, "payload_hex");
    }
    let mut out = Vec::new();
    if let Some(root) = spec.get("root") {
        payload::write(tier, root, &mut out)?;
        return Ok(out);
    }
    let empty = Map::new();
    let extra = object(spec, "extra")?.unwrap_or(&empty);
    let members = || members.iter().chain(extra);
    payload::object(tier, members().count(), members(), &mut out)?;
    let Some(wanted) = spec.get("pad") else { return Ok(out) };
    let len = symbol("pad", wanted)? as usize;
    if tier == Tier::Msgpack {
        payload::padded(&members().collect::<Vec<_>>(), len, &mut out)?;
    } else if out.len() <= len {
        out.resize(len, b' ');
    }
    if out.len() == len { Ok(out) } else { Err(bad("pad", wanted)) }
}

/// The `frame` member, as NCP §4 shows it in either encoding (`OP-04`).
fn tag(tier: Tier, byte: u8) -> Value {
    match tier {
        Tier::Json => format!("0x{byte:02X}").into(),
        Tier::Msgpack => byte.into(),
    }
}

/// How the payload is written, and what the header says about it.
struct Encoding {
    tier: Tier,
    flags: u8,
}

impl Encoding {
    /// The reserved tiers 2 and 3 mark a payload in MsgPack. What is sent in a handshake is in
    /// JSON by itself.
    fn of(
        spec: &Map<String, Value>,
        kind: Option<FrameType>,
        members: &Map<String, Value>,
    ) -> Result<Self, FrameError> {
        let greets = match kind {
            Some(FrameType::Hello) => true,
            Some(FrameType::Caps) => members.get("anchor_ref") == Some(&"nps:system:caps".into()),
            _ => false,
        };
        let flags = match spec.get("tier") {
            None => u8::from(!greets),
            Some(Value::String(name)) if name == Tier::Json.name() => 0,
            Some(Value::String(name)) if name == Tier::Msgpack.name() => T0,
            Some(value) => match value.as_u64() {
                Some(number) if number <= u64::from(T0 | T1) => number as u8,
                _ => return Err(bad("tier", value)),
            },
        };
        let tier = if flags == 0 { Tier::Json } else { Tier::Msgpack };
        Ok(Self { tier, flags })
    }
}

const fn put(header: &mut Header, flag: u8, on: bool) {
    if on {
        header.flags |= flag;
    } else {
        header.flags &= !flag;
    }
}

/// `flags`, `final`, `ext`, `reserved` and `length`, and the same under their names in `set`.
fn override_header(
    spec: &Map<String, Value>,
    changes: &Map<String, Value>,
    header: &mut Header,
) -> Result<(), FrameError> {
    for (of, prefix) in [(spec, ""), (changes, "header.")] {
        let named = |name: &str| format!("{prefix}{name}");
        let flags = number(of, &named("flags"), u64::from(header.flags))?;
        header.flags = fit(&named("flags"), flags)?;
        for (name, bit) in [("final", FINAL), ("ext", EXT), ("enc", ENC)] {
            if let Some(value) = of.get(&named(name)) {
                put(header, bit, flag(&named(name), value)?);
            }
        }
        header.reserved = fit("reserved", number(of, &named("reserved"), header.reserved.into())?)?;
    }
    header.len = fit("length", number(spec, "length", header.len.into())?)?;
    header.len = fit("header.len", number(changes, "header.len", header.len.into())?)?;
    header.frame = fit("header.frame", number(changes, "header.frame", header.frame.into())?)?;
    Ok(())
}

fn fit<T: TryFrom<u64>>(key: &str, value: u64) -> Result<T, FrameError> {
    T::try_from(value).map_err(|_| bad(key, &value.into()))
}

/// Fields of the header as [`super::fields`] lists them.
pub const HEADER: &[&str] = &[
    "header.frame",
    "header.flags",
    "header.len",
    "header.reserved",
    "header.final",
    "header.ext",
    "header.enc",
];
/// What [`super::fields`] lists beside header and members.
pub const AROUND: &[&str] = &["tier", "sealed", http::KEY];

fn is_header(name: &str) -> bool {
    HEADER.contains(&name)
}

/// A field that a message without a frame does not have.
fn unknown(frame: &str, field: &str) -> FrameError {
    let (frame, field) = (frame.to_owned(), field.to_owned());
    FrameError::UnknownField { frame, field, suggestion: None }
}

/// Whether the frame has such a member, or one on the way to it.
fn known(kind: Option<FrameType>, name: &str) -> Result<(), FrameError> {
    let Some(kind) = kind else { return Ok(()) };
    let root = path::root(name);
    let members = || table::of(kind).iter().map(|member| member.name).chain(["frame"]);
    if members().any(|known| known == root) || AROUND.contains(&root) {
        return Ok(());
    }
    let all = members().chain(HEADER.iter().copied());
    Err(FrameError::UnknownField {
        frame: kind.name().to_owned(),
        field: name.to_owned(),
        suggestion: nearest(name, all.clone()).or_else(|| nearest(root, all)),
    })
}

fn texts<'a>(spec: &'a Map<String, Value>, key: &str) -> Result<Vec<&'a str>, FrameError> {
    match spec.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(|item| text(item, key)).collect(),
        Some(one) => Ok(vec![text(one, key)?]),
    }
}
