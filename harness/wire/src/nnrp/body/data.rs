//! The body of FRAME_SUBMIT and RESULT_PUSH, NNRP preview2 §7 (reference 5.1).

use crate::nnrp::header::HEADER_LEN;
use crate::nnrp::layout::{Layout, Rule, layout};
use crate::nnrp::object::{self, InlineObjects, SLOTS};
use crate::nnrp::result::ResultPush;
use crate::nnrp::submit::{FIRE_AND_FORGET, FrameSubmit, MODE_INLINE, MODE_REFERENCE, TENSOR};
use crate::nnrp::typed::{self, TypedDescriptor, TypedPayload};
use crate::nnrp::violation::{Layer, Violation};
use alloc::vec::Vec;

layout! {
    /// The prelude: lengths of the six regions.
    pub struct Prelude[32] {
        inline_object_bytes: u32 @ 0,
        object_reference_bytes: u32 @ 4,
        typed_payload_descriptor_bytes: u32 @ 8,
        typed_payload_frame_bytes: u32 @ 12,
        extension_descriptor_bytes: u32 @ 16,
        extension_payload_bytes: u32 @ 20,
        body_flags: u32 @ 24 => Rule::Zero, "NNRP-PAY-001",
        reserved: u32 @ 28 => Rule::Zero, "NNRP-PAY-001",
    }
}

/// The six regions of a body with prelude.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Regions<'a> {
    /// Inline object blocks.
    pub inline_objects: &'a [u8],
    /// Object references of 16 bytes.
    pub object_references: &'a [u8],
    /// Typed payload descriptors of 24 bytes.
    pub typed_descriptors: &'a [u8],
    /// The payloads they point into.
    pub typed_frames: &'a [u8],
    /// Extension frame descriptors of 16 bytes.
    pub extension_descriptors: &'a [u8],
    /// The payloads they point into.
    pub extension_payloads: &'a [u8],
}

/// A data body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataBody<'a> {
    /// Nothing is carried.
    Empty,
    /// Prelude and regions.
    Regions(Regions<'a>),
    /// The classic tensor form without prelude, left uninterpreted.
    Classic(&'a [u8]),
}

/// Appends a body of typed payloads, packed without gaps.
pub fn write_typed(out: &mut Vec<u8>, payloads: &[(TypedDescriptor, &[u8])]) {
    let frames: usize = payloads.iter().map(|(_, payload)| payload.len()).sum();
    Prelude {
        typed_payload_descriptor_bytes: (payloads.len() * TypedDescriptor::LEN) as u32,
        typed_payload_frame_bytes: frames as u32,
        ..Prelude::default()
    }
    .write(out);
    let mut offset = 0;
    for (descriptor, payload) in payloads {
        let length = payload.len() as u32;
        TypedDescriptor { offset, length, ..*descriptor }.write(out);
        offset += length;
    }
    for (_, payload) in payloads {
        out.extend_from_slice(payload);
    }
}

impl<'a> Regions<'a> {
    /// The inline objects.
    pub const fn objects(&self) -> InlineObjects<'a> {
        InlineObjects::new(self.inline_objects)
    }

    /// The typed payloads.
    pub fn typed(&self) -> impl Iterator<Item = TypedPayload<'a>> + use<'a> {
        typed::payloads(self.typed_descriptors, self.typed_frames)
    }

    /// Cuts `body` at the lengths of its prelude.
    fn cut(body: &'a [u8], at: usize, frame_count: u16) -> Result<Self, Violation> {
        let Some(prelude) = Prelude::read(body) else {
            return Err(Violation::body("NNRP-PAY-001", "prelude", at, body.len() as u64));
        };
        if !prelude.admitted() {
            prelude.check().map_err(|v| Violation { layer: Layer::Body, ..v.shifted(at) })?;
        }
        prelude.check_lengths(body.len(), at, frame_count)?;
        Ok(Self::split(&prelude, body))
    }

    /// The regions of a body that decoding has accepted; `None` if its prelude does not add up.
    #[inline]
    fn view(body: &'a [u8]) -> Option<Self> {
        let prelude = Prelude::read(body)?;
        let sound = prelude.admitted() && prelude.total() == body.len() as u64;
        sound.then(|| Self::split(&prelude, body))
    }

    /// Cuts `body`, whose length is the total of `prelude`.
    #[inline]
    fn split(prelude: &Prelude, body: &'a [u8]) -> Self {
        let mut end = Prelude::LEN;
        let mut take = |len: u32| {
            let start = end;
            end += len as usize;
            &body[start..end]
        };
        Self {
            inline_objects: take(prelude.inline_object_bytes),
            object_references: take(prelude.object_reference_bytes),
            typed_descriptors: take(prelude.typed_payload_descriptor_bytes),
            typed_frames: take(prelude.typed_payload_frame_bytes),
            extension_descriptors: take(prelude.extension_descriptor_bytes),
            extension_payloads: take(prelude.extension_payload_bytes),
        }
    }

    #[inline]
    fn check(&self, mut at: usize) -> Result<(), Violation> {
        if !self.inline_objects.is_empty() {
            object::check_inline(self.inline_objects, at)?;
        }
        at += self.inline_objects.len();
        if !self.object_references.is_empty() {
            object::check_references(self.object_references, at)?;
        }
        at += self.object_references.len();
        typed::check(self.typed_descriptors, self.typed_frames.len(), at)?;
        at += self.typed_descriptors.len() + self.typed_frames.len();
        if self.extension_descriptors.is_empty() {
            return Ok(());
        }
        typed::check_extension_frames(self.extension_descriptors, self.extension_payloads.len(), at)
    }

    /// The family of every typed payload is announced (NNRP-PAY-016 to -018).
    fn check_families(&self, announced: u32, at: usize) -> Result<(), Violation> {
        let at = at + Prelude::LEN + self.inline_objects.len() + self.object_references.len();
        let descriptors = self.typed_descriptors.chunks_exact(TypedDescriptor::LEN);
        for (index, descriptor) in descriptors.filter_map(TypedDescriptor::read).enumerate() {
            // An unassigned profile is a matter of binding, not of families.
            if descriptor.profile_id > 2 {
                continue;
            }
            if typed::family(&descriptor, announced).is_none() {
                let found = u64::from(descriptor.profile_id);
                let place = at + index * TypedDescriptor::LEN;
                let violation = Violation::body("NNRP-PAY-016", "profile_id", place, found);
                return Err(violation.read("R-18"));
            }
        }
        Ok(())
    }
}

