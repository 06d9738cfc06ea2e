//! Packets to fields, named as in the vector files.

use super::json::{bytes, object, put_layout};
use super::{classic, names, sense};
use crate::Refused;
use serde_json::{Map, Value};
use wireproof_wire::nnrp::body::{Blocks, DataBody, Regions};
use wireproof_wire::nnrp::extension::Extensions;
use wireproof_wire::nnrp::frame::Refusal;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::typed::{ExtensionFrame, TypedDescriptor};
use wireproof_wire::nnrp::{Frame, MessageType, Metadata, Violation, object as objects};

/// The fields of exactly one packet, with everything that a receiver refuses refused.
pub fn strict_packet(packet: &[u8]) -> Result<Map<String, Value>, Refused> {
    let frame = Frame::decode(packet).map_err(|Refusal { violation, .. }| refused(&violation))?;
    sense::check(&frame)?;
    Ok(fields(&frame))
}

/// The fields of exactly one packet whose layout is right.
pub fn packet(packet: &[u8]) -> Result<Map<String, Value>, Refused> {
    let frame = Frame::decode(packet).map_err(|Refusal { violation, .. }| refused(&violation))?;
    Ok(fields(&frame))
}

fn fields(frame: &Frame<'_>) -> Map<String, Value> {
    let mut out = Map::new();
    put_layout(&mut out, "header.", &frame.header);
    put_metadata(&mut out, &frame.meta);
    put_body(&mut out, frame);
    out
}

/// Fixed metadata alone.
pub fn metadata(what: &str, bytes: &[u8]) -> Result<Map<String, Value>, Refused> {
    let kind = names::message(what)?;
    if bytes.len() != kind.metadata_len() {
        return Err(Refused::new("length_mismatch", format!("{} bytes", bytes.len())));
    }
    let meta = Metadata::read(kind, bytes)
        .ok_or_else(|| Refused::new("length_mismatch", "shorter than its layout"))?;
    meta.check().map_err(|violation| refused(&violation))?;
    wireproof_wire::nnrp::body::check_metadata(&meta).map_err(|violation| refused(&violation))?;
    sense::metadata(&meta)?;
    let mut out = Map::new();
    put_metadata(&mut out, &meta);
    Ok(out)
}

/// A violation in the words of the driver.
pub fn refused(violation: &Violation) -> Refused {
    Refused {
        kind: violation.kind.name().to_owned(),
        detail: violation.to_string(),
        requirement: Some(violation.requirement.to_owned()),
        reading: violation.reading.map(str::to_owned),
    }
}

/// Every listed field of fixed metadata.
pub fn put_metadata(out: &mut Map<String, Value>, meta: &Metadata) {
    for field in meta.message_type().fields() {
        if field.rule == wireproof_wire::nnrp::layout::Rule::Zero {
            continue;
        }
        let value = meta.get(field.name).unwrap_or_default();
        out.insert(field.name.to_owned(), super::json::number(value));
    }
}

fn put_body(out: &mut Map<String, Value>, frame: &Frame<'_>) {
    match &frame.meta {
        Metadata::FrameSubmit(_) | Metadata::ResultPush(_) => match frame.data() {
            Some(DataBody::Regions(regions)) => put_regions(out, &regions),
            Some(DataBody::Classic(body)) => {
                out.insert("body.classic".to_owned(), classic::decode(&frame.meta, body));
            }
            Some(DataBody::Empty) | None => {}
        },
        _ => put_blocks(out, frame),
    }
}

fn put_blocks(out: &mut Map<String, Value>, frame: &Frame<'_>) {
    let Blocks { token, auth, profile, diagnostic, payload, extensions } = frame.blocks();
    let (token_key, payload_key) = match frame.kind() {
        MessageType::SessionMigrate => ("body.migration_token", "body.object"),
        MessageType::TransportProbe => ("body.resume_token_block", "body.filler"),
        MessageType::CachePut => ("body.resume_token_block", "body.object"),
        _ => ("body.resume_token_block", "body.opaque"),
    };
    let named = [
        (token_key, token),
        ("body.auth_block", auth),
        ("body.profile_block", profile),
        ("body.diagnostic", diagnostic),
        (payload_key, payload),
    ];
    for (key, block) in named {
        // An empty object is an object.
        if !block.is_empty() || (key == "body.object" && frame.kind() == MessageType::CachePut) {
            out.insert(key.to_owned(), bytes(block));
        }
    }
    if let Metadata::ClientHello(hello) = &frame.meta {
        let filler = frame.body.len() - auth.len() - extensions.len();
        if filler != 0 {
            let start = hello.auth_bytes as usize;
            out.insert("body.auth_filler".to_owned(), bytes(&frame.body[start..start + filler]));
        }
    }
    if !extensions.is_empty() {
        out.insert("body.extensions".to_owned(), extension_entries(extensions));
    }
}

/// The entries of an extension block.
pub fn extension_entries(block: &[u8]) -> Value {
    let entries = Extensions::new(block).map(|entry| {
        let mut out = Map::new();
        out.insert("ext_type".to_owned(), entry.ext_type.into());
        out.insert("ext_flags".to_owned(), entry.ext_flags.into());
        out.insert("payload".to_owned(), bytes(entry.payload));
        Value::Object(out)
    });
    Value::Array(entries.collect())
}

fn put_regions(out: &mut Map<String, Value>, regions: &Regions<'_>) {
    out.insert("body.prelude".to_owned(), Value::Object(prelude_of(regions)));
    let inline = regions.objects().map(|entry| {
        let mut out = object(&entry.header);
        out.remove("object_bytes");
        out.insert("payload".to_owned(), bytes(entry.payload));
        Value::Object(out)
    });
    let references = objects::references(regions.object_references)
        .map(|reference| Value::Object(object(&reference)));
    let typed = regions.typed().map(|entry| with_payload(object(&entry.descriptor), entry.payload));
    let frames =
        regions.extension_descriptors.chunks_exact(ExtensionFrame::LEN).filter_map(|raw| {
            let descriptor = ExtensionFrame::read(raw)?;
            let start = descriptor.payload_offset as usize;
            let stop = start + descriptor.payload_length as usize;
            let payload = regions.extension_payloads.get(start..stop)?;
            Some(with_payload(object(&descriptor), payload))
        });
    put_list(out, "body.inline_objects", inline.collect());
    put_list(out, "body.object_references", references.collect());
    put_list(out, "body.typed", typed.collect());
    put_list(out, "body.extension_frames", frames.collect());
}

fn prelude_of(regions: &Regions<'_>) -> Map<String, Value> {
    debug_assert!(regions.typed_descriptors.len().is_multiple_of(TypedDescriptor::LEN));
    let lengths = [
        ("inline_object_bytes", regions.inline_objects),
        ("object_reference_bytes", regions.object_references),
        ("typed_payload_descriptor_bytes", regions.typed_descriptors),
        ("typed_payload_frame_bytes", regions.typed_frames),
        ("extension_descriptor_bytes", regions.extension_descriptors),
        ("extension_payload_bytes", regions.extension_payloads),
    ];
    lengths.iter().map(|(name, region)| ((*name).to_owned(), region.len().into())).collect()
}

fn with_payload(mut out: Map<String, Value>, payload: &[u8]) -> Value {
    out.insert("payload".to_owned(), bytes(payload));
    Value::Object(out)
}

fn put_list(out: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        out.insert(key.to_owned(), Value::Array(list));
    }
}
