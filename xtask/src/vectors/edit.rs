//! Edits: how a refused vector differs from the valid one it was made from.

use super::bytes::{Fields, Problem, integer};
use super::table::{self, HEADER};
use serde_json::Value;

/// Applies `edits` in order to `bytes`. `packet`: fields of header and metadata may be named.
pub fn apply(mut bytes: Vec<u8>, edits: &[Value], packet: bool) -> Result<Vec<u8>, Problem> {
    // The layout is that of the base, whatever the edits make of its msg_type.
    let number = if packet { bytes.get(6).copied().unwrap_or(0) } else { 0 };
    for edit in edits {
        one(&mut bytes, edit, u64::from(number))?;
    }
    Ok(bytes)
}

fn one(bytes: &mut Vec<u8>, edit: &Value, number: u64) -> Result<(), Problem> {
    let mut fields = Fields::new(edit, "edit")?;
    let insert = fields.hex("hex")?;
    if fields.has("set") {
        let name = fields.get("set").and_then(Value::as_str).ok_or("set names a field")?;
        let (at, width) = place(name, number).ok_or_else(|| format!("no field {name}"))?;
        let value = fields.get("to").ok_or("set has a value")?;
        let value = integer(value)?;
        if width < 8 && value >> (8 * width) != 0 {
            return Err(format!("{name}: {value} does not fit"));
        }
        slice(bytes, at, width)?.copy_from_slice(&value.to_le_bytes()[..width]);
    } else if fields.has("at") {
        let at = position(&mut fields, "at")?;
        slice(bytes, at, insert.len())?.copy_from_slice(&insert);
    } else if fields.has("insert") {
        let at = position(&mut fields, "insert")?;
        slice(bytes, at, 0)?;
        bytes.splice(at..at, insert);
    } else if fields.has("remove") {
        let (at, count) = (position(&mut fields, "remove")?, position(&mut fields, "count")?);
        slice(bytes, at, count)?;
        bytes.drain(at..at + count);
    } else if fields.has("append") {
        bytes.extend(fields.hex("append")?);
    } else {
        let cut = position(&mut fields, "cut")?;
        let keep = bytes.len().checked_sub(cut).ok_or("more cut than there is")?;
        bytes.truncate(keep);
    }
    fields.finish()
}

fn position(fields: &mut Fields<'_>, key: &str) -> Result<usize, Problem> {
    usize::try_from(fields.number(key)?).map_err(|error| error.to_string())
}

fn slice(bytes: &mut [u8], at: usize, len: usize) -> Result<&mut [u8], Problem> {
    at.checked_add(len)
        .and_then(|end| bytes.get_mut(at..end))
        .ok_or_else(|| format!("no {len} bytes at {at}"))
}

/// Offset and width of a header or metadata field of message `number`.
fn place(name: &str, number: u64) -> Option<(usize, usize)> {
    let (table, base, name) = match name.strip_prefix("header.") {
        Some(name) => (&HEADER, 4, name),
        None => (table::message(number)?, 40, name),
    };
    let field = table.rows().into_iter().find(|field| field.name == name)?;
    Some((base + field.offset, field.width))
}
