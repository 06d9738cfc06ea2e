//! Frames that break rules on purpose: any header, any member, any token, any byte.
//!
//! A [`RawFrame`] keeps header and payload apart until it is turned into bytes, so that its length
//! follows the payload until a length is set by hand. [`Tokens`] writes MessagePack that no encoder
//! would, [`payload`] puts such tokens, or pieces of JSON, among ordinary members.

use super::command::Tier;
use super::frame::{self, Frame, Framing};
use super::frame_type::FrameType;
use super::header::{ENC, EXT, FINAL, Header, T0, T1};
use super::tier::{self, Unsendable};
use super::value::Value;
use alloc::string::String;
use alloc::vec::Vec;
use rmp::Marker;

mod tokens;

pub use tokens::{Tokens, Width};

/// A frame without regard to any rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFrame {
    header: Header,
    payload: Vec<u8>,
    /// A length set by hand.
    len: Option<u32>,
}

/// No field of that name in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownField;

/// Names that [`RawFrame::set`] knows, each with the number of values it can take.
pub const FIELDS: &[(&str, u64)] = &[
    ("frame", 1 << 8),
    ("flags", 1 << 8),
    ("tier", 4),
    ("final", 2),
    ("enc", 2),
    ("bit4", 2),
    ("bit5", 2),
    ("bit6", 2),
    ("ext", 2),
    ("length", 1 << 32),
    ("reserved", 1 << 16),
];

impl RawFrame {
    /// Starts from a well-formed frame.
    pub fn new(frame: &Frame, tier: Tier, framing: Framing) -> Result<Self, Unsendable> {
        let mut bytes = Vec::new();
        let header = frame::write(frame, tier, framing, &mut bytes)?;
        bytes.drain(..header.header_len());
        Ok(Self::with(header, bytes))
    }

    /// Starts from members, right or wrong. `frame` is added unless it is among them.
    pub fn of(
        kind: FrameType,
        members: &Value,
        tier: Tier,
        framing: Framing,
    ) -> Result<Self, Unsendable> {
        let mut bytes = Vec::new();
        let header = frame::write_members(kind, members, tier, framing, &mut bytes)?;
        bytes.drain(..header.header_len());
        Ok(Self::with(header, bytes))
    }

    /// Starts from any header and any payload; the length of the header follows the payload.
    pub const fn with(header: Header, payload: Vec<u8>) -> Self {
        Self { header, payload, len: None }
    }

    /// The header with the length as it will be sent.
    pub fn header(&self) -> Header {
        let len = self.len.unwrap_or_else(|| u32::try_from(self.payload.len()).unwrap_or(u32::MAX));
        Header { len, ..self.header }
    }

    /// Sets a field of the header, cut to its width: `frame`, `flags`, `length`, `reserved`,
    /// `tier`, and the single flags `final`, `enc`, `ext`, `bit4`, `bit5`, `bit6`.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), UnknownField> {
        let header = &mut self.header;
        let mut flag = |mask: u8| {
            header.flags = if value == 0 { header.flags & !mask } else { header.flags | mask };
        };
        match name {
            "final" => flag(FINAL),
            "enc" => flag(ENC),
            "bit4" => flag(0x10),
            "bit5" => flag(0x20),
            "bit6" => flag(0x40),
            "ext" => flag(EXT),
            "tier" => header.flags = header.flags & !(T0 | T1) | value as u8 & (T0 | T1),
            "frame" => header.frame = value as u8,
            "flags" => header.flags = value as u8,
            "reserved" => header.reserved = value as u16,
            "length" => self.len = Some(value as u32),
            _ => return Err(UnknownField),
        }
        Ok(())
    }

    /// The payload, to be edited; the length follows unless it was set.
    pub const fn payload_mut(&mut self) -> &mut Vec<u8> {
        &mut self.payload
    }

    /// Keeps the length as it is now, whatever becomes of the payload.
    pub fn keep_length(&mut self) {
        self.len = Some(self.header().len);
    }

    /// Overwrites one byte of the payload; nothing happens beyond the end.
    pub fn set_byte(&mut self, at: usize, value: u8) {
        if let Some(byte) = self.payload.get_mut(at) {
            *byte = value;
        }
    }

    /// Flips the bits of `mask` in one byte of the payload; nothing happens beyond the end.
    pub fn flip(&mut self, at: usize, mask: u8) {
        if let Some(byte) = self.payload.get_mut(at) {
            *byte ^= mask;
        }
    }

    /// The bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.payload.len() + 8);
        self.header().write(&mut out);
        out.extend_from_slice(&self.payload);
        out
    }
}

/// The value of a member in a hand-made payload.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// An ordinary value.
    Value(Value),
    /// Bytes of the encoding, as they are.
    Bytes(Vec<u8>),
}

/// A payload whose members stand in this order, as often as they are named.
pub fn payload(tier: Tier, members: &[(String, Entry)]) -> Result<Vec<u8>, Unsendable> {
    let mut out = Vec::new();
    if tier == Tier::Msgpack {
        out = Tokens::default().map(Width::Least, members.len() as u32).into_vec();
    }
    for (at, (name, entry)) in members.iter().enumerate() {
        if tier == Tier::Json {
            out.push(if at == 0 { b'{' } else { b',' });
        }
        tier::encode(tier, &Value::from(name.as_str()), &mut out)?;
        if tier == Tier::Json {
            out.push(b':');
        }
        match entry {
            Entry::Value(value) => tier::encode(tier, value, &mut out)?,
            Entry::Bytes(bytes) => out.extend_from_slice(bytes),
        }
    }
    if tier == Tier::Json {
        out.extend_from_slice(if members.is_empty() { b"{}" } else { b"}" });
    }
    Ok(out)
}

/// One byte that is no value: `c1` is never used.
pub const NEVER: u8 = Marker::Reserved.to_u8();

#[cfg(test)]
mod tests;
