//! Whole packets: header, metadata, body.

use super::body;
use super::bytes::{Bytes, Fields, Problem};
use super::table::{self, HEADER};
use serde_json::Value;

/// Builds the packet that `fields` describe. Lengths are taken from the fields and compared with
/// what was built, so that neither can hide a mistake of the other.
pub fn build(fields: &Value) -> Result<Bytes, Problem> {
    let mut fields = Fields::new(fields, "fields")?;
    let mut out = Bytes::default();
    out.put("header.magic", b"NNRP");
    out.append(fields.table(&HEADER, "header.")?);
    let number = fields.number("header.msg_type")?;
    let message = table::message(number).ok_or_else(|| format!("no message {number:#04x}"))?;
    out.append(fields.table(message, "")?);
    let body = body::build(message, &mut fields)?;
    for (key, length) in [
        ("header.header_len", 40),
        ("header.meta_len", message.len),
        ("header.body_len", body.len()),
    ] {
        same(&mut fields, key, length)?;
    }
    out.append(body);
    fields.finish()?;
    Ok(out)
}

/// The length under `key` must be `length`.
pub fn same(fields: &mut Fields<'_>, key: &str, length: usize) -> Result<(), Problem> {
    let value = fields.number(key)?;
    if value == length as u64 {
        return Ok(());
    }
    Err(format!("fields: {key} is {value}, the block is {length} bytes long"))
}
