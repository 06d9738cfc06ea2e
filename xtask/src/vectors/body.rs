//! Bodies: control blocks by message, and the six regions of data messages.

use super::bytes::{Bytes, Fields, Problem};
use super::packet::same;
use super::section;
use super::structure;
use super::table::{Table, structure as find};
use serde_json::Value;

/// One block of a control body, in the order in which they lie.
enum Block {
    /// Bytes under `body.<name>`; the metadata field that holds their length, if any.
    Bytes(&'static str, Option<&'static str>),
    /// An extension block, with its length field, if any.
    Extensions(Option<&'static str>),
    /// Filler of a diagnostic text that an extension block follows.
    DiagnosticFiller,
}
use Block::{Bytes as Raw, DiagnosticFiller, Extensions};

/// Builds the body of `message`.
pub fn build(message: &Table, fields: &mut Fields<'_>) -> Result<Bytes, Problem> {
    if fields.has("body.opaque") {
        let mut out = Bytes::default();
        out.put("body.opaque", &fields.hex("body.opaque")?);
        return Ok(out);
    }
    match message.name {
        "FRAME_SUBMIT" | "RESULT_PUSH" => data(fields),
        name => control(blocks(name), fields),
    }
}

fn blocks(message: &str) -> &'static [Block] {
    match message {
        "CLIENT_HELLO" => &[
            Raw("auth_block", Some("auth_bytes")),
            Raw("auth_filler", None),
            Extensions(Some("control_extension_bytes")),
        ],
        "SERVER_HELLO_ACK" => &[Extensions(Some("control_extension_bytes"))],
        "SESSION_OPEN" => &[
            Raw("resume_token_block", Some("resume_token_bytes")),
            Raw("auth_block", Some("auth_bytes")),
            Extensions(Some("session_extension_bytes")),
        ],
        "SESSION_OPEN_ACK" => &[
            Raw("resume_token_block", Some("resume_token_bytes")),
            Extensions(Some("session_extension_bytes")),
        ],
        "SESSION_PATCH" => &[Raw("profile_block", Some("profile_patch_bytes")), Extensions(None)],
        "SESSION_PATCH_ACK" => {
            &[Raw("profile_block", Some("profile_patch_ack_bytes")), Extensions(None)]
        }
        "ERROR" => {
            &[Raw("diagnostic", Some("diagnostic_bytes")), DiagnosticFiller, Extensions(None)]
        }
        "CACHE_PUT" => &[Raw("object", Some("object_bytes"))],
        "TRANSPORT_PROBE" => &[Raw("filler", Some("probe_payload_bytes"))],
        "SESSION_MIGRATE" => &[Raw("migration_token", None)],
        "FLOW_UPDATE" | "TRANSPORT_PROBE_ACK" | "SESSION_MIGRATE_ACK" | "PING" | "PONG" => &[],
        _ => &[Extensions(None)],
    }
}

fn control(blocks: &[Block], fields: &mut Fields<'_>) -> Result<Bytes, Problem> {
    let mut out = Bytes::default();
    for block in blocks {
        let start = out.len();
        let length = match block {
            Raw(name, length) => {
                let key = format!("body.{name}");
                out.put(&key, &fields.hex(&key)?);
                *length
            }
            Extensions(length) => {
                out.append(structure::extensions(fields.list("body.extensions")?)?);
                *length
            }
            DiagnosticFiller => {
                if fields.has("body.extensions") {
                    out.fill("filler", 0);
                }
                None
            }
        };
        if let Some(key) = length {
            same(fields, key, out.len() - start)?;
        }
    }
    Ok(out)
}

fn data(fields: &mut Fields<'_>) -> Result<Bytes, Problem> {
    if let Some(classic) = fields.get("body.classic") {
        return section::classic(classic);
    }
    let Some(prelude) = fields.get("body.prelude") else {
        return Ok(Bytes::default());
    };
    let mut lengths = Fields::new(prelude, "body.prelude")?;
    let mut out = lengths.table(find_table("body_prelude"), "")?;
    let typed = fields.list("body.typed")?;
    let frames = fields.list("body.extension_frames")?;
    let regions = [
        ("inline_object_bytes", each(fields.list("body.inline_objects")?, structure::inline)?),
        ("object_reference_bytes", each(fields.list("body.object_references")?, reference)?),
        ("typed_payload_descriptor_bytes", each(typed, typed_descriptor)?),
        (
            "typed_payload_frame_bytes",
            region(typed, "offset", lengths.number("typed_payload_frame_bytes")?)?,
        ),
        ("extension_descriptor_bytes", each(frames, frame_descriptor)?),
        (
            "extension_payload_bytes",
            region(frames, "payload_offset", lengths.number("extension_payload_bytes")?)?,
        ),
    ];
    for (key, bytes) in regions {
        same(&mut lengths, key, bytes.len())?;
        out.append(bytes);
    }
    lengths.finish()?;
    Ok(out)
}

fn find_table(name: &str) -> &'static Table {
    find(name).expect("named in this module and typed in table.rs")
}

fn each(
    items: &[Value],
    build: impl Fn(&Value) -> Result<Bytes, Problem>,
) -> Result<Bytes, Problem> {
    let mut out = Bytes::default();
    for item in items {
        out.append(build(item)?);
    }
    Ok(out)
}

fn reference(item: &Value) -> Result<Bytes, Problem> {
    structure::plain(find_table("object_reference"), item)
}

fn typed_descriptor(item: &Value) -> Result<Bytes, Problem> {
    described(find_table("typed_payload_descriptor"), "length", item)
}

fn frame_descriptor(item: &Value) -> Result<Bytes, Problem> {
    described(find_table("extension_frame_descriptor"), "payload_length", item)
}

/// A descriptor whose payload lies in another region.
fn described(table: &Table, length: &str, item: &Value) -> Result<Bytes, Problem> {
    let mut fields = Fields::new(item, table.name)?;
    let out = fields.table(table, "")?;
    let payload = fields.hex("payload")?.len();
    same(&mut fields, length, payload)?;
    fields.finish()?;
    Ok(out)
}

/// A region of `length` bytes with the payload of each item at its offset, zero elsewhere.
fn region(items: &[Value], offset: &str, length: u64) -> Result<Bytes, Problem> {
    let length = usize::try_from(length).map_err(|error| error.to_string())?;
    let mut bytes = vec![0; length];
    for item in items {
        let mut fields = Fields::new(item, "region")?;
        let at = usize::try_from(fields.number(offset)?).map_err(|error| error.to_string())?;
        let payload = fields.hex("payload")?;
        let place = bytes.get_mut(at..at + payload.len()).ok_or("a payload leaves its region")?;
        place.copy_from_slice(&payload);
    }
    let mut out = Bytes::default();
    out.put("payload", &bytes);
    Ok(out)
}
