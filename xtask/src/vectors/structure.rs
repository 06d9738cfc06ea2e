//! Structures on their own: as vectors of their own and inside bodies.

use super::bytes::{Bytes, Fields, Problem};
use super::packet::same;
use super::section;
use super::table::{Table, structure};
use serde_json::Value;

/// Builds the structure called `name`.
pub fn build(name: &str, fields: &Value) -> Result<Bytes, Problem> {
    match name {
        "inline_object" => {
            let mut object = Fields::new(fields, name)?;
            let payload = object.hex("payload")?.len();
            same(&mut object, "object_bytes", payload)?;
            inline(fields)
        }
        "tensor_section" => section::build(fields),
        "control_extension_block" => {
            let mut block = Fields::new(fields, name)?;
            let out = extensions(block.list("extensions")?)?;
            block.finish()?;
            Ok(out)
        }
        _ => match structure(name) {
            Some(table) => plain(table, fields),
            None => Err(format!("no structure {name}")),
        },
    }
}

/// A structure that is nothing but its fields.
pub fn plain(table: &Table, fields: &Value) -> Result<Bytes, Problem> {
    let mut fields = Fields::new(fields, table.name)?;
    let out = fields.table(table, "")?;
    fields.finish()?;
    Ok(out)
}

/// Extension entries: header, payload, filler to a multiple of 8 each.
pub fn extensions(entries: &[Value]) -> Result<Bytes, Problem> {
    let mut out = Bytes::default();
    for entry in entries {
        let mut fields = Fields::new(entry, "extension entry")?;
        let payload = fields.hex("payload")?;
        let start = out.len();
        out.number("ext_type", fields.number("ext_type")?, 2)?;
        out.number("ext_flags", fields.number("ext_flags")?, 2)?;
        out.number("ext_len", payload.len() as u64, 4)?;
        out.put("payload", &payload);
        out.fill("filler", start);
        fields.finish()?;
    }
    Ok(out)
}

/// An inline object: header, payload, filler to a multiple of 8. `object_bytes` may be left out.
pub fn inline(item: &Value) -> Result<Bytes, Problem> {
    let mut fields = Fields::new(item, "inline object")?;
    let payload = fields.hex("payload")?;
    let mut out = Bytes::default();
    out.number("object_kind", fields.number("object_kind")?, 2)?;
    out.number("object_flags", 0, 2)?;
    out.number("profile_id", fields.number("profile_id")?, 2)?;
    out.number("reserved0", 0, 2)?;
    out.number("object_bytes", payload.len() as u64, 4)?;
    out.number("reserved1", 0, 4)?;
    out.put("payload", &payload);
    out.fill("filler", 0);
    fields.get("object_bytes");
    fields.finish()?;
    Ok(out)
}
