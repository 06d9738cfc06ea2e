//! Frames for stories, member by member.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use wireproof_wire::ncp::anchor::product_schema;
use wireproof_wire::ncp::code::status_of;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{Framing, write_members};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{ENC, Header, SHORT_LEN};
use wireproof_wire::ncp::seal::{self, Algorithm, Key};
use wireproof_wire::ncp::{Name, Value};

/// The four-field product schema of NCP §4.1 (reference 13).
pub(super) const A1: &str =
    "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
/// The same with a nullable `sku` (reference 13).
pub(super) const A2: &str =
    "sha256:429055b52cafae04601ac3b755d0d2e4ade7dbdc9e797ead036d55aa059c88be";
/// Streams.
pub(super) const S1: &str = "6f1d2c3b-4a59-4e68-8d7c-0123456789ab";
pub(super) const S2: &str = "6f1d2c3b-4a59-4e68-8d7c-0123456789ac";
pub(super) const S3: &str = "6f1d2c3b-4a59-4e68-8d7c-0123456789ad";
/// The test key of reference 13.
pub(super) const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// What a member can be made from.
pub(super) trait Into2 {
    fn value(self) -> Value;
}

macro_rules! into {
    ($($ty:ty, $value:ident => $make:expr;)*) => {$(
        impl Into2 for $ty {
            fn value(self) -> Value {
                let $value = self;
                $make
            }
        }
    )*};
}

into! {
    u32, number => Value::Uint(number.into());
    u64, number => Value::Uint(number);
    i32, number => Value::Uint(number.unsigned_abs().into());
    bool, truth => Value::Bool(truth);
    &str, text => Value::Text(text.to_owned());
    String, text => Value::Text(text);
    Vec<Value>, items => Value::Array(items);
    &[&str], items => Value::Array(items.iter().map(|item| Value::from(*item)).collect());
    Value, value => value;
    Msg, msg => Value::Map(msg.members);
}

/// A value.
pub(super) fn v(value: impl Into2) -> Value {
    value.value()
}

