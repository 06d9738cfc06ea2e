//! Data bodies: prelude, object references and typed payloads. nnrp-core has no codec for the
//! other blocks, nor for a body as a whole, so those stay raw.

use crate::fault::Fault;
use crate::record::{Codec, Fields, Record, take};
use nnrp_core::*;
use serde_json::Value;
use wireproof_driver::hex;

/// The regions nnrp-core reads, as its prelude delimits them.
#[derive(Default)]
struct Regions<'a> {
    references: &'a [u8],
    descriptors: &'a [u8],
    frames: &'a [u8],
}

/// The body of a submit. Answers whether anything is left that nnrp-core has not read.
pub fn decode_submit(
    meta: &FrameSubmitMetadata,
    body: &[u8],
    out: &mut Fields,
) -> Result<bool, Fault> {
    let Some((regions, left)) = cut(body, out)? else { return Ok(true) };
    let references = decode_references(&regions, out)?;
    references
        .validate_submit_mask(meta.submit_mode, meta.object_ref_mask)
        .map_err(Fault::content)?;
    decode_typed(meta.payload_kind_bitmap, meta.payload_frame_count, &regions, out)?;
    Ok(left)
}

/// The body of a result, likewise.
pub fn decode_result(
    meta: &ResultPushMetadata,
    body: &[u8],
    out: &mut Fields,
) -> Result<bool, Fault> {
    let Some((regions, left)) = cut(body, out)? else { return Ok(true) };
    decode_references(&regions, out)?;
    decode_typed(meta.payload_kind_bitmap, meta.payload_frame_count, &regions, out)?;
    Ok(left)
}

/// Cuts a body at the lengths of its prelude, and tells whether bytes are left that have no codec.
/// Whether the lengths fit the body is left to the caller, who can cut nothing where they do not.
fn cut<'a>(body: &'a [u8], out: &mut Fields) -> Result<Option<(Regions<'a>, bool)>, Fault> {
    if body.is_empty() {
        return Ok(Some((Regions::default(), false)));
    }
    let prelude = BodyRegionPrelude::parse(body).map_err(Fault::content)?;
    let total = prelude.total_region_bytes().map_err(Fault::content)?;
    if total as usize != body.len() - BODY_REGION_PRELUDE_LEN {
        return Ok(None);
    }
    let mut fields = Fields::new();
    prelude.show(&mut fields, "");
    out.insert("body.prelude".into(), fields.into());
    let mut rest = &body[BODY_REGION_PRELUDE_LEN..];
    let mut region = |len: u32| {
        let (region, tail) = rest.split_at(len as usize);
        rest = tail;
        region
    };
    let inline = region(prelude.inline_object_bytes);
    let regions = Regions {
        references: region(prelude.object_reference_bytes),
        descriptors: region(prelude.typed_payload_descriptor_bytes),
        frames: region(prelude.typed_payload_frame_bytes),
    };
    Ok(Some((regions, !inline.is_empty() || !rest.is_empty())))
}

fn decode_references(
    regions: &Regions<'_>,
    out: &mut Fields,
) -> Result<ObjectReferenceRegion, Fault> {
    let region = ObjectReferenceRegion::parse(regions.references).map_err(Fault::content)?;
    let list: Vec<Value> = region
        .blocks()
        .iter()
        .map(|block| {
            let mut fields = Fields::new();
            block.show(&mut fields, "");
            fields.into()
        })
        .collect();
    if !list.is_empty() {
        out.insert("body.object_references".into(), list.into());
    }
    Ok(region)
}

fn decode_typed(
    families: PayloadKindBitmap,
    count: u16,
    regions: &Regions<'_>,
    out: &mut Fields,
) -> Result<(), Fault> {
    let region = TypedPayloadRegion::parse(families, count, regions.descriptors, regions.frames)
        .map_err(Fault::content)?;
    let views = region.frame_views().map_err(Fault::content)?;
    let list: Vec<Value> = views
        .iter()
        .map(|view| {
            let mut fields = Fields::new();
            view.descriptor.show(&mut fields, "");
            fields.insert("payload".into(), hex::encode(view.payload).into());
            fields.into()
        })
        .collect();
    if !list.is_empty() {
        out.insert("body.typed".into(), list.into());
    }
    Ok(())
}

/// A body from fields: raw if given, else from the blocks that nnrp-core writes.
pub fn encode(fields: &Fields) -> Result<Vec<u8>, Fault> {
    if let Some(raw) = fields.get("body") {
        return bytes(raw);
    }
    let known = ["body.prelude", "body.object_references", "body.typed"];
    if let Some(name) =
        fields.keys().find(|name| name.starts_with("body.") && !known.contains(&name.as_str()))
    {
        return Err(Fault::Unsupported(name.clone()));
    }
    let Some(prelude) = fields.get("body.prelude") else { return Ok(Vec::new()) };
    let mut body =
        BodyRegionPrelude::take(object(prelude)?, "")?.bytes().map_err(Fault::content)?;
    let blocks: Vec<ObjectReferenceBlock> = records(fields.get("body.object_references"))?;
    let references = ObjectReferenceRegion::from_blocks(blocks);
    body.extend(references.to_bytes().map_err(Fault::content)?);
    if let Some(typed) = fields.get("body.typed") {
        let descriptors = records(Some(typed))?;
        let frames = payloads(typed)?;
        let families = u32::try_from(take(fields, "payload_kind_bitmap")?)
            .map_err(|_| Fault::Request("payload_kind_bitmap is no u32".into()))?;
        let region =
            TypedPayloadRegion::from_parts(PayloadKindBitmap(families), descriptors, &frames)
                .map_err(Fault::content)?;
        body.extend(region.descriptor_region_bytes().map_err(Fault::content)?);
        body.extend(region.payload_region());
    }
    Ok(body)
}

fn object(value: &Value) -> Result<&Fields, Fault> {
    value.as_object().ok_or_else(|| Fault::Request("a block is no object".into()))
}

fn records<T: Record>(list: Option<&Value>) -> Result<Vec<T>, Fault> {
    let list = list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().map(|entry| T::take(object(entry)?, "")).collect()
}

fn payloads(list: &Value) -> Result<Vec<u8>, Fault> {
    let mut frames = Vec::new();
    for entry in list.as_array().map_or(&[][..], Vec::as_slice) {
        if let Some(payload) = entry.get("payload") {
            frames.extend(bytes(payload)?);
        }
    }
    Ok(frames)
}

fn bytes(value: &Value) -> Result<Vec<u8>, Fault> {
    let digits = value.as_str().and_then(hex::decode);
    digits.ok_or_else(|| Fault::Request("bytes are hexadecimal".into()))
}
