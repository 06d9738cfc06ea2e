//! Data packets: written straight into a buffer, and viewed without a second check.

use alloc::vec::Vec;
use wireproof_wire::nnrp::body::{Prelude, Regions, write_typed};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::ObjectReference;
use wireproof_wire::nnrp::submit::TENSOR;
use wireproof_wire::nnrp::typed::{TypedDescriptor, payloads};
use wireproof_wire::nnrp::{Frame, Header, Metadata};

const PRELUDE_LEN: usize = 32;

/// Bytes of a body that is one typed payload.
pub(crate) const fn data_len(payload: &[u8]) -> usize {
    PRELUDE_LEN + TypedDescriptor::LEN + payload.len()
}

/// Writes a packet whose body is one object reference and one typed payload.
pub(crate) fn write_referring(
    out: &mut Vec<u8>,
    header: Header,
    meta: &impl Layout,
    reference: &ObjectReference,
    descriptor: &TypedDescriptor,
    payload: &[u8],
) {
    let body_len = (ObjectReference::LEN + data_len(payload)) as u32;
    Header { body_len, ..header }.write(out);
    meta.write(out);
    let lengths = Prelude {
        object_reference_bytes: ObjectReference::LEN as u32,
        typed_payload_descriptor_bytes: TypedDescriptor::LEN as u32,
        typed_payload_frame_bytes: payload.len() as u32,
        ..Prelude::default()
    };
    lengths.write(out);
    reference.write(out);
    TypedDescriptor { offset: 0, length: payload.len() as u32, ..*descriptor }.write(out);
    out.extend_from_slice(payload);
}

/// Writes a packet whose body is one typed payload.
pub(crate) fn write_data(
    out: &mut Vec<u8>,
    header: Header,
    meta: &impl Layout,
    descriptor: &TypedDescriptor,
    payload: &[u8],
) {
    let body_len = data_len(payload) as u32;
    Header { body_len, ..header }.write(out);
    meta.write(out);
    write_typed(out, &[(*descriptor, payload)]);
}

/// The parts of a decoded data body that an endpoint looks at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DataView<'a> {
    regions: Regions<'a>,
}

impl<'a> DataView<'a> {
    /// Views the body of a frame that was decoded, and so checked, before.
    pub fn new(frame: &Frame<'a>) -> Self {
        let (kinds, count) = match &frame.meta {
            Metadata::FrameSubmit(meta) => (meta.payload_kind_bitmap, meta.payload_frame_count),
            Metadata::ResultPush(meta) => (meta.payload_kind_bitmap, meta.payload_frame_count),
            _ => return Self::default(),
        };
        // Only here the body may have the classic form, which needs a closer look.
        if kinds == TENSOR && count == 0 {
            let regions = frame.data().and_then(|data| data.regions().copied());
            return Self { regions: regions.unwrap_or_default() };
        }
        Self { regions: cut(frame.body).unwrap_or_default() }
    }

    /// Bytes and FNV-1a 64 of the typed payloads in order.
    pub fn digest(&self) -> (u32, u64) {
        self.regions.typed().fold((0, 0xcbf2_9ce4_8422_2325), |(bytes, hash), typed| {
            let hash = typed.payload.iter().fold(hash, |hash: u64, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
            (bytes + typed.payload.len() as u32, hash)
        })
    }

    /// The descriptors.
    pub fn descriptors(&self) -> impl Iterator<Item = TypedDescriptor> + use<'a> {
        self.regions.typed_descriptors.chunks_exact(TypedDescriptor::LEN).filter_map(Layout::read)
    }

    /// The first payload, as the echo of it needs.
    pub fn first(&self) -> Option<(TypedDescriptor, &'a [u8])> {
        let typed = payloads(self.regions.typed_descriptors, self.regions.typed_frames).next()?;
        Some((typed.descriptor, typed.payload))
    }

    /// Everything else.
    pub const fn regions(&self) -> &Regions<'a> {
        &self.regions
    }
}

fn cut(body: &[u8]) -> Option<Regions<'_>> {
    let mut lengths = [0usize; 6];
    for (at, length) in lengths.iter_mut().enumerate() {
        let raw = body.get(4 * at..4 * at + 4)?;
        *length = u32::from_le_bytes(raw.try_into().ok()?) as usize;
    }
    let mut rest = body.get(PRELUDE_LEN..)?;
    let mut regions = [&body[..0]; 6];
    for (region, length) in regions.iter_mut().zip(lengths) {
        (*region, rest) = rest.split_at_checked(length)?;
    }
    let [inline_objects, object_references, typed_descriptors, typed_frames, rest @ ..] = regions;
    let [extension_descriptors, extension_payloads] = rest;
    Some(Regions {
        inline_objects,
        object_references,
        typed_descriptors,
        typed_frames,
        extension_descriptors,
        extension_payloads,
    })
}
