//! Writing Tier-1 without white space.

use super::quick::plain;
use crate::ncp::tier::{MAX_DEPTH, Unsendable};
use crate::ncp::value::{Name, Value};
use alloc::string::String;
use alloc::vec::Vec;
use base64ct::{Base64UrlUnpadded, Encoding};

/// Appends a value without white space. `out` is spoiled if that fails.
pub(crate) fn encode(value: &Value, out: &mut Vec<u8>) -> Result<(), Unsendable> {
    write(value, out, MAX_DEPTH)
}

/// Appends a value of at most `depth` levels.
#[inline]
pub(crate) fn write(value: &Value, out: &mut Vec<u8>, depth: u32) -> Result<(), Unsendable> {
    match value {
        Value::Nil => out.extend_from_slice(b"null"),
        Value::Bool(truth) => write_bool(*truth, out),
        Value::Uint(number) => put(number, out),
        Value::Int(number) => put(number, out),
        Value::Float(number) if number.is_finite() => write_float(*number, out),
        Value::Float(_) => return Err(Unsendable::NotANumber),
        Value::Text(text) => write_text(text, out),
        Value::Bytes(bytes) => write_text(&Base64UrlUnpadded::encode_string(bytes), out),
        Value::Array(items) => write_items(items, out, depth)?,
        Value::Map(members) => write_members(members, out, depth)?,
    }
    Ok(())
}

#[inline(never)]
fn write_members(
    members: &[(Name, Value)],
    out: &mut Vec<u8>,
    depth: u32,
) -> Result<(), Unsendable> {
    let depth = depth.checked_sub(1).ok_or(Unsendable::TooDeep)?;
    if members.is_empty() {
        out.push(b'{');
    }
    let mut before = b'{';
    for (name, value) in members {
        write_name(before, name, out);
        write(value, out, depth)?;
        before = b',';
    }
    out.push(b'}');
    Ok(())
}

/// A name between what stands before it and its colon.
#[inline]
fn write_name(before: u8, name: &Name, out: &mut Vec<u8>) {
    let bytes = name.as_bytes();
    if plain(bytes) < bytes.len() {
        out.push(before);
        put(name, out);
        return out.push(b':');
    }
    out.reserve(bytes.len() + 4);
    out.extend_from_slice(&[before, b'"']);
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\":");
}

#[inline(never)]
pub(crate) fn write_items(
    items: &[Value],
    out: &mut Vec<u8>,
    depth: u32,
) -> Result<(), Unsendable> {
    let depth = depth.checked_sub(1).ok_or(Unsendable::TooDeep)?;
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(item, out, depth)?;
    }
    out.push(b']');
    Ok(())
}

pub(crate) fn write_texts(texts: &[String], out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_text(text, out);
    }
    out.push(b']');
}

pub(crate) fn write_bool(truth: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if truth { b"true" } else { b"false" });
}

#[inline]
pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    if plain(text.as_bytes()) < text.len() {
        return put(text, out);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// A finite number. Whole ones that are not large are written as integers are.
fn write_float(number: f64, out: &mut Vec<u8>) {
    let whole = number as i64;
    // Zero may have a sign, and an exponent begins at ten to the sixteenth.
    if whole == 0 || whole.unsigned_abs() >= 1_000_000_000_000_000 || whole as f64 != number {
        return put(&number, out);
    }
    put(&whole, out);
    out.extend_from_slice(b".0");
}

/// Text and numbers as `serde_json` writes them.
#[inline]
pub(crate) fn put<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let result = serde_json::to_writer(out, value);
    debug_assert!(result.is_ok(), "memory takes every write");
}

#[cfg(test)]
mod tests;
