//! Canonical JSON (NCP §4.1, RFC 8785): one spelling for every value.
//!
//! Three forms differ in what becomes of integers that no double holds. [`canonical`] refuses them,
//! [`canonical_as_doubles`] rounds them as RFC 8785 has it (`OP-32`), [`Exact`] keeps their digits;
//! the last one is for signatures and digests, where a lost digit must show.

use super::value::{Name, Value};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use core::cmp::Ordering;
use core::fmt;

/// The largest integer that a double holds together with all smaller ones, 2^53 − 1.
pub const MAX_SAFE: u64 = (1 << 53) - 1;

/// Why a value has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncanonical {
    /// An integer beyond ±(2^53 − 1).
    Integer,
    /// Infinity or no number.
    NotFinite,
    /// Bytes, which JSON does not have.
    Bytes,
}

impl fmt::Display for Uncanonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Integer => "integer beyond 2^53 - 1",
            Self::NotFinite => "number without a finite value",
            Self::Bytes => "bytes",
        })
    }
}

impl core::error::Error for Uncanonical {}

/// The canonical form of a value whose integers survive it.
///
/// # Errors
///
/// What the value holds that has no canonical form, integers beyond ±[`MAX_SAFE`] included.
pub fn canonical(value: &Value) -> Result<Vec<u8>, Uncanonical> {
    examine(value, true)?;
    write(value)
}

/// The canonical form as RFC 8785 defines it: every number is a double first (`OP-32`).
///
/// # Errors
///
/// What the value holds that has no canonical form.
pub fn canonical_as_doubles(value: &Value) -> Result<Vec<u8>, Uncanonical> {
    examine(value, false)?;
    write(value)
}

fn write(value: &Value) -> Result<Vec<u8>, Uncanonical> {
    // What the library could refuse is gone: `examine` has seen every number.
    serde_json_canonicalizer::to_vec(value).map_err(|_| Uncanonical::NotFinite)
}

fn examine(value: &Value, exact: bool) -> Result<(), Uncanonical> {
    match value {
        Value::Uint(number) if exact && *number > MAX_SAFE => Err(Uncanonical::Integer),
        Value::Int(number) if exact && number.unsigned_abs() > MAX_SAFE => {
            Err(Uncanonical::Integer)
        }
        Value::Float(number) if !number.is_finite() => Err(Uncanonical::NotFinite),
        Value::Bytes(_) => Err(Uncanonical::Bytes),
        Value::Array(items) => items.iter().try_for_each(|item| examine(item, exact)),
        Value::Map(members) => members.iter().try_for_each(|(_, item)| examine(item, exact)),
        _ => Ok(()),
    }
}

/// Shows a value as canonical JSON that loses nothing: integers keep all their digits, bytes are
/// Base64-URL text without padding (reference 3.3). A number that is not finite becomes `null`.
#[derive(Clone, Copy, Debug)]
pub struct Exact<'a>(pub &'a Value);

impl fmt::Display for Exact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, f)
    }
}

/// Writes what [`Exact`] shows.
///
/// # Errors
///
/// Those of the target.
pub fn show(value: &Value, out: &mut dyn fmt::Write) -> fmt::Result {
    match value {
        Value::Nil => out.write_str("null"),
        Value::Bool(truth) => out.write_str(if *truth { "true" } else { "false" }),
        Value::Uint(number) => write!(out, "{number}"),
        Value::Int(number) => write!(out, "{number}"),
        Value::Float(number) if number.is_finite() => {
            out.write_str(ryu_js::Buffer::new().format_finite(*number))
        }
        Value::Float(_) => out.write_str("null"),
        Value::Text(text) => quote(text, out),
        Value::Bytes(bytes) => quote(&Base64UrlUnpadded::encode_string(bytes), out),
        Value::Array(items) => {
            out.write_char('[')?;
            for (index, item) in items.iter().enumerate() {
                out.write_str(if index == 0 { "" } else { "," })?;
                show(item, out)?;
            }
            out.write_char(']')
        }
        Value::Map(members) => {
            out.write_char('{')?;
            for (index, (name, item)) in sorted(members).iter().enumerate() {
                out.write_str(if index == 0 { "" } else { "," })?;
                quote(name, out)?;
                out.write_char(':')?;
                show(item, out)?;
            }
            out.write_char('}')
        }
    }
}

fn sorted(members: &[(Name, Value)]) -> Cow<'_, [(Name, Value)]> {
    if members.is_sorted_by(|a, b| by_units(&a.0, &b.0) != Ordering::Greater) {
        return Cow::Borrowed(members);
    }
    let mut members = members.to_vec();
    members.sort_by(|a, b| by_units(&a.0, &b.0));
    Cow::Owned(members)
}

/// Order of member names: their UTF-16 code units, RFC 8785 §3.2.3.
fn by_units(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

fn quote(text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    for part in text.split_inclusive(|c: char| c < ' ' || c == '"' || c == '\\') {
        let escaped = part.chars().next_back().filter(|c| *c < ' ' || *c == '"' || *c == '\\');
        let Some(last) = escaped else {
            out.write_str(part)?;
            continue;
        };
        out.write_str(&part[..part.len() - 1])?;
        match last {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\u{8}' => out.write_str("\\b")?,
            '\t' => out.write_str("\\t")?,
            '\n' => out.write_str("\\n")?,
            '\u{c}' => out.write_str("\\f")?,
            '\r' => out.write_str("\\r")?,
            other => write!(out, "\\u{:04x}", u32::from(other))?,
        }
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests;