impl Prelude {
    /// Bytes of the body it describes, its own included.
    #[inline]
    fn total(&self) -> u64 {
        Self::LEN as u64
            + u64::from(self.inline_object_bytes)
            + u64::from(self.object_reference_bytes)
            + u64::from(self.typed_payload_descriptor_bytes)
            + u64::from(self.typed_payload_frame_bytes)
            + u64::from(self.extension_descriptor_bytes)
            + u64::from(self.extension_payload_bytes)
    }

    #[inline]
    fn check_lengths(&self, len: usize, at: usize, frame_count: u16) -> Result<(), Violation> {
        let sum = self.total();
        if sum != len as u64 {
            return Err(Violation::body("NNRP-PAY-002", "prelude", at, sum));
        }
        let typed = self.typed_payload_descriptor_bytes;
        let wanted = u32::from(frame_count) * TypedDescriptor::LEN as u32;
        if typed != wanted || (frame_count == 0 && self.typed_payload_frame_bytes != 0) {
            let (field, found) = ("typed_payload_descriptor_bytes", u64::from(typed));
            return Err(Violation::body("NNRP-PAY-003", field, at + 8, found));
        }
        for (field, offset, bytes) in [
            ("object_reference_bytes", 4, self.object_reference_bytes),
            ("extension_descriptor_bytes", 16, self.extension_descriptor_bytes),
        ] {
            if bytes % 16 != 0 {
                let found = u64::from(bytes);
                return Err(Violation::body("NNRP-PAY-004", field, at + offset, found));
            }
        }
        Ok(())
    }
}

impl<'a> DataBody<'a> {
    /// The body of a submit.
    pub fn of_submit(meta: &FrameSubmit, body: &'a [u8]) -> Result<Self, Violation> {
        let at = HEADER_LEN + FrameSubmit::LEN;
        let (count, tensor_only) = (meta.payload_frame_count, submit_is_tensor_only(meta));
        let parsed = Self::cut(body, at, count, tensor_only, submit_carries(meta))?;
        if let Self::Regions(regions) = &parsed {
            regions.check(at + Prelude::LEN)?;
            regions.check_families(meta.payload_kind_bitmap, at)?;
            let objects = regions.inline_objects.len() | regions.object_references.len();
            let announced = meta.object_ref_mask | meta.camera_bytes | meta.tile_index_bytes;
            if objects != 0 || announced != 0 || meta.submit_mode != MODE_INLINE {
                check_slots(meta, regions, at)?;
            }
        }
        Ok(parsed)
    }

