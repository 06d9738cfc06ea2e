//! Writing frames: plain, encrypted, and from members that nobody has checked.

use super::{Companion, Frame};
use crate::ncp::command::Tier;
use crate::ncp::frame_type::FrameType;
use crate::ncp::frames::{JsonWriter, PackWriter, Typed};
use crate::ncp::header::{ENC, Header, MAX_SHORT_PAYLOAD};
use crate::ncp::seal::{self, Algorithm, Key, NONCE, OVERHEAD};
use crate::ncp::tier::{self, MAX_DEPTH, Unsendable, msgpack};
use crate::ncp::value::Value;
use alloc::vec::Vec;

/// How a frame is put on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// Whether the header has 8 bytes.
    pub ext: bool,
    /// FINAL; `None` takes `is_last` of a StreamFrame and true for every other.
    pub final_: Option<bool>,
    /// Whether the header announces an encrypted payload. [`write()`] still writes it as it is;
    /// [`write_sealed`] encrypts.
    pub sealed: bool,
}

/// What encrypts a payload (NCP §7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealing<'a> {
    /// The algorithm in force.
    pub algorithm: Algorithm,
    /// Its key.
    pub key: &'a Key,
    /// A nonce never used under that key.
    pub nonce: [u8; NONCE],
}

/// Appends a frame. On an error `out` is as it was.
pub fn write(
    frame: &Frame,
    tier: Tier,
    framing: Framing,
    out: &mut Vec<u8>,
) -> Result<Header, Unsendable> {
    framed(frame.kind(), frame.is_final(), tier, framing, out, |out| payload(frame, tier, out))
}

/// Appends a frame whose members are given as they are to stand, `frame` put before them unless it
/// is among them. Nothing is checked. On an error `out` is as it was.
pub fn write_members(
    kind: FrameType,
    members: &Value,
    tier: Tier,
    framing: Framing,
    out: &mut Vec<u8>,
) -> Result<Header, Unsendable> {
    let last = members.get("is_last").and_then(Value::as_bool).unwrap_or(true);
    let last = kind != FrameType::Stream || last;
    framed(kind, last, tier, framing, out, |out| {
        tier::encode(tier, &named(kind, tier, members), out)
    })
}

/// Appends an encrypted frame. On an error `out` is as it was.
pub fn write_sealed(
    frame: &Frame,
    tier: Tier,
    framing: Framing,
    sealing: &Sealing<'_>,
    out: &mut Vec<u8>,
) -> Result<Header, Unsendable> {
    let mut plain = Vec::new();
    payload(frame, tier, &mut plain)?;
    let header = Framing { sealed: true, ..framing }.header(
        frame.kind(),
        frame.is_final(),
        tier,
        plain.len(),
    )?;
    let start = out.len();
    header.write(out);
    let head: Vec<u8> = out[start..].to_vec();
    seal::seal(sealing.algorithm, sealing.key, sealing.nonce, &head, &plain, out);
    Ok(header)
}

/// Appends the payload of a frame, members in the order of their names. `out` is spoiled if that
/// fails.
pub fn payload(frame: &Frame, tier: Tier, out: &mut Vec<u8>) -> Result<(), Unsendable> {
    match frame {
        Frame::Anchor(anchor) => write_typed(frame.kind(), anchor, tier, out),
        Frame::Diff(diff) => write_typed(frame.kind(), diff, tier, out),
        Frame::Stream(stream) => write_typed(frame.kind(), stream, tier, out),
        Frame::Caps(caps) => write_typed(frame.kind(), caps, tier, out),
        Frame::Hello(hello) => write_typed(frame.kind(), hello, tier, out),
        Frame::Query(query) => write_typed(frame.kind(), query, tier, out),
        Frame::Action(action) => write_typed(frame.kind(), action, tier, out),
        Frame::Subscribe(subscribe) => write_typed(frame.kind(), subscribe, tier, out),
        Frame::Error(error) => write_typed(frame.kind(), error, tier, out),
        Frame::Companion(Companion { kind, members }) => {
            tier::encode(tier, &named(*kind, tier, members), out)
        }
    }
}

fn write_typed<T: Typed>(
    kind: FrameType,
    frame: &T,
    tier: Tier,
    out: &mut Vec<u8>,
) -> Result<(), Unsendable> {
    match tier {
        Tier::Json => JsonWriter::object(frame, Some(kind), MAX_DEPTH, out),
        Tier::Msgpack => {
            msgpack::with_buffer(out, |out| PackWriter::object(frame, Some(kind), MAX_DEPTH, out))
        }
    }
}

/// Members with `frame` as that encoding writes it, unless it is among them.
fn named(kind: FrameType, tier: Tier, members: &Value) -> Value {
    let members = members.as_map().unwrap_or_default();
    let own = match tier {
        Tier::Json => Value::from(kind.token()),
        Tier::Msgpack => Value::Uint(kind.to_u8().into()),
    };
    let mut all = Vec::with_capacity(members.len() + 1);
    if !members.iter().any(|(name, _)| name == "frame") {
        all.push(("frame".into(), own));
    }
    all.extend(members.iter().cloned());
    Value::Map(all)
}

/// Puts a header in front of what `write` appends.
fn framed(
    kind: FrameType,
    last: bool,
    tier: Tier,
    framing: Framing,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), Unsendable>,
) -> Result<Header, Unsendable> {
    let start = out.len();
    let blank = Header::new(kind, tier, false, framing.ext, 0);
    blank.write(out);
    let from = out.len();
    let result = write(out).and_then(|()| framing.header(kind, last, tier, out.len() - from));
    match result {
        Ok(header) => header.overwrite(&mut out[start..]),
        Err(_) => out.truncate(start),
    }
    result
}

impl Framing {
    /// The header for a payload of `len` bytes before encryption; `last` is FINAL where nothing
    /// else is asked for.
    pub fn header(
        &self,
        kind: FrameType,
        last: bool,
        tier: Tier,
        len: usize,
    ) -> Result<Header, Unsendable> {
        let len = if self.sealed { len.saturating_add(OVERHEAD) } else { len };
        let len = u32::try_from(len).map_err(|_| Unsendable::TooLong)?;
        if !self.ext && len > MAX_SHORT_PAYLOAD {
            return Err(Unsendable::TooLong);
        }
        let mut header = Header::new(kind, tier, self.final_.unwrap_or(last), self.ext, len);
        if self.sealed {
            header.flags |= ENC;
        }
        Ok(header)
    }
}