/// An object.
pub(super) fn obj(members: &[(&str, Value)]) -> Value {
    Value::Map(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

/// A frame that is to be sent.
#[derive(Clone, Debug)]
pub(super) struct Msg {
    kind: FrameType,
    members: Vec<(Name, Value)>,
    tier: Tier,
    framing: Framing,
    edits: Vec<(usize, u8)>,
    sealed: Option<(Algorithm, u8)>,
}

impl Msg {
    pub fn new(kind: FrameType, members: &[(&str, Value)]) -> Self {
        let Value::Map(members) = obj(members) else { unreachable!("obj makes an object") };
        let (tier, framing) = (Tier::Msgpack, Framing::default());
        Self { kind, members, tier, framing, edits: Vec::new(), sealed: None }
    }

    pub fn with(mut self, name: &str, value: Value) -> Self {
        self = self.without(name);
        self.members.push((name.into(), value));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.members.retain(|(known, _)| known != name);
        self
    }

    pub fn json(mut self) -> Self {
        self.tier = Tier::Json;
        self
    }

    pub fn msgpack(mut self) -> Self {
        self.tier = Tier::Msgpack;
        self
    }

    pub fn ext(mut self) -> Self {
        self.framing.ext = true;
        self
    }

    pub fn last_flag(mut self, last: bool) -> Self {
        self.framing.final_ = Some(last);
        self
    }

    /// Byte `at` of the frame is written over.
    pub fn byte(mut self, at: usize, value: u8) -> Self {
        self.edits.push((at, value));
        self
    }

    /// Encrypted with the test key and a nonce of twelve equal bytes.
    pub fn sealed(mut self, algorithm: Algorithm, nonce: u8) -> Self {
        self.sealed = Some((algorithm, nonce));
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let members = Value::Map(self.members.clone());
        let mut out = Vec::new();
        let written = write_members(self.kind, &members, self.tier, self.framing, &mut out);
        written.expect("frames of stories can be written");
        if let Some((algorithm, nonce)) = self.sealed {
            out = encrypted(&out, algorithm, nonce);
        }
        for (at, value) in &self.edits {
            out[*at] = *value;
        }
        out
    }
}

fn encrypted(frame: &[u8], algorithm: Algorithm, nonce: u8) -> Vec<u8> {
    let (mut header, _) = Header::read(frame).expect("a whole frame");
    let plain = &frame[SHORT_LEN..];
    header.flags |= ENC;
    header.len += seal::OVERHEAD as u32;
    let mut out = Vec::new();
    header.write(&mut out);
    let head = out.clone();
    let key = Key::from_hex(KEY).expect("64 digits");
    seal::seal(algorithm, &key, [nonce; 12], &head, plain, &mut out);
    out
}

pub(super) fn schema() -> Value {
    product_schema()
}

/// The product schema with `sku`.
pub(super) fn schema2() -> Value {
    let Value::Map(mut members) = schema() else { unreachable!("a schema is an object") };
    let sku = [("name", "sku"), ("type", "string"), ("semantic", "entity.sku")];
    let mut field: Vec<(&str, Value)> = sku.iter().map(|(name, text)| (*name, v(*text))).collect();
    field.push(("nullable", v(true)));
    if let Value::Array(fields) = &mut members[0].1 {
        fields.push(obj(&field));
    }
    Value::Map(members)
}

/// A record under the product schema.
pub(super) fn product(id: u64) -> Value {
    obj(&[("id", v(id)), ("name", v("a")), ("price", v(2u32)), ("stock", v(3u32))])
}

pub(super) fn hello() -> Msg {
    let hello = Msg::new(
        FrameType::Hello,
        &[
            ("nps_version", v("0.4")),
            ("supported_encodings", v(["msgpack", "json"].as_slice())),
            ("supported_protocols", v(["ncp", "nwp", "nip", "ndp", "nop"].as_slice())),
        ],
    );
    hello.json()
}

/// The record of a handshake reply; only its members count.
pub(super) fn agreement() -> Msg {
    Msg::new(
        FrameType::Caps,
        &[
            ("nps_version", v("0.4")),
            ("session_version", v("0.4")),
            ("max_frame_payload", v(65_535u32)),
            ("negotiated_encoding", v("msgpack")),
            ("supported_protocols", v(["ncp", "nwp"].as_slice())),
            ("ext_support", v(false)),
            ("max_concurrent_streams", v(32u32)),
        ],
    )
}

pub(super) fn reply() -> Msg {
    reply_of(agreement())
}

pub(super) fn reply_of(record: Msg) -> Msg {
    records("nps:system:caps", vec![v(record)]).json()
}

pub(super) fn records(reference: &str, data: Vec<Value>) -> Msg {
    let count = data.len() as u32;
    let members = [("anchor_ref", v(reference)), ("count", v(count)), ("data", v(data))];
    Msg::new(FrameType::Caps, &members)
}

pub(super) fn caps() -> Msg {
    records(A1, vec![product(0)])
}

pub(super) fn query() -> Msg {
    Msg::new(FrameType::Query, &[("anchor_ref", v(A1))])
}

pub(super) fn subscribe(stream: &str) -> Msg {
    let members = [("action", v("subscribe")), ("stream_id", v(stream)), ("anchor_ref", v(A1))];
    Msg::new(FrameType::Subscribe, &members)
}

pub(super) fn anchor_of(id: &str, schema: Value) -> Msg {
    Msg::new(FrameType::Anchor, &[("anchor_id", v(id)), ("schema", schema)])
}

pub(super) fn pushed() -> Msg {
    anchor_of(A1, schema()).with("ttl", v(3600u32))
}

/// The first chunk of a stream without a window.
pub(super) fn open(stream: &str) -> Msg {
    chunk(stream, 0).with("anchor_ref", v(A1))
}

pub(super) fn chunk(stream: &str, seq: u32) -> Msg {
    frame(stream, seq, vec![product(seq.into())], false)
}

pub(super) fn last(stream: &str, seq: u32) -> Msg {
    frame(stream, seq, vec![product(seq.into())], true)
}

/// An abort by its sender, or the end by its receiver.
pub(super) fn abort(stream: &str, seq: u32) -> Msg {
    frame(stream, seq, Vec::new(), true).with("error_code", v("NPS-SERVER-UNAVAILABLE"))
}

/// A window for a stream of the peer.
pub(super) fn window(stream: &str, size: u32) -> Msg {
    frame(stream, 0, Vec::new(), false).with("window_size", v(size))
}

pub(super) fn frame(stream: &str, seq: u32, data: Vec<Value>, last: bool) -> Msg {
    let members =
        [("stream_id", v(stream)), ("seq", v(seq)), ("is_last", v(last)), ("data", v(data))];
    Msg::new(FrameType::Stream, &members)
}

pub(super) fn error(code: &str) -> Msg {
    let status = status_of(code).unwrap_or("NPS-CLIENT-BAD-FRAME");
    Msg::new(FrameType::Error, &[("status", v(status)), ("error", v(code))])
}

/// The same about a stream or a schema.
pub(super) fn error_on(code: &str, member: &str, name: &str) -> Msg {
    error(code).with("details", obj(&[(member, v(name))]))
}

/// A diff of `e1` that replaces one field.
pub(super) fn diff(base: u64) -> Msg {
    let operation = [("op", v("replace")), ("path", v("/stock")), ("value", v(9u32))];
    let patch = vec![obj(&operation)];
    let members =
        [("anchor_ref", v(A1)), ("base_seq", v(base)), ("entity_id", v("e1")), ("patch", v(patch))];
    Msg::new(FrameType::Diff, &members)
}

/// The product after [`diff`].
pub(super) fn changed() -> Value {
    obj(&[("id", v(0u32)), ("name", v("a")), ("price", v(2u32)), ("stock", v(9u32))])
}

/// A reference that no Node of a story has.
pub(super) const UNKNOWN: &str =
    "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

pub(super) fn align(nid: &str, seq: u32) -> Msg {
    let members = [
        ("stream_id", v(S1)),
        ("task_id", v(S2)),
        ("subtask_id", v(S3)),
        ("seq", v(seq)),
        ("is_final", v(false)),
        ("sender_nid", v(nid)),
    ];
    Msg::new(FrameType::AlignStream, &members)
}

pub(super) fn full(stream: &str) -> Msg {
    error_on("NCP-STREAM-LIMIT-EXCEEDED", "stream_id", stream)
}

pub(super) fn graph(seq: u32) -> Msg {
    let members = [("initial_sync", v(false)), ("seq", v(seq)), ("patch", v(vec![]))];
    Msg::new(FrameType::Graph, &members)
}

pub(super) fn not_found(reference: &str) -> Msg {
    error_on("NCP-ANCHOR-NOT-FOUND", "anchor_ref", reference)
}

pub(super) fn overflow(stream: &str) -> Msg {
    error_on("NCP-STREAM-WINDOW-OVERFLOW", "stream_id", stream)
}

pub(super) fn unknown() -> Msg {
    query().with("anchor_ref", v(UNKNOWN))
}
