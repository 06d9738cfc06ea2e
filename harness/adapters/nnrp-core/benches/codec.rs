//! The same frames through `wireproof-wire` and through nnrp-core, in pairs.
//!
//! Decoding starts from a delimited packet of a type not known beforehand and ends with header,
//! metadata and the payloads of every typed descriptor; encoding goes back into a buffer that is
//! kept. Both sides run every check they have: `wire` also those that nnrp-core has not (ids,
//! exact lengths, families, slots).

use criterion::{Criterion, Throughput};
use nnrp_core::*;
use std::hint::black_box;
use std::time::Duration;
use wireproof_wire::nnrp as wire;
use wireproof_wire::nnrp::layout::Layout;

const SCHEMA: u32 = 0x1001;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    fixed(&mut criterion, "SESSION_OPEN", &session_open(), &SessionOpenMetadata::parse);
    fixed(&mut criterion, "FLOW_UPDATE", &flow_update(), &FlowUpdateMetadata::parse);
    let submit = submit(&[&[0x5A; 256]]);
    typed(&mut criterion, "FRAME_SUBMIT", &submit, &FrameSubmitMetadata::parse);
    let push = push(&[&[0x5A; 64], &[0x5A; 64], &[0x5A; 64]]);
    typed(&mut criterion, "RESULT_PUSH", &push, &ResultPushMetadata::parse);
    criterion.final_summary();
}

type Parse<'a, M> = &'a dyn Fn(&[u8]) -> Result<M, NnrpError>;

/// One pair per direction for a message without body.
fn fixed<M: Meta>(criterion: &mut Criterion, name: &str, packet: &[u8], parse: Parse<'_, M>) {
    pair(
        criterion,
        &format!("decode {name}"),
        || wire_decode(black_box(packet)),
        || core_decode(black_box(packet)),
    );

    let frame = wire::Frame::decode(packet).expect("the frame is well formed");
    let (header, meta, _) = CommonHeader::parse_packet(packet).expect("a packet");
    let meta = parse(meta).expect("metadata");
    let (mut ours, mut theirs) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
    pair(
        criterion,
        &format!("encode {name}"),
        || {
            ours.clear();
            black_box(&frame).encode(&mut ours);
            ours.len()
        },
        || {
            encode(black_box(&header), black_box(&meta), &mut theirs);
            theirs.len()
        },
    );
    assert!(ours == packet && theirs == packet, "both sides write the packet");
}

/// One pair per direction for a message with typed payloads.
fn typed<M: Meta>(criterion: &mut Criterion, name: &str, packet: &[u8], parse: Parse<'_, M>) {
    pair(
        criterion,
        &format!("decode {name}"),
        || wire_decode(black_box(packet)),
        || core_decode(black_box(packet)),
    );

    let frame = wire::Frame::decode(packet).expect("the frame is well formed");
    let payloads: Vec<_> = frame
        .data()
        .expect("a data message")
        .typed()
        .map(|typed| (typed.descriptor, typed.payload))
        .collect();
    let (header, meta, _) = CommonHeader::parse_packet(packet).expect("a packet");
    let meta = parse(meta).expect("metadata");
    let descriptors = core_descriptors(&payloads);
    let (mut ours, mut body) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
    let (mut theirs, mut frames) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
    pair(
        criterion,
        &format!("encode {name}"),
        || {
            ours.clear();
            body.clear();
            wire::body::write_typed(&mut body, black_box(&payloads));
            wire::Frame { body: &body, ..*black_box(&frame) }.encode(&mut ours);
            ours.len()
        },
        || {
            frames.clear();
            for (_, payload) in black_box(&payloads) {
                frames.extend_from_slice(payload);
            }
            encode(black_box(&header), black_box(&meta), &mut theirs);
            encode_typed(meta.families(), black_box(&descriptors), &frames, &mut theirs);
            theirs.len()
        },
    );
    assert!(ours == packet && theirs == packet, "both sides write the packet");
}

/// Runs `ours` and `theirs` one after the other. Each answers with a length, and both with the
/// same one.
fn pair(
    criterion: &mut Criterion,
    name: &str,
    mut ours: impl FnMut() -> usize,
    mut theirs: impl FnMut() -> usize,
) {
    assert_eq!(ours(), theirs(), "{name}");
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(1));
    group.bench_function("wire", |b| b.iter(&mut ours));
    group.bench_function("nnrp-core", |b| b.iter(&mut theirs));
    group.finish();
}

/// Bytes of payload behind every typed descriptor of `packet`.
fn wire_decode(packet: &[u8]) -> usize {
    let frame = wire::Frame::decode(packet);
    let frame = black_box(&frame).as_ref().expect("the frame is well formed");
    frame.data().map_or(0, |data| data.typed().map(|typed| typed.payload.len()).sum())
}

