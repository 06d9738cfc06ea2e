//! Structures that the vectors decode alone.

use super::decode::{extension_entries, refused};
use super::json::{bad, blob, bytes, get_layout, object, objects};
use super::{classic, encode};
use crate::Refused;
use serde_json::{Map, Value};
use wireproof_wire::nnrp::body::Prelude;
use wireproof_wire::nnrp::extension::{self, padded};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{self, InlineObjectHeader, InlineObjects, ObjectReference};
use wireproof_wire::nnrp::patch::TensorPatch;
use wireproof_wire::nnrp::schema::SchemaHeader;
use wireproof_wire::nnrp::tensor::{self, SectionDescriptor};
use wireproof_wire::nnrp::typed::{self, ExtensionFrame, TypedDescriptor};
use wireproof_wire::nnrp::{MessageType, Violation};

/// Names of all structures, as in the vector files.
pub const STRUCTURES: &[&str] = &[
    "body_prelude",
    "control_extension_block",
    "extension_frame_descriptor",
    "inline_object",
    "object_reference",
    "schema_descriptor_header",
    "tensor_patch_block",
    "tensor_section",
    "typed_payload_descriptor",
];

/// Fields of the structure called `what`.
pub fn decode(what: &str, bytes: &[u8]) -> Result<Map<String, Value>, Refused> {
    match what {
        "body_prelude" => fixed::<Prelude>(bytes),
        "object_reference" => fixed::<ObjectReference>(bytes),
        "extension_frame_descriptor" => fixed::<ExtensionFrame>(bytes),
        "schema_descriptor_header" => fixed::<SchemaHeader>(bytes),
        "tensor_patch_block" => fixed::<TensorPatch>(bytes),
        "typed_payload_descriptor" => typed_descriptor(bytes),
        "inline_object" => inline_object(bytes),
        "tensor_section" => tensor_section(bytes),
        "control_extension_block" => extension_block(bytes),
        _ => Err(unknown(what)),
    }
}

/// Bytes of the structure called `what`.
pub fn encode(what: &str, fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    match what {
        "body_prelude" => encode_fixed::<Prelude>(fields),
        "object_reference" => encode_fixed::<ObjectReference>(fields),
        "extension_frame_descriptor" => encode_fixed::<ExtensionFrame>(fields),
        "schema_descriptor_header" => encode_fixed::<SchemaHeader>(fields),
        "tensor_patch_block" => encode_fixed::<TensorPatch>(fields),
        "typed_payload_descriptor" => encode_fixed::<TypedDescriptor>(fields),
        "inline_object" => {
            let mut out = Vec::new();
            encode::inline_object(&mut out, fields)?;
            Ok(out)
        }
        "tensor_section" => encode_section(fields),
        "control_extension_block" => {
            let mut out = Vec::new();
            encode::extensions(&mut out, &objects(fields, "extensions")?)?;
            Ok(out)
        }
        _ => Err(unknown(what)),
    }
}

fn unknown(what: &str) -> Refused {
    bad(what, "is no structure")
}

fn fixed<L: Layout>(bytes: &[u8]) -> Result<Map<String, Value>, Refused> {
    Ok(object(&exactly::<L>(bytes)?))
}

fn exactly<L: Layout>(bytes: &[u8]) -> Result<L, Refused> {
    let layout = (bytes.len() == L::LEN).then(|| L::read(bytes)).flatten();
    let Some(layout) = layout else {
        return Err(length(format!("{} bytes instead of {}", bytes.len(), L::LEN)));
    };
    layout.check().map_err(|violation| refused(&violation))?;
    Ok(layout)
}

fn length(detail: String) -> Refused {
    Refused::new("length_mismatch", detail)
}

fn encode_fixed<L: Layout>(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let mut layout = L::default();
    get_layout(fields, &mut layout)?;
    let mut out = Vec::with_capacity(L::LEN);
    layout.write(&mut out);
    Ok(out)
}

fn typed_descriptor(bytes: &[u8]) -> Result<Map<String, Value>, Refused> {
    let descriptor: TypedDescriptor = exactly(bytes)?;
    let both = typed::TERMINAL | typed::PARTIAL;
    if descriptor.descriptor_flags & both == both {
        let found = u64::from(descriptor.descriptor_flags);
        let violation = Violation::metadata("NNRP-PAY-015", "descriptor_flags", 2, found);
        return Err(refused(&violation));
    }
    Ok(object(&descriptor))
}

fn inline_object(raw: &[u8]) -> Result<Map<String, Value>, Refused> {
    object::check_inline(raw, 0).map_err(|violation| refused(&violation))?;
    let Some(entry) = InlineObjects::new(raw).next() else {
        return Err(length("no object".to_owned()));
    };
    if InlineObjectHeader::LEN + padded(entry.payload.len()) != raw.len() {
        return Err(length("more than one object".to_owned()));
    }
    let mut out = object(&entry.header);
    out.insert("payload".to_owned(), bytes(entry.payload));
    Ok(out)
}

/// Alone, a section tells its number of tiles by its length table.
fn tensor_section(raw: &[u8]) -> Result<Map<String, Value>, Refused> {
    let tiles = SectionDescriptor::read(raw).map_or(0, |d| d.length_table_bytes / 4);
    let tiles = u16::try_from(tiles).unwrap_or(u16::MAX);
    let (section, _) = tensor::decode(raw, tiles).map_err(|violation| refused(&violation))?;
    let used = SectionDescriptor::LEN
        + section.codec_table.len()
        + section.length_table.len()
        + section.payload.len();
    if raw.len() != used {
        return Err(length(format!("{} bytes behind the payload", raw.len() - used)));
    }
    Ok(classic::section(&section, true))
}

fn encode_section(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let (codecs, payload) = (blob(fields, "codec_table")?, blob(fields, "payload")?);
    let mut table = Vec::new();
    let lengths = fields.get("length_table").and_then(Value::as_array);
    for length in lengths.ok_or_else(|| bad("length_table", "is no list"))? {
        let length = length.as_u64().and_then(|length| u32::try_from(length).ok());
        let length = length.ok_or_else(|| bad("length_table", "holds no length"))?;
        table.extend_from_slice(&length.to_le_bytes());
    }
    let mut descriptor = SectionDescriptor {
        codec_table_bytes: codecs.len() as u32,
        length_table_bytes: table.len() as u32,
        payload_bytes: payload.len() as u32,
        ..Default::default()
    };
    get_layout(fields, &mut descriptor)?;
    let mut out = Vec::new();
    descriptor.write(&mut out);
    out.extend_from_slice(&codecs);
    out.extend_from_slice(&table);
    out.extend_from_slice(&payload);
    Ok(out)
}

/// Alone, a block is judged as that of a CLIENT_HELLO or a SERVER_HELLO_ACK, whichever fits.
fn extension_block(block: &[u8]) -> Result<Map<String, Value>, Refused> {
    let hello = extension::check(block, MessageType::ClientHello, 0);
    if hello.is_err() && extension::check(block, MessageType::ServerHelloAck, 0).is_err() {
        let Err(violation) = hello else { unreachable!("just found to be an error") };
        return Err(refused(&violation));
    }
    let mut out = Map::new();
    out.insert("extensions".to_owned(), extension_entries(block));
    Ok(out)
}
