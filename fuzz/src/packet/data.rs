//! Bodies of FRAME_SUBMIT and RESULT_PUSH, with the metadata that describes them.

use crate::draw::Draw;
use wireproof_wire::nnrp::body::{Prelude, write_typed};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{ObjectReference, SLOTS, TENSOR_SECTION_TABLE, write_inline};
use wireproof_wire::nnrp::result::ResultPush;
use wireproof_wire::nnrp::submit::{
    FIRE_AND_FORGET, FrameSubmit, MODE_INLINE, MODE_MIXED, MODE_REFERENCE, STRUCTURED_EVENT,
    TENSOR, TOKEN_CHUNK, TOOL_DELTA,
};
use wireproof_wire::nnrp::tensor::SectionDescriptor;
use wireproof_wire::nnrp::typed::{
    ExtensionFrame, PARTIAL, SEMANTICS_EVENT, SEMANTICS_TOOL_UPDATE, TERMINAL, TypedDescriptor,
};

/// Longest payload drawn.
const MOST: usize = 32;
/// Object kinds that fill no standard slot.
const FREE: [u16; 5] = [4, 5, 7, 8, 9];

/// The forms a data body has.
enum Form {
    Empty,
    Classic,
    Typed,
    Regions,
}

impl Form {
    fn draw(draw: &mut Draw<'_>) -> Self {
        [Self::Empty, Self::Typed, Self::Regions, Self::Classic]
            .into_iter()
            .nth(draw.below(4))
            .unwrap_or(Self::Empty)
    }
}

/// A body for a submit, and everything in `meta` that depends on it.
pub(super) fn submit(meta: &mut FrameSubmit, draw: &mut Draw<'_>) -> Vec<u8> {
    let form = Form::draw(draw);
    if matches!(form, Form::Classic) {
        meta.payload_kind_bitmap = TENSOR;
    }
    mend_submit(meta);
    let mut parts = Parts::default();
    let body = match form {
        Form::Empty => {
            (meta.section_count, meta.camera_bytes, meta.tile_index_bytes) = (0, 0, 0);
            Vec::new()
        }
        Form::Classic => classic(draw),
        Form::Typed => {
            (meta.camera_bytes, meta.tile_index_bytes) = (0, 0);
            typed_only(&mut parts, meta.payload_kind_bitmap, draw)
        }
        Form::Regions => {
            parts.sections = few(&mut meta.section_count, &mut meta.tile_count);
            slots(&mut parts, meta, draw);
            parts.typed(meta.payload_kind_bitmap, draw);
            parts.extensions(draw);
            parts.body()
        }
    };
    meta.payload_frame_count = parts.count;
    let inline = parts.inline_slots;
    meta.object_ref_mask = parts.referenced_slots;
    meta.submit_mode = match (meta.object_ref_mask, inline) {
        (0, _) => MODE_INLINE,
        (_, 0) => MODE_REFERENCE,
        _ => MODE_MIXED,
    };
    body
}

/// A body for a result, and everything in `meta` that depends on it.
pub(super) fn result(meta: &mut ResultPush, draw: &mut Draw<'_>) -> Vec<u8> {
    let form = Form::draw(draw);
    if matches!(form, Form::Classic) {
        meta.payload_kind_bitmap = TENSOR;
    }
    let mut parts = Parts::default();
    if meta.payload_kind_bitmap & TENSOR == 0 {
        (meta.section_count, meta.tile_count, meta.tile_base_id) = (0, 0, 0);
        (meta.covered_tile_count, meta.dropped_tile_count) = (0, 0);
    } else {
        if matches!(form, Form::Regions) {
            parts.sections = few(&mut meta.section_count, &mut meta.tile_count);
        }
        meta.covered_tile_count = meta.covered_tile_count.min(meta.tile_count);
        meta.dropped_tile_count = meta.tile_count - meta.covered_tile_count;
    }
    let body = match form {
        Form::Empty => {
            meta.section_count = 0;
            Vec::new()
        }
        Form::Classic => classic(draw),
        Form::Typed => typed_only(&mut parts, meta.payload_kind_bitmap, draw),
        Form::Regions => {
            sorted(&mut parts, draw);
            parts.typed(meta.payload_kind_bitmap, draw);
            parts.extensions(draw);
            parts.body()
        }
    };
    meta.payload_frame_count = parts.count;
    body
}

