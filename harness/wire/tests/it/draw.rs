//! Well-formed packets of every type, drawn: fields within their rules, then lengths, ids and the
//! fields that depend on others.

use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_wire::nnrp::layout::{Layout, Rule};
use wireproof_wire::nnrp::object::write_inline;
use wireproof_wire::nnrp::typed::TypedDescriptor;
use wireproof_wire::nnrp::{Frame, MessageType, Metadata, body, extension};

/// A packet and the type it has.
pub fn packet() -> impl Strategy<Value = (MessageType, Vec<u8>)> {
    let kinds = proptest::sample::select(MessageType::ALL);
    (kinds, vec(word(), 32), vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..12))
        .prop_map(|(kind, words, long, short)| (kind, build(kind, &words, &long, &short)))
}

/// A number that is often near an end.
fn word() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), 0..4u64, Just(u64::MAX), any::<u64>().prop_map(|word| word & 0xFF)]
}

/// `word` bent into what `rule` admits.
fn within(rule: Rule, word: u64, width: usize) -> u64 {
    let word = word & (u64::MAX >> (64 - 8 * width));
    match rule {
        Rule::Any => word,
        Rule::Zero => 0,
        Rule::Bits(mask) => word & mask,
        Rule::Max(u64::MAX) => word,
        Rule::Max(max) => word % (max + 1),
        Rule::Range(low, high) => low + word % (high - low + 1),
        Rule::MaxOr(max, other) => match word % (max + 2) {
            last if last == max + 1 => other,
            value => value,
        },
    }
}

/// A packet of `kind` whose fields come from `words` and whose blocks from the two byte strings.
fn build(kind: MessageType, words: &[u64], long: &[u8], short: &[u8]) -> Vec<u8> {
    let mut meta = Metadata::zero(kind);
    for (field, word) in kind.fields().iter().zip(words.iter().cycle()) {
        assert!(meta.set(field.name, within(field.rule, *word, field.width)));
    }
    let mut content = Vec::new();
    content_of(&mut meta, words[31], long, short, &mut content);
    let mut frame = Frame::new(meta, &content);
    frame.header.flags = (words[30] & 0x3F) as u32;
    frame.header.trace_id = words[29];
    frame.header.route_id = words[28] as u16;
    ids(&mut frame, words[27]);
    frame.to_vec()
}

fn set(meta: &mut Metadata, field: &str, value: u64) {
    assert!(meta.set(field, value), "{field}");
}

/// An extension block of up to two entries of a vendor.
fn entries(word: u64, payload: &[u8], out: &mut Vec<u8>) {
    if word & 1 != 0 {
        extension::write(out, 0x8000 | (word >> 8) as u16, 0, payload);
    }
    if word & 2 != 0 {
        extension::write(out, 0xC001, (word >> 4) as u16 & 1, &payload[payload.len() / 2..]);
    }
}

