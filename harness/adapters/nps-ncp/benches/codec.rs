//! The same frames through `wireproof-wire` and through nps-core with nps-ncp, in pairs, in both
//! tiers.
//!
//! Decoding starts from a whole frame of a type not known beforehand, encoding ends with one; what
//! is decoded is also freed. `wire` runs every check it has and ends with, or starts from, the
//! struct of the type, and writes into a buffer that is kept. The crates look for a few members and
//! give every frame a vector of its own, as their interface wants it; where they have no struct
//! that takes the frame of this protocol version (CAPS, STREAM, DIFF), they are spared that step
//! and stop at the tree of members. Flags mean other bits to them, so each side gets the payload
//! behind a header of its own.

use criterion::{Criterion, Throughput};
use nps_core::codec::FrameDict;
use nps_core::frames::{EncodingTier, FrameHeader};
use nps_core::{FrameRegistry, FrameType, NpsFrameCodec};
use nps_ncp::{AnchorFrame, HelloFrame};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{self, Frame, Framing};
use wireproof_wire::ncp::frame_type;
use wireproof_wire::ncp::header::{Header, SHORT_LEN, Split, split};
use wireproof_wire::ncp::terms::{self, Terms};

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for tier in [Tier::Json, Tier::Msgpack] {
        pair(&mut criterion, tier, FrameType::Hello, &hello());
        pair(&mut criterion, tier, FrameType::Anchor, &anchor());
        pair(&mut criterion, tier, FrameType::Caps, &caps());
        pair(&mut criterion, tier, FrameType::Stream, &stream());
        pair(&mut criterion, tier, FrameType::Diff, &diff());
    }
    criterion.final_summary();
}

/// Decoding and encoding of one frame, by both sides one after the other.
fn pair(criterion: &mut Criterion, tier: Tier, kind: FrameType, members: &Value) {
    let (codec, their_tier) = (codec(), theirs(tier));
    let own = frame_type::FrameType::from_u8(kind.as_u8()).expect("a type of both");
    let value = serde_json::from_value(members.clone()).expect("members of a frame");
    let frame = Frame::from_value(own, &value).expect("the frame is well formed");
    let mut packet = Vec::new();
    frame::write(&frame, tier, Framing::default(), &mut packet).expect("it is short");
    let theirs = relabelled(kind, their_tier, &packet);

    let decoded = Theirs::read(&codec, &theirs);
    assert_eq!(wire_decode(&packet), frame);
    assert_eq!(&serde_json::to_value(frame.to_value()).expect("JSON values"), members);
    assert_eq!(&decoded.named(), members, "both sides read the frame");
    let mut group = criterion.benchmark_group(format!("decode {} {tier:?}", own.name()));
    group.throughput(Throughput::Elements(1));
    group.bench_function("wire", |b| b.iter(|| wire_decode(black_box(&packet))));
    group.bench_function("nps-ncp", |b| b.iter(|| Theirs::read(&codec, black_box(&theirs))));
    group.finish();

    let written = relabelled(kind, their_tier, &decoded.write(&codec, kind, their_tier));
    assert_eq!(&Theirs::read(&codec, &written).named(), members, "both sides write the frame");
    let mut buffer = Vec::with_capacity(8192);
    buffer.extend_from_slice(&packet);
    let mut group = criterion.benchmark_group(format!("encode {} {tier:?}", own.name()));
    group.throughput(Throughput::Elements(1));
    group.bench_function("wire", |b| {
        b.iter(|| {
            buffer.clear();
            frame::write(black_box(&frame), tier, Framing::default(), &mut buffer)
                .expect("it is short");
            buffer.len()
        });
    });
    group.bench_function("nps-ncp", |b| {
        b.iter(|| black_box(&decoded).write(&codec, kind, their_tier).len());
    });
    group.finish();
    assert_eq!(buffer, packet);
}

/// A frame with header, terms, payload and every rule.
fn wire_decode(bytes: &[u8]) -> Frame {
    let (header, _) = Header::read(bytes).expect("a header");
    let Split::Frame { header_len, payload_len } = split(bytes) else { panic!("a whole frame") };
    terms::check(&header, &Terms::HANDSHAKE).expect("nothing unusual");
    frame::read(&header, &bytes[header_len..header_len + payload_len]).expect("well formed")
}