fn mend_submit(meta: &mut FrameSubmit) {
    if meta.frame_class == 0 && meta.loss_tolerance_policy == FIRE_AND_FORGET {
        meta.loss_tolerance_policy = 0;
    }
    if meta.payload_kind_bitmap & TENSOR != 0 {
        meta.tile_index_mode %= 4;
        return;
    }
    (meta.src_width, meta.src_height, meta.tile_width, meta.tile_height) = (0, 0, 0, 0);
    (meta.tile_count, meta.section_count, meta.input_profile) = (0, 0, 0);
    meta.tile_base_id = 0;
}

/// Sections and tiles of a table that stays small.
fn few(sections: &mut u16, tiles: &mut u16) -> (u16, u16) {
    (*sections, *tiles) = (*sections % 4, *tiles % 8);
    (*sections, *tiles)
}

/// As many sections as announced, each with one length for each tile.
fn section_table((sections, tiles): (u16, u16), draw: &mut Draw<'_>) -> Vec<u8> {
    let mut table = Vec::new();
    for _ in 0..sections {
        table.resize(table.len().next_multiple_of(8), 0);
        let lengths: Vec<u32> = (0..tiles).map(|_| u32::from(draw.byte() % 5)).collect();
        let payload: u32 = lengths.iter().sum();
        let descriptor = SectionDescriptor {
            role_id: draw.number() as u16,
            dtype_id: draw.byte() % 8,
            layout_id: draw.byte() % 2,
            length_table_bytes: 4 * u32::from(tiles),
            payload_bytes: payload,
            ..SectionDescriptor::default()
        };
        descriptor.write(&mut table);
        lengths.iter().for_each(|length| table.extend(length.to_le_bytes()));
        table.resize(table.len() + payload as usize, 0x5A);
    }
    table
}

/// Bytes that are no prelude: too short, or with a flag that no prelude has.
fn classic(draw: &mut Draw<'_>) -> Vec<u8> {
    let mut body = draw.blob(96).to_vec();
    body.resize(body.len().max(1), 0);
    if let Some(flags) = body.get_mut(24) {
        *flags |= 1;
    }
    body
}

fn typed_only(parts: &mut Parts, announced: u32, draw: &mut Draw<'_>) -> Vec<u8> {
    let payloads: Vec<(TypedDescriptor, &[u8])> =
        (0..draw.below(4)).map(|_| (descriptor(announced, draw), draw.blob(MOST))).collect();
    parts.count = payloads.len() as u16;
    let mut body = Vec::new();
    write_typed(&mut body, &payloads);
    body
}

/// A descriptor whose family is announced; profiles without a meaning have none.
fn descriptor(announced: u32, draw: &mut Draw<'_>) -> TypedDescriptor {
    let mut semantics = (draw.byte() % 6).into();
    let others = announced & !(TENSOR | TOKEN_CHUNK);
    let profile_id = match draw.byte() % 4 {
        1 if announced & TENSOR != 0 => 1,
        2 if announced & TOKEN_CHUNK != 0 => 2,
        0 if others.count_ones() == 1 => 0,
        0 if others & STRUCTURED_EVENT != 0 => {
            semantics = SEMANTICS_EVENT;
            0
        }
        0 if others & TOOL_DELTA != 0 => {
            semantics = SEMANTICS_TOOL_UPDATE;
            0
        }
        _ => 3 + draw.number() as u16 % 1000,
    };
    let mut descriptor_flags = u16::from(draw.byte()) & 0xF;
    if descriptor_flags & (TERMINAL | PARTIAL) == TERMINAL | PARTIAL {
        descriptor_flags &= !PARTIAL;
    }
    TypedDescriptor {
        profile_id,
        descriptor_flags,
        schema_id: draw.number() as u32,
        schema_version: draw.number() as u32,
        stream_semantics: semantics,
        ..TypedDescriptor::default()
    }
}

/// The standard slots of a submit in order, each left out, inline or by reference, with objects
/// of other kinds between them.
fn slots(parts: &mut Parts, meta: &mut FrameSubmit, draw: &mut Draw<'_>) {
    for (slot, kind) in SLOTS.into_iter().enumerate() {
        let choice = draw.byte();
        if choice & 0x10 != 0 {
            let kind = FREE[usize::from(choice >> 5) % FREE.len()];
            parts.inline(kind, draw);
        }
        let mut inline = 0;
        match choice % 3 {
            1 => {
                inline = parts.inline(kind, draw);
                parts.inline_slots |= 1 << slot;
            }
            2 => {
                parts.reference(kind, draw);
                parts.referenced_slots |= 1 << slot;
            }
            _ => {}
        }
        // For a referenced slot any length is taken.
        let announced = match slot {
            0 => &mut meta.camera_bytes,
            1 => &mut meta.tile_index_bytes,
            _ => continue,
        };
        if choice % 3 != 2 {
            *announced = inline;
        }
    }
}

