//! Rules of FRAME_SUBMIT and RESULT_PUSH: between fields, and between fields and regions.

use super::data::Regions;
use crate::nnrp::object::{self, SLOTS};
use crate::nnrp::result::ResultPush;
use crate::nnrp::submit::{FIRE_AND_FORGET, FrameSubmit, MODE_INLINE, MODE_REFERENCE, TENSOR};
use crate::nnrp::tensor;
use crate::nnrp::violation::{Layer, Violation};

/// Whether the classic form is open to a submit.
pub fn submit_is_tensor_only(meta: &FrameSubmit) -> bool {
    meta.payload_kind_bitmap == TENSOR && meta.payload_frame_count == 0
}

/// Whether the classic form is open to a result.
pub fn result_is_tensor_only(meta: &ResultPush) -> bool {
    meta.payload_kind_bitmap == TENSOR && meta.payload_frame_count == 0
}

/// Whether a submit cannot do without a body.
pub fn submit_carries(meta: &FrameSubmit) -> bool {
    meta.payload_frame_count != 0
        || meta.object_ref_mask != 0
        || meta.section_count != 0
        || meta.camera_bytes != 0
        || meta.tile_index_bytes != 0
}

/// Whether a result cannot do without a body.
pub fn result_carries(meta: &ResultPush) -> bool {
    meta.payload_frame_count != 0 || meta.section_count != 0
}

/// Rules between FRAME_SUBMIT fields (NNRP-SUB-006, -007, -010, PRO-004).
pub fn check_submit(meta: &FrameSubmit) -> Result<(), Violation> {
    if meta.frame_class == 0 && meta.loss_tolerance_policy == FIRE_AND_FORGET {
        let found = u64::from(meta.loss_tolerance_policy);
        return Err(Violation::metadata("NNRP-SUB-006", "loss_tolerance_policy", 54, found));
    }
    if (meta.submit_mode == MODE_INLINE) != (meta.object_ref_mask == 0) {
        let found = u64::from(meta.object_ref_mask);
        return Err(Violation::metadata("NNRP-SUB-007", "object_ref_mask", 56, found));
    }
    if meta.payload_kind_bitmap & TENSOR != 0 {
        if meta.tile_index_mode > 3 {
            let found = u64::from(meta.tile_index_mode);
            let violation = Violation::metadata("NNRP-PRO-004", "tile_index_mode", 14, found);
            return Err(violation.read("R-51"));
        }
        return Ok(());
    }
    let extent = meta.src_width | meta.src_height | meta.tile_width | meta.tile_height;
    let count = meta.tile_count | meta.section_count | u16::from(meta.input_profile);
    if u32::from(extent | count) | meta.tile_base_id == 0 {
        return Ok(());
    }
    for (field, at, value) in [
        ("src_width", 0, u32::from(meta.src_width)),
        ("src_height", 2, u32::from(meta.src_height)),
        ("tile_width", 4, u32::from(meta.tile_width)),
        ("tile_height", 6, u32::from(meta.tile_height)),
        ("tile_count", 8, u32::from(meta.tile_count)),
        ("section_count", 10, u32::from(meta.section_count)),
        ("input_profile", 13, u32::from(meta.input_profile)),
        ("tile_base_id", 24, meta.tile_base_id),
    ] {
        if value != 0 {
            return Err(Violation::metadata("NNRP-SUB-010", field, at, u64::from(value)));
        }
    }
    Ok(())
}

/// Rules between RESULT_PUSH fields (NNRP-RLT-009, -010).
pub fn check_result(meta: &ResultPush) -> Result<(), Violation> {
    if meta.payload_kind_bitmap & TENSOR != 0 {
        let covered = u32::from(meta.covered_tile_count) + u32::from(meta.dropped_tile_count);
        if covered != u32::from(meta.tile_count) {
            let found = u64::from(covered);
            return Err(Violation::metadata("NNRP-RLT-010", "covered_tile_count", 52, found));
        }
        return Ok(());
    }
    let coverage = meta.covered_tile_count | meta.dropped_tile_count;
    if u32::from(meta.section_count | meta.tile_count | coverage) | meta.tile_base_id == 0 {
        return Ok(());
    }
    for (field, at, value) in [
        ("section_count", 4, u32::from(meta.section_count)),
        ("tile_count", 6, u32::from(meta.tile_count)),
        ("tile_base_id", 20, meta.tile_base_id),
        ("covered_tile_count", 52, u32::from(meta.covered_tile_count)),
        ("dropped_tile_count", 54, u32::from(meta.dropped_tile_count)),
    ] {
        if value != 0 {
            return Err(Violation::metadata("NNRP-RLT-009", field, at, u64::from(value)));
        }
    }
    Ok(())
}