/// Writes the body, and brings what depends on it or on other fields into line.
fn content_of(meta: &mut Metadata, word: u64, long: &[u8], short: &[u8], out: &mut Vec<u8>) {
    let kind = meta.message_type();
    let len = |bytes: &[u8]| bytes.len() as u64;
    let code = word % 8;
    let session_code = if code == 0 { 0 } else { 0x0001_0000 + code };
    match kind {
        MessageType::ClientHello => {
            let mut block = Vec::new();
            entries(word, short, &mut block);
            // Extensions follow an auth block that is a multiple of 8 without filler.
            let auth = if block.is_empty() { long } else { &long[..long.len() / 8 * 8] };
            set(meta, "auth_bytes", len(auth));
            set(meta, "control_extension_bytes", len(&block));
            out.extend([auth, &block].concat());
        }
        MessageType::ServerHelloAck => {
            entries(word, short, out);
            set(meta, "control_extension_bytes", len(out));
        }
        MessageType::SessionOpen | MessageType::SessionOpenAck => {
            opening(meta, (word, session_code), long, short, out);
        }
        MessageType::SessionPatch => {
            let bytes = if word & 4 != 0 { 16 } else { 0 };
            let mask = meta.get("patch_mask").unwrap_or_default() & 0x3F;
            set(meta, "patch_mask", mask | if bytes == 0 { 0 } else { 0x40 });
            set(meta, "profile_patch_bytes", bytes);
            set(meta, "degrade_policy", word % 4);
            out.resize(bytes as usize, 7);
            entries(word, short, out);
        }
        MessageType::SessionPatchAck => {
            let bytes = if word & 4 != 0 { 16 } else { 0 };
            set(meta, "profile_patch_ack_bytes", bytes);
            out.resize(bytes as usize, 7);
            entries(word, short, out);
        }
        MessageType::Error => {
            set(meta, "diagnostic_bytes", len(long));
            out.extend(long);
            if word & 3 != 0 {
                out.resize(extension::padded(long.len()), 0);
                entries(word, short, out);
            }
        }
        MessageType::SessionClose | MessageType::SessionCloseAck => {
            set(meta, "session_error_code", session_code);
            entries(word, short, out);
        }
        MessageType::CachePut | MessageType::TransportProbe => {
            let put = kind == MessageType::CachePut;
            set(meta, if put { "object_bytes" } else { "probe_payload_bytes" }, len(long));
            out.extend(long);
        }
        MessageType::SessionMigrate => {
            let old = meta.get("old_transport_id").unwrap_or(1);
            set(meta, "new_transport_id", 3 - old);
            out.extend(long);
        }
        MessageType::FlowUpdate => flow(meta, word),
        MessageType::FrameSubmit => submit(meta, word, long, short, out),
        MessageType::ResultPush => result(meta, word, long, short, out),
        MessageType::Close
        | MessageType::FrameCancel
        | MessageType::ResultDrop
        | MessageType::ResultHint
        | MessageType::CacheAck
        | MessageType::CacheInvalidate => entries(word, short, out),
        _ => {}
    }
}

/// Token, credentials and extensions of an open, token and extensions of its answer.
fn opening(
    meta: &mut Metadata,
    (word, code): (u64, u64),
    long: &[u8],
    short: &[u8],
    out: &mut Vec<u8>,
) {
    let mut block = Vec::new();
    entries(word, short, &mut block);
    set(meta, "resume_token_bytes", long.len() as u64);
    set(meta, "session_extension_bytes", block.len() as u64);
    out.extend(long);
    if meta.message_type() == MessageType::SessionOpen {
        set(meta, "auth_bytes", short.len() as u64);
        out.extend(short);
    } else {
        set(meta, "session_error_code", code);
    }
    out.extend(block);
}

fn flow(meta: &mut Metadata, word: u64) {
    if meta.get("scope_kind") != Some(2) {
        set(meta, "operation_id", 0);
    } else if meta.get("operation_id") == Some(0) {
        set(meta, "operation_id", word | 1);
    }
    if meta.get("flow_flags").unwrap_or_default() & 2 == 0 {
        set(meta, "retry_after_ms", 0);
    }
}

/// Typed payloads, one or two, and sometimes an inline object before them.
fn typed(word: u64, long: &[u8], short: &[u8], profile: u16, out: &mut Vec<u8>) -> u64 {
    let descriptor = TypedDescriptor {
        profile_id: profile,
        descriptor_flags: [0, 1, 2, 4, 9][(word % 5) as usize],
        stream_semantics: (word >> 8) as u16 % 6,
        schema_id: (word >> 16) as u32,
        schema_version: (word >> 32) as u32,
        ..TypedDescriptor::default()
    };
    let all = [(descriptor, long), (descriptor, short)];
    let count = 1 + (word >> 60) as usize % 2;
    body::write_typed(out, &all[..count]);
    if word & 0x40 != 0 {
        let mut object = Vec::new();
        write_inline(&mut object, 7, 2, short);
        out.splice(32..32, object.iter().copied());
        out[..4].copy_from_slice(&(object.len() as u32).to_le_bytes());
    }
    count as u64
}

