//! Numbers and byte strings in JSON, as vectors and the adapter protocol write them.

use crate::{Refused, hex};
use serde_json::{Map, Value};
use wireproof_wire::nnrp::layout::{Field, Layout, Rule};

/// The largest integer that every JSON reader keeps exact.
const EXACT: u64 = 1 << 53;

/// A number; above 2^53 as a decimal string.
pub fn number(value: u64) -> Value {
    if value > EXACT { Value::String(value.to_string()) } else { Value::from(value) }
}

/// A number or a decimal string.
pub fn as_u64(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Bytes as hexadecimal digits.
pub fn bytes(bytes: &[u8]) -> Value {
    Value::String(hex::encode(bytes))
}

/// Whether a field is listed: reserved ones, always zero, are not, nor is the magic.
fn listed(field: &Field) -> bool {
    field.name != "magic" && (field.name == "wire_format" || field.rule != Rule::Zero)
}

/// Every listed field of a structure, under `prefix`.
pub fn put_layout<L: Layout>(out: &mut Map<String, Value>, prefix: &str, layout: &L) {
    for field in L::FIELDS.iter().filter(|field| listed(field)) {
        let value = layout.get(field.name).unwrap_or_default();
        out.insert(format!("{prefix}{}", field.name), number(value));
    }
}

/// The listed fields of a structure as an object of its own.
pub fn object<L: Layout>(layout: &L) -> Map<String, Value> {
    let mut out = Map::new();
    put_layout(&mut out, "", layout);
    out
}

/// Reads fields by name into a structure that starts as it is; absent ones stay.
pub fn get_layout<L: Layout>(from: &Map<String, Value>, layout: &mut L) -> Result<(), Refused> {
    for field in L::FIELDS {
        let Some(value) = from.get(field.name) else { continue };
        layout.set(field.name, fit(field, value)?);
    }
    Ok(())
}

/// A value that has to fit the width of a field.
pub fn fit(field: &Field, value: &Value) -> Result<u64, Refused> {
    let number = as_u64(value).ok_or_else(|| bad(field.name, "is no number"))?;
    if field.width < 8 && number >> (8 * field.width) != 0 {
        return Err(bad(field.name, "does not fit its field"));
    }
    Ok(number)
}

/// A byte string, or nothing if the key is absent.
pub fn blob(from: &Map<String, Value>, key: &str) -> Result<Vec<u8>, Refused> {
    match from.get(key) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => {
            hex::decode(text).ok_or_else(|| bad(key, "is not hexadecimal"))
        }
        Some(_) => Err(bad(key, "is not hexadecimal")),
    }
}

/// The objects under a key; absent means none.
pub fn objects<'a>(
    from: &'a Map<String, Value>,
    key: &str,
) -> Result<Vec<&'a Map<String, Value>>, Refused> {
    match from.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_object().ok_or_else(|| bad(key, "no object"))).collect()
        }
        Some(_) => Err(bad(key, "is no list")),
    }
}

/// Fields that nobody can encode.
pub fn bad(key: &str, what: &str) -> Refused {
    Refused::new("bad_fields", format!("`{key}` {what}"))
}
