//! Packets that carry more than most.

use super::frames::{Msg, longer, put};
use alloc::vec::Vec;
use wireproof_wire::nnrp::Frame;
use wireproof_wire::nnrp::body::{Prelude, write_typed};
use wireproof_wire::nnrp::cache::{CacheInvalidate, CachePut};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{CAMERA_BLOCK, ObjectReference, TILE_INDEX_BLOCK, write_inline};
use wireproof_wire::nnrp::schema::{CACHEABLE, HASH_STABLE, SchemaHeader};
use wireproof_wire::nnrp::submit::FrameSubmit;
use wireproof_wire::nnrp::typed::{ExtensionFrame, TypedDescriptor};
/// A submit with object references, inline objects and extension frames besides its payload.
pub(super) fn laden(session: u32, frame: u32, inline: &[u8], refs: &[u8], extra: &[u8]) -> Msg {
    let payload = b"prompt";
    let mut body = Vec::new();
    Prelude {
        inline_object_bytes: inline.len() as u32,
        object_reference_bytes: refs.len() as u32,
        typed_payload_descriptor_bytes: 24,
        typed_payload_frame_bytes: payload.len() as u32,
        extension_descriptor_bytes: extra.len() as u32,
        ..Prelude::default()
    }
    .write(&mut body);
    body.extend_from_slice(inline);
    body.extend_from_slice(refs);
    let (profile_id, length) = (2, payload.len() as u32);
    TypedDescriptor { profile_id, length, ..TypedDescriptor::default() }.write(&mut body);
    body.extend_from_slice(payload);
    body.extend_from_slice(extra);
    let meta = FrameSubmit {
        frame_class: 1,
        loss_tolerance_policy: 0xFF,
        payload_kind_bitmap: 2,
        payload_frame_count: 1,
        submit_mode: u8::from(!refs.is_empty()) + u8::from(!refs.is_empty() && !inline.is_empty()),
        object_ref_mask: u32::from(!refs.is_empty()),
        tile_index_bytes: if inline.is_empty() { 0 } else { 3 },
        ..FrameSubmit::default()
    };
    Msg::new(&Frame::new(meta, &body).at(session, frame, 0))
}

fn reference(key: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let object_kind = CAMERA_BLOCK;
    ObjectReference { object_kind, cache_key_lo: key, ..ObjectReference::default() }
        .write(&mut out);
    out
}

/// A submit that refers to the camera block under `key`.
pub(super) fn refers(session: u32, frame: u32, key: u32) -> Msg {
    laden(session, frame, &[], &reference(key), &[])
}

/// The same with a tile index sent along.
pub(super) fn mixed(session: u32, frame: u32, key: u32) -> Msg {
    let mut inline = Vec::new();
    write_inline(&mut inline, TILE_INDEX_BLOCK, 0, b"abc");
    laden(session, frame, &inline, &reference(key), &[])
}

/// A submit with an extension frame.
pub(super) fn extended(session: u32, frame: u32, flags: u16) -> Msg {
    let mut extra = Vec::new();
    ExtensionFrame { extension_kind: 9, extension_flags: flags, ..ExtensionFrame::default() }
        .write(&mut extra);
    laden(session, frame, &[], &[], &extra)
}

/// A submit whose payload names the one standard schema, as an override or not.
pub(super) fn anchored(session: u32, frame: u32, descriptor_flags: u16) -> Msg {
    let mut body = Vec::new();
    let descriptor = TypedDescriptor {
        profile_id: 2,
        schema_id: 0x1001,
        schema_version: 3,
        descriptor_flags,
        ..TypedDescriptor::default()
    };
    write_typed(&mut body, &[(descriptor, b"prompt")]);
    let meta = FrameSubmit {
        frame_class: 1,
        loss_tolerance_policy: 0xFF,
        payload_kind_bitmap: 2,
        payload_frame_count: 1,
        ..FrameSubmit::default()
    };
    Msg::new(&Frame::new(meta, &body).at(session, frame, 0))
}

/// CACHE_PUT of other bytes under the same key.
pub(super) fn put_other(session: u32) -> Msg {
    put(session).byte(40 + 32, b'k')
}

/// CACHE_PUT that carries a schema.
pub(super) fn put_schema(session: u32, key: u32, schema_hash: u64) -> Msg {
    let mut object = Vec::new();
    SchemaHeader {
        schema_id: 5,
        schema_version: 1,
        profile_id: 2,
        schema_flags: CACHEABLE | HASH_STABLE,
        min_version_major: 1,
        max_version_major: 1,
        schema_hash,
        ..SchemaHeader::default()
    }
    .write(&mut object);
    let meta = CachePut {
        cache_key_lo: key,
        object_kind: 8,
        object_bytes: object.len() as u32,
        ..CachePut::default()
    };
    Msg::new(&Frame::new(meta, &object).at(session, 0, 0))
}

pub(super) fn invalidate(session: u32, invalidate_scope: u32) -> Msg {
    let meta = CacheInvalidate { invalidate_scope, cache_key_lo: 9, ..CacheInvalidate::default() };
    Msg::new(&Frame::new(meta, &[]).at(session, 0, 0))
}

/// The same with a loss tolerance in extension 0x0103 or 0x0104.
pub(super) fn level(msg: Msg, kind: u8, level: u8) -> Msg {
    let entry = [kind, 0x01, 0, 0, 8, 0, 0, 0, level, 0, 0, 0, 0, 0, 0, 0];
    longer(msg.with("control_extension_bytes", 16), &entry)
}
