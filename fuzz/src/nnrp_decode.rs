//! Any bytes at all, as packets, as a stream in pieces, and as structures of their own.
//!
//! Input: a byte that picks the body limit, a byte that picks the pieces, the bytes.

use crate::draw::Draw;
use crate::views;
use std::fmt::Debug;
use wireproof_wire::nnrp::body::Prelude;
use wireproof_wire::nnrp::extension::ExtensionHeader;
use wireproof_wire::nnrp::framing::{DEFAULT_MAX_BODY, Deframer, Split, split};
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{InlineObjectHeader, ObjectReference};
use wireproof_wire::nnrp::patch::TensorPatch;
use wireproof_wire::nnrp::schema::{self, SchemaHeader};
use wireproof_wire::nnrp::tensor::SectionDescriptor;
use wireproof_wire::nnrp::typed::{ExtensionFrame, TypedDescriptor};
use wireproof_wire::nnrp::{Frame, Header, MessageType, Metadata, Refusal, Violation};

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    let max_body = LIMITS[draw.below(LIMITS.len())];
    let pieces = draw.byte();
    let bytes = draw.rest();
    // Either verdict is a good one here.
    let _ = packet(bytes, max_body);
    stream(bytes, max_body, pieces);
    structures(bytes);
}

/// Decodes `bytes` as one packet and holds the answer to its promises.
pub fn packet(bytes: &[u8], max_body: u32) -> Result<(), Refusal> {
    let decoded = Frame::decode_within(bytes, max_body);
    match &decoded {
        Ok(frame) => {
            assert_eq!(split(bytes, max_body), Ok(Split::Packet(bytes.len())));
            assert!(frame.header.body_len <= max_body);
            views::walk(bytes, frame);
        }
        Err(refusal) => {
            assert_eq!(refusal.header, Header::read(bytes), "a refusal shows what was readable");
            let kind = refusal.header.and_then(|header| MessageType::from_u8(header.msg_type));
            assert_eq!(refusal.kind, kind);
            explained(&refusal.violation, bytes.len());
        }
    }
    assert_eq!(decoded, Frame::decode_within(bytes, max_body), "the verdict is stable");
    decoded.map(drop)
}

/// A refusal names a rule, and a place in the packet.
fn explained(violation: &Violation, len: usize) {
    assert!(violation.requirement.starts_with("NNRP-"), "{violation}");
    assert!(violation.reading.is_none_or(|reading| reading.starts_with("R-")), "{violation}");
    assert!(!violation.field.is_empty() && !violation.to_string().is_empty());
    let end = len.max(HEADER_LEN);
    assert!(violation.offset as usize <= end, "{violation}, in a packet of {len} bytes");
}

/// However a stream is cut, the same packets come out of it.
fn stream(bytes: &[u8], max_body: u32, pieces: u8) {
    let mut whole = Collected::default();
    whole.feed(bytes, max_body);
    let mut cut = Collected::default();
    let (mut rest, mut state) = (bytes, u32::from(pieces));
    while !rest.is_empty() {
        // Any generator will do; this one is 1 for 0, which gives single bytes.
        state = state.wrapping_mul(0x9E37_79B1) & 0x7FFF_FFFF;
        let len = (1 + (state >> 24) as usize).min(rest.len());
        let (piece, later) = rest.split_at(len);
        cut.feed(piece, max_body);
        rest = later;
    }
    assert_eq!(whole.packets, cut.packets, "cutting changes no packet");
    assert_eq!(whole.lost, cut.lost, "nor the end of the stream");
    assert_eq!(whole.deframer.pending(), cut.deframer.pending(), "nor what is left over");
    let taken: usize = whole.packets.iter().map(Vec::len).sum();
    assert_eq!(whole.packets.concat(), bytes[..taken], "packets are the bytes in order");
    if whole.lost.is_none() {
        assert_eq!(taken + whole.deframer.pending(), bytes.len(), "no byte is lost");
    }
}

#[derive(Default)]
struct Collected {
    deframer: Deframer,
    packets: Vec<Vec<u8>>,
    lost: Option<Violation>,
}

impl Collected {
    fn feed(&mut self, bytes: &[u8], max_body: u32) {
        let Self { deframer, packets, lost } = self;
        deframer.feed(bytes, max_body, |part| {
            assert!(lost.is_none(), "nothing comes after the position is lost");
            match part {
                Ok(packet) => {
                    assert_eq!(split(packet, max_body), Ok(Split::Packet(packet.len())));
                    packets.push(packet.to_vec());
                }
                Err(violation) => *lost = Some(violation),
            }
        });
    }
}

/// Structures that are decoded alone.
fn structures(bytes: &[u8]) {
    layout::<Header>(bytes);
    layout::<Prelude>(bytes);
    layout::<ExtensionHeader>(bytes);
    layout::<InlineObjectHeader>(bytes);
    layout::<ObjectReference>(bytes);
    layout::<TensorPatch>(bytes);
    layout::<SchemaHeader>(bytes);
    layout::<SectionDescriptor>(bytes);
    layout::<TypedDescriptor>(bytes);
    layout::<ExtensionFrame>(bytes);
    for &kind in MessageType::ALL {
        let meta = Metadata::read(kind, bytes);
        assert_eq!(meta.is_some(), bytes.len() >= kind.metadata_len());
        let mut out = Vec::new();
        meta.iter().for_each(|meta| meta.write(&mut out));
        assert!(out.is_empty() || out == bytes[..kind.metadata_len()], "{}", kind.name());
    }
    if let Ok(header) = schema::decode(bytes) {
        let body = &bytes[SchemaHeader::LEN..];
        let wanted = usize::from(header.dependency_count).min(body.len() / 8);
        assert_eq!(schema::dependencies(&header, body).count(), wanted);
    }
    let tiles = u16::from(bytes.first().copied().unwrap_or_default() & 7);
    views::sections(bytes, tiles);
    views::sections(bytes.get(1..).unwrap_or_default(), tiles);
}

/// A fixed layout reads all of its bytes, checks itself one way, and answers by name.
fn layout<L: Layout + Debug>(bytes: &[u8]) {
    let Some(read) = L::read(bytes) else {
        assert!(bytes.len() < L::LEN);
        return;
    };
    let mut out = Vec::new();
    read.write(&mut out);
    assert_eq!(out, bytes[..L::LEN]);
    assert_eq!(read.check().is_ok(), read.admitted(), "{read:?}");
    let mut again = L::default();
    for field in L::FIELDS {
        let value = read.get(field.name).expect("every field in the table has a value");
        assert!(again.set(field.name, value));
    }
    assert_eq!(again, read);
}

/// The default, none at all, a few bytes, and no limit.
const LIMITS: [u32; 4] = [DEFAULT_MAX_BODY, 0, 64, u32::MAX];
