//! Tensor sections, and the tensor body without prelude.

use super::bytes::{Bytes, Fields, Problem, integer};
use super::packet::same;
use serde_json::Value;

/// One section: descriptor, codec table, length table, payload. The four length fields may be
/// left out where they follow from the parts.
pub fn build(item: &Value) -> Result<Bytes, Problem> {
    let mut fields = Fields::new(item, "section")?;
    let codecs = fields.hex("codec_table")?;
    let lengths = fields.list("length_table")?;
    let lengths = lengths.iter().map(integer).collect::<Result<Vec<_>, _>>()?;
    let payload = fields.hex("payload")?;
    let mut out = Bytes::default();
    for (name, width) in
        [("role_id", 2), ("codec_id", 1), ("dtype_id", 1), ("layout_id", 1), ("scale_policy", 1)]
    {
        out.number(name, fields.number(name)?, width)?;
    }
    out.number("flags", 0, 2)?;
    out.number("element_count_per_tile", fields.number("element_count_per_tile")?, 4)?;
    for (name, length) in [
        ("codec_table_bytes", codecs.len()),
        ("length_table_bytes", 4 * lengths.len()),
        ("payload_bytes", payload.len()),
    ] {
        if fields.has(name) {
            same(&mut fields, name, length)?;
        }
        out.number(name, length as u64, 4)?;
    }
    out.number("payload_stride_bytes", fields.number("payload_stride_bytes")?, 4)?;
    out.number("reserved", 0, 4)?;
    out.put("codec_table", &codecs);
    for length in lengths {
        out.number("length_table", length, 4)?;
    }
    out.put("payload", &payload);
    fields.finish()?;
    Ok(out)
}

/// The tensor body without prelude: camera, tile index, sections, each from a multiple of 8 on.
pub fn classic(item: &Value) -> Result<Bytes, Problem> {
    let mut fields = Fields::new(item, "body.classic")?;
    let mut out = Bytes::default();
    for key in ["camera_block", "tile_index_block"] {
        out.put(key, &fields.hex(key)?);
        out.fill("filler", 0);
    }
    for section in fields.list("sections")? {
        out.fill("filler", 0);
        out.append(build(section)?);
    }
    fields.finish()?;
    Ok(out)
}
