//! Decodes the vectors of NNRP and encodes them again.

use crate::vectors::digits;
use serde_json::Value;
use std::path::Path;
use wireproof_wire::nnrp::body::Prelude;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::ObjectReference;
use wireproof_wire::nnrp::schema::SchemaHeader;
use wireproof_wire::nnrp::typed::TypedDescriptor;
use wireproof_wire::nnrp::{Frame, Header, MessageType, Metadata, code};

const FILE: &str = "nnrp-vectors.json";

/// Checks `folder`; without it there is nothing to do.
pub fn folder(folder: &Path) -> Result<(), String> {
    let path = folder.join(FILE);
    if !path.exists() {
        println!("crosscheck nnrp: no {FILE} there, nothing was checked");
        return Ok(());
    }
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let vectors = value["vectors"].as_array().ok_or("vectors is no array")?;
    let applies = |vector: &&Value| vector["applies_to_preview3"] == Value::Bool(true);
    let (mut agreed, mut raw, mut problems) = (0, 0, Vec::new());
    for vector in vectors.iter().filter(applies) {
        match check(vector) {
            Ok(true) => agreed += 1,
            Ok(false) => raw += 1,
            Err(problem) => problems.push(format!("{}: {problem}", vector["id"])),
        }
    }
    let skipped = vectors.iter().filter(|vector| !applies(vector)).count();
    problems.iter().for_each(|problem| println!("{problem}"));
    println!(
        "crosscheck nnrp: {agreed} agree, {raw} without fields to compare, {} disagree, {skipped} \
         do not apply",
        problems.len()
    );
    match (problems.len(), agreed) {
        (0, 0) => Err("no published vector applies".to_owned()),
        (0, _) => Ok(()),
        (count, _) => Err(format!("{count} published vectors disagree")),
    }
}

/// `Ok(false)`: the vector is payload bytes without fields.
fn check(vector: &Value) -> Result<bool, String> {
    let bytes = digits(&vector["hex"].as_str().ok_or("no hex")?.to_ascii_lowercase())?;
    let fields = vector["decoded_fields"].as_array().ok_or("no decoded fields")?;
    if fields.is_empty() {
        return Ok(false);
    }
    let recipe = vector["recipe_type"].as_str().ok_or("no recipe type")?;
    let get = decode(recipe, vector["kind"].as_str().unwrap_or(""), &bytes)?;
    for field in fields {
        let name = field["name"].as_str().ok_or("a field without name")?;
        // The marker is text there and a number here; the decoder has compared it already.
        let want = match &field["value"] {
            _ if name == "magic" => continue,
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let want = want.ok_or_else(|| format!("{name}: {} is no number", field["value"]))?;
        // Reserved fields have names of their own there; decoding has already refused any but 0.
        if field["must_be_zero"] == Value::Bool(true) {
            if want == 0 {
                continue;
            }
            return Err(format!("{name}: published {want} in a reserved field"));
        }
        let header = field["section"] == "header" && recipe != "header";
        let ours = if header { format!("header.{name}") } else { name.to_owned() };
        match get(alias(&ours)) {
            Some(found) if found == want => {}
            found => return Err(format!("{ours}: published {want}, decoded {found:?}")),
        }
    }
    Ok(true)
}

/// Names that differ from those of the layout tables.
fn alias(name: &str) -> &str {
    match name {
        "header.message_type" => "header.msg_type",
        "message_type" => "msg_type",
        "ack_status" => "status",
        "reject_reason" => "reason",
        other => other,
    }
}

type Get = Box<dyn Fn(&str) -> Option<u64>>;

/// Decodes by recipe, re-encodes, and gives access to the fields.
fn decode(recipe: &str, kind: &str, bytes: &[u8]) -> Result<Get, String> {
    match recipe {
        "header" => plain::<Header>(bytes),
        "body_region_prelude" => plain::<Prelude>(bytes),
        "object_reference_block" => plain::<ObjectReference>(bytes),
        "typed_payload_descriptor_v3" => plain::<TypedDescriptor>(bytes),
        "schema_descriptor_header" => plain::<SchemaHeader>(bytes),
        "u32_value" => number(kind, bytes),
        _ if recipe.ends_with("_packet") => packet(bytes),
        _ => metadata(recipe.strip_suffix("_metadata").unwrap_or(recipe), bytes),
    }
}

fn plain<T: Layout + 'static>(bytes: &[u8]) -> Result<Get, String> {
    let value = T::read(bytes).ok_or("too short")?;
    value.check().map_err(|violation| violation.to_string())?;
    let mut again = Vec::new();
    value.write(&mut again);
    same(bytes, &again)?;
    Ok(Box::new(move |name| value.get(name)))
}

fn packet(bytes: &[u8]) -> Result<Get, String> {
    let frame = Frame::decode(bytes).map_err(|refusal| refusal.violation.to_string())?;
    same(bytes, &frame.to_vec())?;
    let (header, meta) = (frame.header, frame.meta);
    Ok(Box::new(move |name| match name.strip_prefix("header.") {
        Some(name) => header.get(name),
        None => meta.get(name),
    }))
}

fn metadata(name: &str, bytes: &[u8]) -> Result<Get, String> {
    let kind = MessageType::from_name(&name.to_uppercase());
    let kind = kind.ok_or_else(|| format!("no message {name}"))?;
    if bytes.len() != kind.metadata_len() {
        return Err(format!("{} bytes, not {}", bytes.len(), kind.metadata_len()));
    }
    let meta = Metadata::read(kind, bytes).ok_or("too short")?;
    meta.check().map_err(|violation| violation.to_string())?;
    let mut again = Vec::new();
    meta.write(&mut again);
    same(bytes, &again)?;
    Ok(Box::new(move |name| meta.get(name)))
}

/// An error number: assigned here, in the family its kind names.
fn number(kind: &str, bytes: &[u8]) -> Result<Get, String> {
    let bytes: [u8; 4] = bytes.try_into().map_err(|_| "not four bytes")?;
    let value = u32::from_le_bytes(bytes);
    let family = match kind {
        "cache_error_code" => 3,
        "schema_error_code" => 4,
        _ => return Err(format!("no family {kind}")),
    };
    if value >> 16 != family || code::name(value).is_none() {
        return Err(format!("{value:#010x} is not assigned in family {family}"));
    }
    Ok(Box::new(move |name| (name == "value").then_some(u64::from(value))))
}

fn same(bytes: &[u8], again: &[u8]) -> Result<(), String> {
    if bytes == again {
        return Ok(());
    }
    let at = bytes.iter().zip(again).position(|(a, b)| a != b).unwrap_or(bytes.len());
    Err(format!("encoded again, byte {at} differs"))
}