fn codec() -> NpsFrameCodec {
    NpsFrameCodec::new(FrameRegistry::create_full())
}

fn theirs(tier: Tier) -> EncodingTier {
    match tier {
        Tier::Json => EncodingTier::Json,
        Tier::Msgpack => EncodingTier::MsgPack,
    }
}

/// The payload of `packet` behind a header with the flags of the crates.
fn relabelled(kind: FrameType, tier: EncodingTier, packet: &[u8]) -> Vec<u8> {
    let payload = &packet[SHORT_LEN..];
    let mut bytes = FrameHeader::new(kind, tier, true, payload.len() as u64).to_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// What the crates make of a frame.
enum Theirs {
    Hello(HelloFrame),
    Anchor(AnchorFrame),
    Members(FrameDict),
}

impl Theirs {
    fn read(codec: &NpsFrameCodec, bytes: &[u8]) -> Self {
        let (kind, members) = codec.decode(bytes).expect("a frame of theirs");
        match kind {
            FrameType::Hello => Self::Hello(HelloFrame::from_dict(&members).expect("a hello")),
            FrameType::Anchor => Self::Anchor(AnchorFrame::from_dict(&members).expect("a schema")),
            _ => Self::Members(members),
        }
    }

    fn write(&self, codec: &NpsFrameCodec, kind: FrameType, tier: EncodingTier) -> Vec<u8> {
        let written = match self {
            Self::Hello(hello) => codec.encode(kind, &hello.to_dict(), tier, true),
            Self::Anchor(anchor) => codec.encode(kind, &anchor.to_dict(), tier, true),
            Self::Members(members) => codec.encode(kind, members, tier, true),
        };
        written.expect("it is short")
    }

    /// Its members without `frame`, which their structs do not hold.
    fn named(&self) -> Value {
        let mut members = match self {
            Self::Hello(hello) => hello.to_dict(),
            Self::Anchor(anchor) => anchor.to_dict(),
            Self::Members(members) => members.clone(),
        };
        members.remove("frame");
        Value::Object(members)
    }
}

fn hello() -> Value {
    json!({
        "nps_version": "0.4", "min_version": "0.3",
        "supported_encodings": ["msgpack", "json"],
        "supported_protocols": ["ncp", "nwp", "nip"],
        "agent_id": "urn:nps:agent:example.com:reader",
        "max_frame_payload": 65535, "ext_support": false, "max_concurrent_streams": 16,
        "e2e_enc_algorithms": ["aes-256-gcm"],
    })
}

fn anchor() -> Value {
    json!({
        "anchor_id": PRODUCT, "ttl": 3600, "schema": {"fields": [
            {"name": "id", "type": "uint64", "semantic": "entity.id"},
            {"name": "name", "type": "string", "semantic": "entity.label"},
            {"name": "price", "type": "decimal", "semantic": "commerce.price.usd"},
            {"name": "stock", "type": "uint64", "semantic": "commerce.inventory.count"},
        ]},
    })
}

fn caps() -> Value {
    json!({"anchor_ref": PRODUCT, "count": 20, "data": records()})
}

fn stream() -> Value {
    json!({
        "stream_id": "6f1d2c3b-4a59-4e68-8d7c-0123456789ab", "seq": 3, "is_last": true,
        "anchor_ref": PRODUCT, "data": records(),
    })
}

fn diff() -> Value {
    json!({
        "anchor_ref": PRODUCT, "base_seq": 42, "entity_id": "product:1001",
        "patch_format": "json_patch", "patch": [
            {"op": "replace", "path": "/price", "value": 299},
            {"op": "replace", "path": "/stock", "value": 48},
        ],
    })
}

/// The two products of the examples, ten times.
fn records() -> Vec<Value> {
    let pair = |id| {
        [
            json!({"id": id, "name": "iPhone 15 Pro", "price": 999.0, "stock": 42}),
            json!({"id": id + 1, "name": "MacBook Air M3", "price": 1299.0, "stock": 15}),
        ]
    };
    (1001..1021).step_by(2).flat_map(pair).collect()
}

/// The identifier of the schema of four fields.
const PRODUCT: &str = "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