/// The same by nnrp-core: what its caller writes to handle any message.
fn core_decode(packet: &[u8]) -> usize {
    let (header, meta, body) = CommonHeader::parse_packet(packet).expect("a packet");
    black_box(&header);
    match header.message_type {
        MessageType::ClientHello => parsed(ClientHelloMetadata::parse(meta)),
        MessageType::ServerHelloAck => parsed(ServerHelloAckMetadata::parse(meta)),
        MessageType::SessionPatch => parsed(SessionPatchMetadata::parse(meta)),
        MessageType::SessionPatchAck => parsed(SessionPatchAckMetadata::parse(meta)),
        MessageType::Error => parsed(ErrorMetadata::parse(meta)),
        MessageType::SessionOpen => parsed(SessionOpenMetadata::parse(meta)),
        MessageType::SessionOpenAck => parsed(SessionOpenAckMetadata::parse(meta)),
        MessageType::SessionClose => parsed(SessionCloseMetadata::parse(meta)),
        MessageType::SessionCloseAck => parsed(SessionCloseAckMetadata::parse(meta)),
        MessageType::CachePut => parsed(CachePutMetadata::parse(meta)),
        MessageType::CacheAck => parsed(CacheAckMetadata::parse(meta)),
        MessageType::CacheInvalidate => parsed(CacheInvalidateMetadata::parse(meta)),
        MessageType::ResultHint => parsed(ResultHintMetadata::parse(meta)),
        MessageType::TransportProbe => parsed(TransportProbeMetadata::parse(meta)),
        MessageType::TransportProbeAck => parsed(TransportProbeAckMetadata::parse(meta)),
        MessageType::SessionMigrate => parsed(SessionMigrateMetadata::parse(meta)),
        MessageType::SessionMigrateAck => parsed(SessionMigrateAckMetadata::parse(meta)),
        MessageType::FlowUpdate => {
            let update = FlowUpdateMetadata::parse(meta).expect("metadata");
            update.validate_routing(&header).expect("ids");
            parsed(Ok(update))
        }
        MessageType::FrameSubmit => {
            let submit = FrameSubmitMetadata::parse(meta).expect("metadata");
            let references = |region: &ObjectReferenceRegion| {
                let (mode, mask) = (submit.submit_mode, submit.object_ref_mask);
                region.validate_submit_mask(mode, mask).expect("slots");
            };
            core_typed(submit.payload_kind_bitmap, submit.payload_frame_count, body, references)
        }
        MessageType::ResultPush => {
            let push = ResultPushMetadata::parse(meta).expect("metadata");
            core_typed(push.payload_kind_bitmap, push.payload_frame_count, body, |_| {})
        }
        MessageType::Close
        | MessageType::FrameCancel
        | MessageType::ResultDrop
        | MessageType::Ping
        | MessageType::Pong => 0,
    }
}

#[inline]
fn parsed<M>(meta: Result<M, NnrpError>) -> usize {
    black_box(&meta).as_ref().map(|_| 0).expect("metadata")
}

fn core_typed(
    families: PayloadKindBitmap,
    count: u16,
    body: &[u8],
    check: impl Fn(&ObjectReferenceRegion),
) -> usize {
    let prelude = BodyRegionPrelude::parse(body).expect("a prelude");
    prelude.total_region_bytes().expect("lengths that add up");
    let rest = &body[BODY_REGION_PRELUDE_LEN + prelude.inline_object_bytes as usize..];
    let (references, rest) = rest.split_at(prelude.object_reference_bytes as usize);
    let (descriptors, rest) = rest.split_at(prelude.typed_payload_descriptor_bytes as usize);
    let frames = &rest[..prelude.typed_payload_frame_bytes as usize];
    check(&ObjectReferenceRegion::parse(references).expect("references"));
    let region =
        TypedPayloadRegion::parse(families, count, descriptors, frames).expect("typed payloads");
    let views = region.frame_views().expect("ranges inside the region");
    views.iter().map(|view| view.payload.len()).sum()
}

fn core_descriptors(
    payloads: &[(wire::typed::TypedDescriptor, &[u8])],
) -> Vec<TypedPayloadDescriptor> {
    let mut bytes = Vec::new();
    payloads.iter().for_each(|(descriptor, _)| descriptor.write(&mut bytes));
    let chunks = bytes.chunks_exact(TYPED_PAYLOAD_DESCRIPTOR_LEN);
    chunks.map(|chunk| TypedPayloadDescriptor::parse(chunk).expect("a descriptor")).collect()
}

