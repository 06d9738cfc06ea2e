//! The two encodings of a payload (NCP §3.1, reference 3.1 to 3.3).
//!
//! Both readers are strict about the same things: members that stand twice, text that is no
//! Unicode, numbers that are none, what follows the payload, and nesting beyond [`MAX_DEPTH`].

pub mod json;
pub mod msgpack;

mod fault;
mod intake;

use super::command::Tier;
use super::value::Value;
use super::violation::Violation;
use alloc::vec::Vec;

pub(crate) use fault::Fault;
pub(crate) use intake::{Intake, SLOTS, Slots};

/// Arrays and objects inside each other that are still read, the root included. The reference
/// names no bound; one is needed so that a short payload cannot exhaust the stack.
pub const MAX_DEPTH: u32 = 100;

/// A value that no peer may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsendable {
    /// Not a number or infinite (`OP-53`).
    NotANumber,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Longer than the header, or a length inside the payload, can say.
    TooLong,
}

impl core::fmt::Display for Unsendable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "a number is infinite or none",
            Self::TooDeep => "nested too deeply",
            Self::TooLong => "too long",
        })
    }
}

impl core::error::Error for Unsendable {}

/// Decodes a payload, whose root has to be an object (reference 2.4 row 10).
pub fn decode(tier: Tier, payload: &[u8]) -> Result<Value, Violation> {
    let value = decode_any(tier, payload)?;
    match value {
        Value::Map(_) => Ok(value),
        _ => Err(Fault::Root.violation()),
    }
}

/// Decodes one value of any type and nothing after it.
pub fn decode_any(tier: Tier, bytes: &[u8]) -> Result<Value, Violation> {
    match tier {
        Tier::Json => json::decode(bytes),
        Tier::Msgpack => msgpack::decode(bytes),
    }
    .map_err(Fault::violation)
}

/// Appends a value. Bytes become Base64-URL text in Tier-1 (`OP-31`). On an error `out` is as it
/// was.
pub fn encode(tier: Tier, value: &Value, out: &mut Vec<u8>) -> Result<(), Unsendable> {
    let start = out.len();
    let result = match tier {
        Tier::Json => json::encode(value, out),
        Tier::Msgpack => msgpack::encode(value, out),
    };
    if result.is_err() {
        out.truncate(start);
    }
    result
}

#[cfg(test)]
mod tests;
