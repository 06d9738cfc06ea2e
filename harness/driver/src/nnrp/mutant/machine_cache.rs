//! Defects of caches and their objects.

use super::defect::Defect;
use super::edit::Edit;
use super::memory::Memory;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::cache::CacheInvalidate;
use wireproof_wire::nnrp::code::{
    CACHE_MISS, INTERNAL_ERROR, LEASE_EXPIRED, LIMIT_EXCEEDED, SCHEMA_MISMATCH,
};
use wireproof_wire::nnrp::{Frame, MessageType};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Machine,
        "accepts_and_forgets",
        &["NNRP-CACHE-005"],
        "A put is accepted and its object is filed under another key.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::CachePut) {
            edit.set("cache_key_hi", edit.get("cache_key_hi") ^ 0x8000_0000);
        }
    })
    .outgoing(|edit, _| {
        if edit.is(MessageType::CacheAck) {
            edit.set("cache_key_hi", edit.get("cache_key_hi") ^ 0x8000_0000);
        }
    }),
    Defect::server(
        Machine,
        "cache_status_unassigned",
        &["NNRP-CACHE-005"],
        "A replaced object is acknowledged with status 3.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::CacheAck) && edit.get("status") == 2 {
            edit.set("status", 3);
        }
    }),
    Defect::server(
        Machine,
        "kind_takes_its_namespace_along",
        &["NNRP-CACHE-006"],
        "An invalidation of one kind removes everything in its namespace.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::CacheInvalidate) && edit.get("invalidate_scope") == 2 {
            edit.set("invalidate_scope", 1);
        }
    }),
    Defect::server(
        Machine,
        "namespace_takes_the_rest_along",
        &["NNRP-CACHE-006"],
        "An invalidation of one namespace empties the whole cache of the session.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::CacheInvalidate) && edit.get("invalidate_scope") == 1 {
            edit.set("invalidate_scope", 0);
        }
    }),
    Defect::server(
        Machine,
        "invalidation_unread",
        &["NNRP-CACHE-006"],
        "CACHE_INVALIDATE of a key is not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::CacheInvalidate) && edit.get("invalidate_scope") == 3 {
            edit.withhold();
        }
    }),
    Defect::client(
        Machine,
        "client_keeps_what_is_invalidated",
        &["NNRP-CACHE-006"],
        "The client does not look at CACHE_INVALIDATE.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::CacheInvalidate) {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "caches_kinds_beyond_the_grant",
        &["NNRP-CACHE-007"],
        "Objects of kinds that the hello did not grant are stored under another kind.",
    )
    .outgoing(note_grant)
    .incoming(|edit, memory| {
        if edit.is(MessageType::CachePut) {
            let granted = memory.number;
            let kind = edit.get("object_kind");
            if granted != 0 && (1..=9).contains(&kind) && granted & (1 << (kind - 1)) == 0 {
                edit.set("object_kind", u64::from(granted.trailing_zeros()) + 1);
            }
        }
    }),
    Defect::server(
        Machine,
        "takes_an_entry_too_many",
        &["NNRP-CACHE-007", "NNRP-CACHE-008"],
        "One object more than was granted is stored.",
    )
    .setup(|setup| setup.max_cache_entries += u32::from(setup.max_cache_entries > 0))
    .outgoing(|edit, memory| {
        if edit.is(MessageType::ServerHelloAck) && edit.get("max_cache_entries") != 0 {
            let said = edit.get("max_cache_entries").min(memory.setup.max_cache_entries.into());
            edit.set("max_cache_entries", said);
        }
    }),
    Defect::server(
        Machine,
        "takes_a_byte_too_many",
        &["NNRP-CACHE-007", "NNRP-CACHE-008"],
        "One byte more than was granted is stored.",
    )
    .setup(|setup| setup.max_cache_bytes += u32::from(setup.max_cache_bytes > 0))
    .outgoing(|edit, memory| {
        if edit.is(MessageType::ServerHelloAck) && edit.get("max_cache_bytes") != 0 {
            let said = edit.get("max_cache_bytes").min(memory.setup.max_cache_bytes.into());
            edit.set("max_cache_bytes", said);
        }
        if edit.is(MessageType::CacheAck) {
            let said = edit.get("max_object_bytes").min(memory.setup.max_cache_bytes.into());
            edit.set("max_object_bytes", said);
        }
    }),
    Defect::server(
        Machine,
        "makes_room_by_throwing_out",
        &["NNRP-CACHE-008"],
        "A put for which there is no room throws out the oldest object of its session.",
    )
    .incoming(|edit, memory| {
        if !edit.is(MessageType::CachePut) {
            return;
        }
        let limit = memory.setup.max_cache_entries as usize;
        let known = |packet: &[u8]| key_of(packet) == key_of(edit.bytes);
        if memory.kept.iter().any(|(_, packet)| known(packet)) {
            return;
        }
        if memory.kept.len() >= limit && limit != 0 {
            let (session, oldest) = memory.kept.remove(0);
            edit.added.before.push(removal(session, &oldest));
        }
        memory.kept.push((edit.get32("header.session_id"), edit.bytes.clone()));
    }),
    Defect::server(
        Machine,
        "full_cache_keeps_silent",
        &["NNRP-CACHE-008"],
        "A put for which there is no room is acknowledged as accepted.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::CacheAck) && edit.get("detail_code") == u64::from(LIMIT_EXCEEDED) {
            edit.set("status", 0);
            edit.set("detail_code", 0);
        }
    }),
    Defect::server(
        Machine,
        "miss_by_its_old_number",
        &["NNRP-CACHE-014", "NNRP-CACHE-019"],
        "A missing object is reported under the number of an earlier line of the protocol.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) && edit.get("error_code") == u64::from(CACHE_MISS) {
            edit.set("error_code", 0x0A);
        }
    }),
    Defect::server(
        Machine,
        "cache_errors_become_text",
        &["NNRP-CACHE-019", "NNRP-CACHE-015"],
        "Errors of the cache leave as internal errors.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) && is_of_the_cache(edit) {
            edit.set("error_code", INTERNAL_ERROR.into());
        }
    }),
    Defect::client(
        Machine,
        "cache_errors_arrive_as_text",
        &["NNRP-CACHE-019", "NNRP-ERR-002"],
        "Errors of the cache are handed on as internal errors.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Error) && is_of_the_cache(edit) {
            edit.set("error_code", INTERNAL_ERROR.into());
        }
    }),
    Defect::server(
        Machine,
        "lapsed_is_called_missing",
        &["NNRP-CACHE-015"],
        "A lapsed lease is reported as a missing object.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) && edit.get("error_code") == u64::from(LEASE_EXPIRED) {
            edit.set("error_code", CACHE_MISS.into());
        }
    }),
    Defect::server(
        Machine,
        "missing_object_passes",
        &["NNRP-CACHE-014"],
        "A frame whose objects are missing is dropped instead of refused.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) && edit.get("error_code") == u64::from(CACHE_MISS) {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "miss_bars_the_object",
        &["NNRP-CACHE-023"],
        "After a miss the session takes no frame that brings its objects along.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::Error) && edit.get("error_code") == u64::from(CACHE_MISS) {
            memory.sessions.push(edit.get32("header.session_id"));
        }
    })
    .incoming(|edit, memory| {
        let barred = memory.sessions.contains(&edit.get32("header.session_id"));
        if edit.is(MessageType::FrameSubmit) && barred && edit.get("camera_bytes") != 0 {
            super::machine_operation::refuse(edit, CACHE_MISS);
        }
    }),
    Defect::server(
        Machine,
        "put_answered_for_another_key",
        &["NNRP-CACHE-002"],
        "CACHE_ACK names the key beside the one that was put.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::CacheAck) {
            edit.set("cache_key_lo", edit.get("cache_key_lo") ^ 1);
        }
    }),
    Defect::client(
        Machine,
        "credentials_are_cached",
        &["NNRP-CACHE-024"],
        "The client puts its credentials into the cache of the server, to save sending them.",
    )
    .outgoing(|edit, memory| {
        if let Some(auth) = edit.frame().map(|frame| frame.blocks().auth.to_vec())
            && !auth.is_empty()
        {
            memory.kept.push((0, auth));
        }
        if edit.is(MessageType::CachePut)
            && let Some((_, auth)) = memory.kept.pop()
        {
            let meta = wireproof_wire::nnrp::cache::CachePut {
                cache_namespace: 0xAAAA,
                object_kind: 7,
                object_bytes: auth.len() as u32,
                ..Default::default()
            };
            let session = edit.get32("header.session_id");
            edit.added.after.push(Frame::new(meta, &auth).at(session, 0, 0).to_vec());
        }
    }),
];

/// Notes the kinds that a hello answer grants.
fn note_grant(edit: &mut Edit<'_>, memory: &mut Memory) {
    if edit.is(MessageType::ServerHelloAck) {
        memory.number = edit.get("cache_object_bitmap");
    }
}

fn is_of_the_cache(edit: &Edit<'_>) -> bool {
    (u64::from(CACHE_MISS)..=u64::from(SCHEMA_MISMATCH)).contains(&edit.get("error_code"))
}

/// Session, namespace and key of a CACHE_PUT.
fn key_of(packet: &[u8]) -> Option<(&[u8], &[u8])> {
    Some((packet.get(20..24)?, packet.get(40..52)?))
}

/// A CACHE_INVALIDATE of the object that a CACHE_PUT brought.
fn removal(session: u32, put: &[u8]) -> Vec<u8> {
    let word = |at: usize| {
        let bytes = put.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_le_bytes)
    };
    let meta = CacheInvalidate {
        invalidate_scope: 3,
        cache_namespace: word(40),
        cache_key_hi: word(44),
        cache_key_lo: word(48),
        reason_code: 0,
    };
    Frame::new(meta, &[]).at(session, 0, 0).to_vec()
}
