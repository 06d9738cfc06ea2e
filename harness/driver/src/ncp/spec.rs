//! The values that a `send` step may hold under its keys.

use super::names;
use crate::{FrameError, hex};
use serde_json::{Map, Value};

/// A number, a decimal or hexadecimal string, or a name.
pub fn symbol(key: &str, value: &Value) -> Result<u64, FrameError> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::Bool(flag) => Some(u64::from(*flag)),
        Value::String(text) => match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok().or_else(|| names::number(&format!("{key}.{text}"))),
        },
        _ => None,
    }
    .ok_or_else(|| bad(key, value))
}

/// A number under `key`.
pub fn number(spec: &Map<String, Value>, key: &str, absent: u64) -> Result<u64, FrameError> {
    spec.get(key).map_or(Ok(absent), |value| symbol(key, value))
}

/// `true` or `false`, also as a number.
pub fn flag(key: &str, value: &Value) -> Result<bool, FrameError> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        _ => match value.as_u64() {
            Some(number @ 0..=1) => Ok(number == 1),
            _ => Err(bad(key, value)),
        },
    }
}

/// Text.
pub fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, FrameError> {
    value.as_str().ok_or_else(|| bad(key, value))
}

/// The mapping under `key`.
pub fn object<'a>(
    spec: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a Map<String, Value>>, FrameError> {
    let Some(value) = spec.get(key) else { return Ok(None) };
    value.as_object().map(Some).ok_or_else(|| bad(key, value))
}

/// The mappings listed under `key`.
pub fn list<'a>(
    spec: &'a Map<String, Value>,
    key: &str,
) -> Result<Vec<&'a Map<String, Value>>, FrameError> {
    let Some(value) = spec.get(key) else { return Ok(Vec::new()) };
    let items = value.as_array().ok_or_else(|| bad(key, value))?;
    items.iter().map(|item| item.as_object().ok_or_else(|| bad(key, item))).collect()
}

/// The bytes under `key`, or none.
pub fn blob(spec: &Map<String, Value>, key: &str) -> Result<Vec<u8>, FrameError> {
    spec.get(key).map_or(Ok(Vec::new()), |value| decode_hex(value, key))
}

/// Hexadecimal digits, spaces between them or not.
pub fn decode_hex(value: &Value, key: &str) -> Result<Vec<u8>, FrameError> {
    let digits: String = text(value, key)?.chars().filter(|c| !c.is_whitespace()).collect();
    hex::decode(&digits).ok_or_else(|| FrameError::BadHex { key: key.to_owned() })
}

/// A value that its key cannot have.
pub fn bad(key: &str, value: &Value) -> FrameError {
    FrameError::BadValue { key: key.to_owned(), value: value.to_string() }
}
