//! The tensor body of the earlier SDKs: no prelude, each block from a multiple of 8.

use super::json::{bytes, object};
use serde_json::{Map, Value};
use wireproof_wire::nnrp::Metadata;
use wireproof_wire::nnrp::extension::padded;
use wireproof_wire::nnrp::tensor::{self, Section};

/// The blocks of a classic body, or the bytes as they are if they do not add up.
pub fn decode(meta: &Metadata, body: &[u8]) -> Value {
    blocks(meta, body).map_or_else(|| bytes(body), Value::Object)
}

fn blocks(meta: &Metadata, body: &[u8]) -> Option<Map<String, Value>> {
    let (camera, index, sections, tiles) = match meta {
        Metadata::FrameSubmit(meta) => {
            (meta.camera_bytes, meta.tile_index_bytes, meta.section_count, meta.tile_count)
        }
        Metadata::ResultPush(meta) => {
            (0, meta.tile_index_bytes, meta.section_count, meta.tile_count)
        }
        _ => return None,
    };
    let mut out = Map::new();
    let mut at = 0;
    for (name, len) in [("camera_block", camera), ("tile_index_block", index)] {
        if len != 0 {
            let end = at + len as usize;
            out.insert(name.to_owned(), bytes(body.get(at..end)?));
            at = padded(end);
        }
    }
    let mut list = Vec::new();
    for _ in 0..sections {
        let (section, len) = tensor::decode(body.get(at..)?, tiles).ok()?;
        list.push(Value::Object(self::section(&section, false)));
        at += len;
    }
    out.insert("sections".to_owned(), Value::Array(list));
    (at >= body.len()).then_some(out)
}

/// One section; its lengths only where the structure stands alone.
pub fn section(section: &Section<'_>, alone: bool) -> Map<String, Value> {
    let mut out = object(&section.descriptor);
    if !alone {
        for name in ["codec_table_bytes", "length_table_bytes", "payload_bytes"] {
            out.remove(name);
        }
    }
    out.insert("codec_table".to_owned(), bytes(section.codec_table));
    out.insert("length_table".to_owned(), section.lengths().collect());
    out.insert("payload".to_owned(), bytes(section.payload));
    out
}