/// Header and metadata into a buffer that is kept: nnrp-core writes into slices.
fn encode<M: Meta>(header: &CommonHeader, meta: &M, buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.resize(COMMON_HEADER_LEN + M::LEN, 0);
    header.write(buffer).expect("room for the header");
    meta.write_to(&mut buffer[COMMON_HEADER_LEN..]);
}

fn encode_typed(
    families: PayloadKindBitmap,
    descriptors: &[TypedPayloadDescriptor],
    frames: &[u8],
    buffer: &mut Vec<u8>,
) {
    let region = TypedPayloadRegion::from_parts(families, descriptors.to_vec(), frames)
        .expect("typed payloads");
    let descriptors = region.descriptor_region_bytes().expect("descriptors");
    let prelude = BodyRegionPrelude {
        inline_object_bytes: 0,
        object_reference_bytes: 0,
        typed_payload_descriptor_bytes: descriptors.len() as u32,
        typed_payload_frame_bytes: frames.len() as u32,
        extension_descriptor_bytes: 0,
        extension_payload_bytes: 0,
    };
    buffer.extend_from_slice(&prelude.to_bytes().expect("a prelude"));
    buffer.extend_from_slice(&descriptors);
    buffer.extend_from_slice(region.payload_region());
}

/// What encoding needs from a metadata type of nnrp-core.
trait Meta {
    const LEN: usize;
    fn write_to(&self, bytes: &mut [u8]);
    fn families(&self) -> PayloadKindBitmap;
}

macro_rules! meta {
    ($($ty:ident: $len:ident, $meta:ident => $families:expr;)*) => {$(
        impl Meta for $ty {
            const LEN: usize = $len;
            fn write_to(&self, bytes: &mut [u8]) {
                self.write(bytes).expect("room for the metadata");
            }
            fn families(&self) -> PayloadKindBitmap {
                let $meta = self;
                $families
            }
        }
    )*};
}

meta! {
    SessionOpenMetadata: SESSION_OPEN_METADATA_LEN, _meta => PayloadKindBitmap(0);
    FlowUpdateMetadata: FLOW_UPDATE_METADATA_LEN, _meta => PayloadKindBitmap(0);
    FrameSubmitMetadata: FRAME_SUBMIT_METADATA_LEN, meta => meta.payload_kind_bitmap;
    ResultPushMetadata: RESULT_PUSH_METADATA_LEN, meta => meta.payload_kind_bitmap;
}

fn session_open() -> Vec<u8> {
    let meta = wire::session::SessionOpen {
        requested_session_id: 7,
        profile_id: 2,
        priority_class: 1,
        session_flags: 7,
        schema_id: SCHEMA,
        schema_version: 3,
        default_deadline_ms: 250,
        max_in_flight_operations: 4,
        lease_ttl_hint_ms: 10_000,
        client_session_tag: 0x1111_2222_3333_4444,
        ..Default::default()
    };
    wire::Frame::new(meta, &[]).traced(177).to_vec()
}

fn flow_update() -> Vec<u8> {
    let meta = wire::flow::FlowUpdate {
        scope_kind: 1,
        update_reason: 4,
        backpressure_level: 2,
        session_credit: 2,
        retry_after_ms: 120,
        credit_epoch: 7,
        flow_flags: 3,
        ..Default::default()
    };
    wire::Frame::new(meta, &[]).at(42, 0, 0).traced(9).to_vec()
}

fn content(payloads: &[&[u8]]) -> Vec<u8> {
    let descriptor = wire::typed::TypedDescriptor {
        profile_id: 2,
        descriptor_flags: 2,
        schema_id: SCHEMA,
        schema_version: 3,
        stream_semantics: 2,
        ..Default::default()
    };
    let payloads: Vec<_> = payloads.iter().map(|payload| (descriptor, *payload)).collect();
    let mut body = Vec::new();
    wire::body::write_typed(&mut body, &payloads);
    body
}

fn submit(payloads: &[&[u8]]) -> Vec<u8> {
    let meta = wire::submit::FrameSubmit {
        frame_class: 1,
        latency_budget_ms: 250,
        budget_policy: 1,
        loss_tolerance_policy: 0xFF,
        payload_kind_bitmap: 2,
        payload_frame_count: payloads.len() as u16,
        ..Default::default()
    };
    wire::Frame::new(meta, &content(payloads)).at(7, 1, 0).traced(193).to_vec()
}

fn push(payloads: &[&[u8]]) -> Vec<u8> {
    let meta = wire::result::ResultPush {
        result_flags: 4,
        active_profile_id: 2,
        inference_ms: 12,
        queue_ms: 1,
        server_total_ms: 14,
        result_class: 1,
        payload_kind_bitmap: 2,
        payload_frame_count: payloads.len() as u16,
        ..Default::default()
    };
    wire::Frame::new(meta, &content(payloads)).at(7, 1, 0).traced(193).to_vec()
}
