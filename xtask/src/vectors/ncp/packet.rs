//! Whole frames: header and payload, built from fields and read back.

use super::table::{self, Frame};
use super::tree::Tree;
use super::{json, msgpack};
use crate::vectors::bytes::{Problem, integer};
use serde_json::{Map, Value};

/// The header extends to eight bytes.
pub const EXT: u64 = 0x80;
/// The payload is encrypted.
const ENC: u64 = 0x08;
/// The two bits of the tier.
const TIER: u64 = 0x03;

/// A frame in its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Type byte.
    pub frame: u64,
    /// Flags.
    pub flags: u64,
    /// The reserved pair.
    pub reserved: u64,
    /// Decoded payload.
    pub payload: Tree,
}

impl Parts {
    /// Reads a whole frame.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let (header, payload) = split(bytes)?;
        let [frame, flags, reserved] = header;
        let payload = match flags & TIER {
            0 => json::read(payload)?,
            1 => msgpack::read(payload)?,
            _ => return Err("a reserved tier".to_owned()),
        };
        if !matches!(payload, Tree::Map(_)) {
            return Err("the payload is no object".to_owned());
        }
        Ok(Self { frame, flags, reserved, payload })
    }

    /// Which frame it is.
    pub fn table(&self) -> Result<&'static Frame, Problem> {
        let frame = u8::try_from(self.frame).ok().and_then(table::frame);
        frame.ok_or_else(|| format!("no frame {:#04x}", self.frame))
    }

    /// The payload in the tier of `flags`.
    pub fn encoded(&self, flags: u64) -> Result<Vec<u8>, Problem> {
        match flags & TIER {
            0 => json::write(&self.payload, false).map(String::into_bytes),
            1 => {
                let mut out = Vec::new();
                msgpack::write(&self.payload, &mut out);
                Ok(out)
            }
            _ => Err("a reserved tier".to_owned()),
        }
    }

    /// The members that a vector lists: what the table knows and what is there.
    fn listed(&self) -> Result<Tree, Problem> {
        let table = self.table()?;
        let listed = |(name, value): &&(String, Tree)| {
            name != "frame" && *value != Tree::Nil && table.knows(name)
        };
        Ok(Tree::Map(self.payload.members().iter().filter(listed).cloned().collect()))
    }
}

/// The type, flags and reserved pair of a frame, and its payload.
pub fn split(bytes: &[u8]) -> Result<([u64; 3], &[u8]), Problem> {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |n: u64, byte| n << 8 | u64::from(*byte));
    let [frame, flags, ..] = *bytes else { return Err("no header".to_owned()) };
    let (width, end) = if u64::from(flags) & EXT == 0 { (2, 4) } else { (4, 8) };
    let (header, payload) = bytes.split_at_checked(end).ok_or("half a header")?;
    let len = number(&header[2..2 + width]);
    if len != payload.len() as u64 {
        return Err(format!("the header announces {len} bytes, {} follow", payload.len()));
    }
    Ok(([frame.into(), flags.into(), number(&header[2 + width..])], payload))
}

/// The header for `len` bytes of payload.
pub fn header(frame: u64, flags: u64, len: u64, reserved: u64) -> Result<Vec<u8>, Problem> {
    let byte = |name: &str, n: u64| u8::try_from(n).map_err(|_| format!("{name} {n} is no byte"));
    let mut out = vec![byte("frame", frame)?, byte("flags", flags)?];
    if flags & EXT == 0 {
        out.extend(u16::try_from(len).map_err(|_| "too long without EXT")?.to_be_bytes());
    } else {
        out.extend(u32::try_from(len).map_err(|_| "too long")?.to_be_bytes());
        out.extend(u16::try_from(reserved).map_err(|_| "no pair of bytes")?.to_be_bytes());
    }
    Ok(out)
}

/// The frame that `fields` describe, its members in the order of the canonical form.
pub fn build(fields: &Value) -> Result<Vec<u8>, Problem> {
    let fields = fields.as_object().ok_or("fields is no object")?;
    let parts = parts(fields)?;
    let payload = parts.encoded(parts.flags)?;
    let len = number(fields, "header.len")?;
    if len != payload.len() as u64 {
        return Err(format!("header.len is {len}, the payload has {} bytes", payload.len()));
    }
    let mut out = header(parts.frame, parts.flags, len, parts.reserved)?;
    out.extend(payload);
    Ok(out)
}

fn parts(fields: &Map<String, Value>) -> Result<Parts, Problem> {
    let frame = number(fields, "header.frame")?;
    let flags = number(fields, "header.flags")?;
    let extended = flags & EXT != 0;
    let known = ["header.frame", "header.flags", "header.len", "payload"];
    let extra = fields.keys().find(|key| !known.contains(&key.as_str()));
    if extra.is_some_and(|key| key != "header.reserved" || !extended) {
        return Err(format!("{} is not a field here", extra.map_or("", String::as_str)));
    }
    let reserved = if extended { number(fields, "header.reserved")? } else { 0 };
    let mut payload = Tree::of(fields.get("payload").ok_or("payload is missing")?)?;
    let Tree::Map(members) = &mut payload else { return Err("payload is no object".to_owned()) };
    members.push(("frame".to_owned(), name(frame, flags)));
    Ok(Parts { frame, flags, reserved, payload })
}

/// The member `frame`: text in Tier-1, an integer in Tier-2.
fn name(frame: u64, flags: u64) -> Tree {
    match flags & TIER {
        0 => Tree::Text(format!("0x{frame:02X}")),
        _ => Tree::Int(i128::from(frame)),
    }
}

/// Compares what `bytes` say with `fields`.
pub fn compare(bytes: &[u8], fields: &Value) -> Result<(), Problem> {
    let map = fields.as_object().ok_or("fields is no object")?;
    let found = Parts::read(bytes)?;
    let wanted = parts(map)?;
    for (name, found, wanted) in [
        ("header.frame", found.frame, wanted.frame),
        ("header.flags", found.flags, wanted.flags),
        ("header.reserved", found.reserved, wanted.reserved),
    ] {
        if found != wanted {
            return Err(format!("{name} is {found}, fields say {wanted}"));
        }
    }
    let (found, wanted) = (found.listed()?, wanted.listed()?);
    for (name, value) in wanted.members() {
        match found.get(name) {
            Some(other) if other.same(value) => {}
            other => return Err(format!("payload.{name}: found {other:?}, fields say {value:?}")),
        }
    }
    match found.members().iter().find(|(name, _)| wanted.get(name).is_none()) {
        None => Ok(()),
        Some((name, _)) => Err(format!("payload.{name} is not among the fields")),
    }
}

/// Whether the flags say that the payload is encrypted.
pub const fn sealed(flags: u64) -> bool {
    flags & ENC != 0
}

fn number(fields: &Map<String, Value>, key: &str) -> Result<u64, Problem> {
    let value = fields.get(key).ok_or_else(|| format!("{key} is missing"))?;
    integer(value).map_err(|problem| format!("{key} {problem}"))
}