    /// The body of a result.
    pub fn of_result(meta: &ResultPush, body: &'a [u8]) -> Result<Self, Violation> {
        let at = HEADER_LEN + ResultPush::LEN;
        let (count, tensor_only) = (meta.payload_frame_count, result_is_tensor_only(meta));
        let parsed = Self::cut(body, at, count, tensor_only, result_carries(meta))?;
        if let Self::Regions(regions) = &parsed {
            regions.check(at + Prelude::LEN)?;
            regions.check_families(meta.payload_kind_bitmap, at)?;
            check_sorted(regions, at)?;
        }
        Ok(parsed)
    }

    /// The body of a submit that decoding has accepted: only its boundaries are checked again.
    #[inline]
    pub(super) fn view_submit(meta: &FrameSubmit, body: &'a [u8]) -> Option<Self> {
        Self::view(body, submit_is_tensor_only(meta), submit_carries(meta))
    }

    /// The body of a result that decoding has accepted.
    #[inline]
    pub(super) fn view_result(meta: &ResultPush, body: &'a [u8]) -> Option<Self> {
        Self::view(body, result_is_tensor_only(meta), result_carries(meta))
    }

    #[inline]
    fn view(body: &'a [u8], tensor_only: bool, carries: bool) -> Option<Self> {
        if body.is_empty() {
            return (!carries).then_some(Self::Empty);
        }
        match Regions::view(body) {
            Some(regions) => Some(Self::Regions(regions)),
            None => tensor_only.then_some(Self::Classic(body)),
        }
    }

    /// The regions, if the body has them.
    pub const fn regions(&self) -> Option<&Regions<'a>> {
        match self {
            Self::Regions(regions) => Some(regions),
            Self::Empty | Self::Classic(_) => None,
        }
    }

    /// The typed payloads.
    pub fn typed(&self) -> impl Iterator<Item = TypedPayload<'a>> + use<'a> {
        self.regions().copied().unwrap_or_default().typed()
    }

    fn cut(
        body: &'a [u8],
        at: usize,
        frame_count: u16,
        tensor_only: bool,
        carries: bool,
    ) -> Result<Self, Violation> {
        if body.is_empty() {
            if carries {
                return Err(Violation::body("NNRP-PAY-001", "prelude", at, 0).read("R-15"));
            }
            return Ok(Self::Empty);
        }
        match Regions::cut(body, at, frame_count) {
            Ok(regions) => Ok(Self::Regions(regions)),
            // Whether 32 bytes "parse and add up" decides between the two forms.
            Err(v) if tensor_only && matches!(v.requirement, "NNRP-PAY-001" | "NNRP-PAY-002") => {
                Ok(Self::Classic(body))
            }
            Err(violation) => Err(violation),
        }
    }
}

fn submit_is_tensor_only(meta: &FrameSubmit) -> bool {
    meta.payload_kind_bitmap == TENSOR && meta.payload_frame_count == 0
}

fn result_is_tensor_only(meta: &ResultPush) -> bool {
    meta.payload_kind_bitmap == TENSOR && meta.payload_frame_count == 0
}

/// Whether a submit cannot do without a body.
fn submit_carries(meta: &FrameSubmit) -> bool {
    meta.payload_frame_count != 0
        || meta.object_ref_mask != 0
        || meta.section_count != 0
        || meta.camera_bytes != 0
        || meta.tile_index_bytes != 0
}

/// Whether a result cannot do without a body.
fn result_carries(meta: &ResultPush) -> bool {
    meta.payload_frame_count != 0 || meta.section_count != 0
}

/// Rules between FRAME_SUBMIT fields (NNRP-SUB-006, -007, -010, PRO-004).
pub(super) fn check_submit(meta: &FrameSubmit) -> Result<(), Violation> {
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
pub(super) fn check_result(meta: &ResultPush) -> Result<(), Violation> {
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
fn check_slots(meta: &FrameSubmit, regions: &Regions<'_>, at: usize) -> Result<(), Violation> {
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

fn slot_of(kind: u16) -> Option<usize> {
    SLOTS.iter().position(|&slot| slot == kind)
}

/// Object blocks of a result are sorted (NNRP-PAY-007).
fn check_sorted(regions: &Regions<'_>, at: usize) -> Result<(), Violation> {
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