fn submit(meta: &mut Metadata, word: u64, long: &[u8], short: &[u8], out: &mut Vec<u8>) {
    for field in [
        "src_width",
        "src_height",
        "tile_width",
        "tile_height",
        "tile_count",
        "section_count",
        "input_profile",
        "tile_index_mode",
        "tile_base_id",
        "camera_bytes",
        "tile_index_bytes",
        "submit_mode",
        "object_ref_mask",
    ] {
        set(meta, field, 0);
    }
    if meta.get("frame_class") == Some(0) && meta.get("loss_tolerance_policy") == Some(3) {
        set(meta, "frame_class", 1);
    }
    payload(meta, word, long, short, out);
}

fn result(meta: &mut Metadata, word: u64, long: &[u8], short: &[u8], out: &mut Vec<u8>) {
    for field in
        ["section_count", "tile_count", "tile_base_id", "covered_tile_count", "dropped_tile_count"]
    {
        set(meta, field, 0);
    }
    payload(meta, word, long, short, out);
}

fn payload(meta: &mut Metadata, word: u64, long: &[u8], short: &[u8], out: &mut Vec<u8>) {
    let (kinds, profile) = [(0x02, 2), (0x40, 0), (0x04, 0), (0, 0)][(word >> 4) as usize % 4];
    set(meta, "payload_kind_bitmap", kinds);
    let count = if kinds == 0 { 0 } else { typed(word, long, short, profile, out) };
    set(meta, "payload_frame_count", count);
}

/// Ids as table 1.6 has them.
fn ids(frame: &mut Frame<'_>, word: u64) {
    let some = |number: u64| (number as u32).max(1);
    let (session, number, lane) = (some(word), some(word >> 32), (word >> 48) as u16);
    let header = &mut frame.header;
    match &mut frame.meta {
        Metadata::FrameSubmit(_)
        | Metadata::FrameCancel
        | Metadata::ResultPush(_)
        | Metadata::ResultDrop
        | Metadata::ResultHint(_) => {
            (header.session_id, header.frame_id, header.view_id) = (session, number, lane);
        }
        Metadata::FlowUpdate(flow) => {
            header.session_id = if flow.scope_kind == 0 { 0 } else { session };
        }
        Metadata::Error(error) => {
            if error.error_scope > 0 {
                header.session_id = session;
            }
            if error.error_scope > 1 {
                (header.frame_id, header.view_id) = (number, lane);
            }
            error.related_session_id = header.session_id;
            error.related_frame_id = header.frame_id;
            error.related_view_id = u32::from(header.view_id);
        }
        Metadata::SessionOpenAck(ack) => header.session_id = ack.session_id,
        Metadata::SessionPatch(_)
        | Metadata::SessionPatchAck(_)
        | Metadata::SessionClose(_)
        | Metadata::SessionCloseAck(_)
        | Metadata::SessionMigrate(_)
        | Metadata::SessionMigrateAck(_)
        | Metadata::CachePut(_)
        | Metadata::CacheAck(_)
        | Metadata::CacheInvalidate(_)
        | Metadata::Ping
        | Metadata::Pong => header.session_id = session,
        _ => {}
    }
}

/// A structure with a fixed layout and admitted values.
pub fn layout<L: Layout>(words: &[u64]) -> L {
    let mut layout = L::default();
    for (field, word) in L::FIELDS.iter().zip(words.iter().cycle()) {
        assert!(layout.set(field.name, within(field.rule, *word, field.width)));
    }
    layout
}

/// Words for [`layout`].
pub fn words() -> impl Strategy<Value = Vec<u64>> {
    vec(word(), 32)
}