/// Objects and references of a result, in the order it has to keep.
fn sorted(parts: &mut Parts, draw: &mut Draw<'_>) {
    let mut kinds: Vec<u16> = (0..draw.below(4)).map(|_| 1 + draw.below(9) as u16).collect();
    kinds.sort_unstable();
    for kind in kinds {
        parts.inline(kind, draw);
    }
    let mut references: Vec<ObjectReference> =
        (0..draw.below(4)).map(|_| reference(1 + draw.below(9) as u16, draw)).collect();
    references.sort_unstable_by_key(|r| {
        (r.object_kind, r.cache_namespace, r.cache_key_hi, r.cache_key_lo)
    });
    references.iter().for_each(|reference| reference.write(&mut parts.references));
}

fn reference(object_kind: u16, draw: &mut Draw<'_>) -> ObjectReference {
    ObjectReference {
        object_kind,
        cache_namespace: draw.number() as u32,
        cache_key_hi: draw.number() as u32,
        cache_key_lo: draw.number() as u32,
        ..ObjectReference::default()
    }
}

/// The six regions while they grow.
#[derive(Default)]
struct Parts {
    objects: Vec<u8>,
    references: Vec<u8>,
    descriptors: Vec<u8>,
    frames: Vec<u8>,
    extension_descriptors: Vec<u8>,
    extension_payloads: Vec<u8>,
    count: u16,
    inline_slots: u32,
    referenced_slots: u32,
    /// Sections and tiles that the metadata announces.
    sections: (u16, u16),
}

impl Parts {
    fn inline(&mut self, kind: u16, draw: &mut Draw<'_>) -> u32 {
        let profile = draw.number() as u16;
        if kind == TENSOR_SECTION_TABLE {
            let table = section_table(self.sections, draw);
            write_inline(&mut self.objects, kind, profile, &table);
            return table.len() as u32;
        }
        let payload = draw.blob(2 * MOST);
        write_inline(&mut self.objects, kind, profile, payload);
        payload.len() as u32
    }

    fn reference(&mut self, kind: u16, draw: &mut Draw<'_>) {
        reference(kind, draw).write(&mut self.references);
    }

    /// Typed payloads, with gaps between them.
    fn typed(&mut self, announced: u32, draw: &mut Draw<'_>) {
        for _ in 0..draw.below(4) {
            let descriptor = descriptor(announced, draw);
            self.frames.resize(self.frames.len() + draw.below(4), 0xAA);
            let payload = draw.blob(MOST);
            let (offset, length) = (self.frames.len() as u32, payload.len() as u32);
            TypedDescriptor { offset, length, ..descriptor }.write(&mut self.descriptors);
            self.frames.extend_from_slice(payload);
            self.count += 1;
        }
    }

    fn extensions(&mut self, draw: &mut Draw<'_>) {
        for _ in 0..draw.below(3) {
            let (extension_kind, profile_id) = (draw.number() as u16, draw.number() as u16);
            let extension_flags = u16::from(draw.byte() & 1);
            self.extension_payloads.resize(self.extension_payloads.len() + draw.below(4), 0xAA);
            let payload = draw.blob(MOST);
            ExtensionFrame {
                extension_kind,
                extension_flags,
                profile_id,
                payload_offset: self.extension_payloads.len() as u32,
                payload_length: payload.len() as u32,
                ..ExtensionFrame::default()
            }
            .write(&mut self.extension_descriptors);
            self.extension_payloads.extend_from_slice(payload);
        }
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        Prelude {
            inline_object_bytes: self.objects.len() as u32,
            object_reference_bytes: self.references.len() as u32,
            typed_payload_descriptor_bytes: self.descriptors.len() as u32,
            typed_payload_frame_bytes: self.frames.len() as u32,
            extension_descriptor_bytes: self.extension_descriptors.len() as u32,
            extension_payload_bytes: self.extension_payloads.len() as u32,
            ..Prelude::default()
        }
        .write(&mut body);
        let parts = [
            &self.objects,
            &self.references,
            &self.descriptors,
            &self.frames,
            &self.extension_descriptors,
            &self.extension_payloads,
        ];
        parts.into_iter().for_each(|part| body.extend_from_slice(part));
        body
    }
}
