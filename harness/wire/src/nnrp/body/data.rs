//! The body of FRAME_SUBMIT and RESULT_PUSH, NNRP preview2 §7 (reference 5.1).

use super::rules::{
    check_sections, check_slots, check_sorted, result_carries, result_is_tensor_only,
    submit_carries, submit_is_tensor_only,
};
use crate::nnrp::header::HEADER_LEN;
use crate::nnrp::layout::{Layout, Rule, layout};
use crate::nnrp::object::{self, InlineObjects};
use crate::nnrp::result::ResultPush;
use crate::nnrp::submit::{FrameSubmit, MODE_INLINE, TENSOR};
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
            if meta.payload_kind_bitmap & TENSOR != 0 {
                check_sections(regions, meta.section_count, meta.tile_count, at)?;
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
            if meta.payload_kind_bitmap & TENSOR != 0 {
                check_sections(regions, meta.section_count, meta.tile_count, at)?;
            }
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
