//! The worked packets of reference 13 in both directions, and rows 10 to 12 of reference 2.4.

use super::*;
use crate::ncp::code::*;
use crate::ncp::frames::Agreement;
use crate::ncp::frames::caps::SYSTEM_CAPS;
use crate::ncp::header::{EXT, RESERVED};
use crate::ncp::seal::{self, Algorithm, Key, NONCE};
use crate::ncp::tier::Unsendable;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

mod packets;
mod rules;

use packets::*;

const A1: &str = "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
const A2: &str = "sha256:429055b52cafae04601ac3b755d0d2e4ade7dbdc9e797ead036d55aa059c88be";
const STREAM: &str = "6f1d2c3b-4a59-4e68-8d7c-0123456789ab";

fn unhex(digits: &str) -> Vec<u8> {
    let pair = |pair: &[u8]| {
        let text = core::str::from_utf8(pair).expect("digits are ASCII");
        u8::from_str_radix(text, 16).expect("hexadecimal")
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| String::from(*text)).collect()
}

fn map(members: &[(&str, Value)]) -> Value {
    Value::Map(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

fn field(name: &str, semantic: &str, kind: &str) -> Value {
    map(&[("name", name.into()), ("semantic", semantic.into()), ("type", kind.into())])
}

/// The four-field product schema, and the one with `sku`.
fn schema(sku: bool) -> Value {
    let mut fields = vec![
        field("id", "entity.id", "uint64"),
        field("name", "entity.label", "string"),
        field("price", "commerce.price.usd", "decimal"),
        field("stock", "commerce.inventory.count", "uint64"),
    ];
    if sku {
        fields.push(map(&[
            ("name", "sku".into()),
            ("nullable", Value::Bool(true)),
            ("semantic", "entity.sku".into()),
            ("type", "string".into()),
        ]));
    }
    map(&[("fields", Value::Array(fields))])
}

fn record(id: u64, name: &str, price: f64, stock: u64) -> Value {
    map(&[
        ("id", Value::Uint(id)),
        ("name", name.into()),
        ("price", Value::Float(price)),
        ("stock", Value::Uint(stock)),
    ])
}

fn chunk(seq: u32, is_last: bool, data: Vec<Value>) -> Stream {
    Stream { stream_id: STREAM.into(), seq, is_last, data, ..Stream::default() }
}

fn last_chunk() -> Frame {
    Frame::Stream(chunk(1, true, vec![record(1002, "MacBook Air M3", 1299.0, 15)]))
}

/// Reads a packet, compares it and writes it again.
fn both_ways(packet: &str, tier: Tier, framing: Framing, expected: &Frame) {
    let bytes = unhex(packet);
    let (header, header_len) = Header::read(&bytes).expect("whole");
    assert_eq!(header.len as usize, bytes.len() - header_len);
    assert_eq!(header.tier(), Some(tier));
    assert_eq!(header.kind(), Some(expected.kind()));
    let terms = Terms { ext: framing.ext, ..Terms::HANDSHAKE };
    assert_eq!(terms::check(&header, &terms), Ok(()));
    let (frame, remarks) = read_noting(&header, &bytes[header_len..]).expect("sound");
    assert_eq!(&frame, expected);
    assert_eq!(remarks, Remarks::default());
    let mut out = vec![0xaa];
    assert_eq!(write(expected, tier, framing, &mut out), Ok(header));
    assert_eq!(out[1..], bytes);
    // The tree says the same.
    assert_eq!(Frame::from_value(expected.kind(), &expected.to_value()), Ok(frame));
}

const PLAIN: Framing = Framing { ext: false, final_: None, sealed: false };

#[test]
fn ex_01_hello() {
    let hello = Hello {
        nps_version: "0.4".into(),
        min_version: Some("0.3".into()),
        supported_encodings: texts(&["msgpack", "json"]),
        supported_protocols: texts(&["ncp", "nwp"]),
        max_frame_payload: Some(65_535),
        ext_support: Some(false),
        max_concurrent_streams: Some(16),
        e2e_enc_algorithms: Some(texts(&["aes-256-gcm"])),
        agent_id: None,
    };
    both_ways(EX_01, Tier::Json, PLAIN, &Frame::Hello(hello));
}

#[test]
fn ex_02_reply() {
    let agreement = Agreement {
        nps_version: "0.4".into(),
        session_version: "0.4".into(),
        max_frame_payload: 65_535,
        negotiated_encoding: "msgpack".into(),
        supported_protocols: texts(&["ncp", "nwp"]),
        ext_support: false,
        max_concurrent_streams: 16,
        e2e_enc_algorithms: Some(texts(&["aes-256-gcm"])),
    };
    let caps = Caps::reply(&agreement);
    assert_eq!((caps.anchor_ref.as_str(), caps.count), (SYSTEM_CAPS, 1));
    assert_eq!(caps.agreement(), Ok(agreement));
    both_ways(EX_02, Tier::Json, PLAIN, &Frame::Caps(caps));
}

#[test]
fn ex_03_refusal() {
    let mut error = Error::of(NCP_VERSION_INCOMPATIBLE);
    assert_eq!(error.status, "NPS-PROTO-VERSION-INCOMPATIBLE");
    error = error.about("client_min_version", "0.5").about("server_version", "0.4");
    assert_eq!(error.detail("server_version"), Some("0.4"));
    both_ways(EX_03, Tier::Json, PLAIN, &Frame::Error(error));
}

#[test]
fn ex_04_and_05_anchor() {
    let anchor = Anchor { anchor_id: A1.into(), schema: schema(false), ttl: Some(3600) };
    both_ways(EX_04, Tier::Json, PLAIN, &Frame::Anchor(anchor.clone()));
    both_ways(EX_05, Tier::Msgpack, PLAIN, &Frame::Anchor(anchor));
}

#[test]
fn ex_06_query() {
    let query = Query {
        anchor_ref: Some(A1.into()),
        auto_anchor: Some(true),
        limit: Some(2),
        ..Query::default()
    };
    both_ways(EX_06, Tier::Msgpack, PLAIN, &Frame::Query(query));
}

#[test]
fn ex_07_caps() {
    let data =
        vec![record(1001, "iPhone 15 Pro", 999.0, 42), record(1002, "MacBook Air M3", 1299.0, 15)];
    let caps = Caps { token_est: Some(180), ..Caps::with(A1.into(), data) };
    both_ways(EX_07, Tier::Msgpack, PLAIN, &Frame::Caps(caps));
}

fn diff(patch: Value, format: &str) -> Diff {
    Diff {
        anchor_ref: A1.into(),
        base_seq: 42,
        patch_format: Some(format.into()),
        patch,
        entity_id: Some("product:1001".into()),
        ..Diff::default()
    }
}

#[test]
fn ex_08_patch() {
    let operation = |path: &str, value: u64| {
        map(&[("op", "replace".into()), ("path", path.into()), ("value", Value::Uint(value))])
    };
    let patch = Value::Array(vec![operation("/price", 299), operation("/stock", 48)]);
    both_ways(EX_08, Tier::Json, PLAIN, &Frame::Diff(diff(patch, "json_patch")));
}

#[test]
fn ex_09_bitset() {
    let patch = Value::Bytes(vec![0x0c, 0xcd, 0x01, 0x2b, 0x30]);
    both_ways(EX_09, Tier::Msgpack, PLAIN, &Frame::Diff(diff(patch, "binary_bitset")));
}

#[test]
fn ex_10_to_13_stream() {
    let opener = Stream {
        anchor_ref: Some(A1.into()),
        window_size: Some(2),
        ..chunk(0, false, vec![record(1001, "iPhone 15 Pro", 999.0, 42)])
    };
    both_ways(EX_10, Tier::Msgpack, PLAIN, &Frame::Stream(opener));
    let update = Stream { window_size: Some(4), ..chunk(0, false, vec![]) };
    both_ways(EX_11, Tier::Msgpack, PLAIN, &Frame::Stream(update));
    both_ways(EX_12, Tier::Msgpack, PLAIN, &last_chunk());
    let code = Some(NWP_NODE_UNAVAILABLE.into());
    let abort = Stream { error_code: code, ..chunk(1, true, vec![]) };
    assert_eq!(abort.error(), Some("NWP-NODE-UNAVAILABLE"));
    both_ways(EX_13, Tier::Msgpack, PLAIN, &Frame::Stream(abort));
}

fn not_found() -> Frame {
    Frame::Error(Error::of(NCP_ANCHOR_NOT_FOUND).about("anchor_ref", A2))
}

#[test]
fn ex_14_and_15_error() {
    both_ways(EX_14, Tier::Msgpack, PLAIN, &not_found());
    let stale = Error::of(NCP_ANCHOR_STALE).about("anchor_ref", A1);
    assert_eq!(stale.status, "NPS-CLIENT-CONFLICT");
    both_ways(EX_15, Tier::Msgpack, PLAIN, &Frame::Error(stale));
}

#[test]
fn ex_16_inline_anchor() {
    let anchor = Anchor { anchor_id: A2.into(), schema: schema(true), ttl: Some(3600) };
    let caps = Caps { inline_anchor: Some(Box::new(anchor)), ..Caps::with(A2.into(), vec![]) };
    both_ways(EX_16, Tier::Json, PLAIN, &Frame::Caps(caps));
}

#[test]
fn ex_17_extended_header() {
    both_ways(EX_17, Tier::Msgpack, Framing { ext: true, ..PLAIN }, &last_chunk());
}

#[test]
fn ex_18_to_20_sealed() {
    let key = Key::from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    let key = key.expect("32 bytes");
    let query = Query {
        anchor_ref: Some(A1.into()),
        auto_anchor: Some(true),
        limit: Some(2),
        ..Query::default()
    };
    let rows = [
        (EX_18, Algorithm::Aes256Gcm, not_found(), 0),
        (EX_19, Algorithm::ChaCha20Poly1305, not_found(), 0),
        (EX_20, Algorithm::Aes256Gcm, Frame::Query(query), 12),
    ];
    for (packet, algorithm, frame, first) in rows {
        let mut nonce = [0; NONCE];
        for (at, byte) in nonce.iter_mut().enumerate() {
            *byte = first + at as u8;
        }
        let bytes = unhex(packet);
        let sealing = Sealing { algorithm, key: &key, nonce };
        let mut out = Vec::new();
        let header = write_sealed(&frame, Tier::Msgpack, PLAIN, &sealing, &mut out);
        assert_eq!(out, bytes);
        let header = header.expect("short enough");
        assert_eq!(Header::read(&bytes), Some((header, 4)));
        let plain = seal::open(algorithm, &key, &bytes[..4], &bytes[4..]).expect("the tag fits");
        assert_eq!(read(&header, &plain), Ok(frame));
        assert_eq!(terms::check(&header, &Terms { sealed: true, ..Terms::HANDSHAKE }), Ok(()));
    }
}

#[test]
fn a_header_that_announces_encryption_counts_nonce_and_tag() {
    let framing = Framing { sealed: true, ..PLAIN };
    let mut out = Vec::new();
    let header = write(&not_found(), Tier::Msgpack, framing, &mut out).expect("short enough");
    // 12 + 157 + 16, as in EX-18; the payload itself is still the plain one of 157 bytes.
    assert_eq!((header.flags, header.len, out.len()), (0x0d, 185, 4 + 157));
    assert_eq!(out[4..], unhex(EX_14)[4..]);
}

#[test]
fn a_payload_beyond_16_bits_needs_the_extended_header() {
    let text =
        |len: usize| Error { message: Some("x".repeat(len)), ..Error::of(NPS_SERVER_INTERNAL) };
    let size = |len: usize| {
        let mut out = Vec::new();
        payload(&Frame::Error(text(len)), Tier::Json, &mut out).expect("sound");
        out.len()
    };
    let room = 65_535 - size(0);
    assert_eq!(size(room), 65_535);
    let mut out = vec![1];
    let fits = Frame::Error(text(room));
    assert!(write(&fits, Tier::Json, PLAIN, &mut out).is_ok_and(|header| header.len == 65_535));
    out.truncate(1);
    let long = Frame::Error(text(room + 1));
    assert_eq!(write(&long, Tier::Json, PLAIN, &mut out), Err(Unsendable::TooLong));
    assert_eq!(out, [1]);
    let sealed = Framing { sealed: true, ..PLAIN };
    assert_eq!(write(&fits, Tier::Json, sealed, &mut out), Err(Unsendable::TooLong));
    let header = write(&long, Tier::Json, Framing { ext: true, ..PLAIN }, &mut out);
    assert!(header.is_ok_and(|header| header.len == 65_536 && header.flags == 0x84));
}