/// Standard slots of a submit (NNRP-SUB-008, -009, -011).
pub fn check_slots(meta: &FrameSubmit, regions: &Regions<'_>, at: usize) -> Result<(), Violation> {
    let fault = |requirement, field, found| Err(Violation::body(requirement, field, at, found));
    let mut inline = 0u32;
    let mut lengths = [0u32; 4];
    let mut last = 0;
    for object in regions.objects() {
        let Some(slot) = slot_of(object.header.object_kind) else { continue };
        if slot < last || inline & (1 << slot) != 0 {
            return fault("NNRP-SUB-009", "object_kind", u64::from(object.header.object_kind));
        }
        last = slot;
        inline |= 1 << slot;
        lengths[slot] = object.header.object_bytes;
    }
    let mut referenced = 0u32;
    last = 0;
    for reference in object::references(regions.object_references) {
        let Some(slot) = slot_of(reference.object_kind) else { continue };
        if slot < last {
            return fault("NNRP-SUB-009", "object_kind", u64::from(reference.object_kind));
        }
        if referenced & (1 << slot) != 0 {
            return fault("NNRP-SUB-008", "object_kind", u64::from(reference.object_kind));
        }
        last = slot;
        referenced |= 1 << slot;
    }
    let mixed_without_inline =
        meta.submit_mode != MODE_INLINE && meta.submit_mode != MODE_REFERENCE && inline == 0;
    if referenced != meta.object_ref_mask || inline & referenced != 0 || mixed_without_inline {
        return fault("NNRP-SUB-008", "object_ref_mask", u64::from(referenced));
    }
    for (slot, field, announced) in
        [(0, "camera_bytes", meta.camera_bytes), (1, "tile_index_bytes", meta.tile_index_bytes)]
    {
        // For a referenced slot any length is taken.
        if referenced & (1 << slot) == 0 && announced != lengths[slot] {
            return fault("NNRP-SUB-011", field, u64::from(announced));
        }
    }
    Ok(())
}

/// The section table of a tensor frame, if it lies in the body, holds exactly the sections that the
/// metadata announces, each with one length per tile (NNRP-PRO-002, -003).
pub fn check_sections(
    regions: &Regions<'_>,
    sections: u16,
    tiles: u16,
    at: usize,
) -> Result<(), Violation> {
    let mut objects = regions.objects();
    let table = objects.find(|object| object.header.object_kind == object::TENSOR_SECTION_TABLE);
    let Some(table) = table else { return Ok(()) };
    let mut rest = table.payload;
    for _ in 0..sections {
        let (_, used) = tensor::decode(rest, tiles)
            .map_err(|violation| Violation { layer: Layer::Body, ..violation.shifted(at) })?;
        rest = &rest[used..];
    }
    // A table may end with the filler that its last section would have before a next one.
    if rest.len() < 8 && rest.iter().all(|&byte| byte == 0) {
        return Ok(());
    }
    Err(Violation::body("NNRP-PRO-002", "section_count", at, u64::from(sections)))
}

fn slot_of(kind: u16) -> Option<usize> {
    SLOTS.iter().position(|&slot| slot == kind)
}

/// Object blocks of a result are sorted (NNRP-PAY-007).
pub fn check_sorted(regions: &Regions<'_>, at: usize) -> Result<(), Violation> {
    let mut kind = 0;
    for object in regions.objects() {
        if object.header.object_kind < kind {
            let found = u64::from(object.header.object_kind);
            return Err(Violation::body("NNRP-PAY-007", "object_kind", at, found));
        }
        kind = object.header.object_kind;
    }
    let mut key = (0, 0, 0, 0);
    for r in object::references(regions.object_references) {
        let next = (r.object_kind, r.cache_namespace, r.cache_key_hi, r.cache_key_lo);
        if next < key {
            let found = u64::from(r.object_kind);
            return Err(Violation::body("NNRP-PAY-007", "object_references", at, found));
        }
        key = next;
    }
    Ok(())
}
