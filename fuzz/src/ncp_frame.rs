//! Any bytes at all as frames of NCP: with their own header, as payloads of every type in either
//! tier, and as bodies without a header.
//!
//! Input: a byte for the terms and the way, a byte for the type, the bytes.

use crate::draw::Draw;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::broken::RawFrame;
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{Frame, Framing, is_bare, read, read_bare, read_noting, write};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{Header, LONG_LEN, SHORT_LEN, Split, split};
use wireproof_wire::ncp::terms::{self, Terms};
use wireproof_wire::ncp::tier::{decode, decode_any, encode};
use wireproof_wire::ncp::violation::Violation;

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    let (way, kind) = (draw.byte(), draw.byte());
    let bytes = draw.rest();
    match way % 4 {
        0 => stream(bytes, &agreed(way >> 2)),
        1 => payload(FrameType::ALL[usize::from(kind) % FrameType::ALL.len()], Tier::Json, bytes),
        2 => {
            payload(FrameType::ALL[usize::from(kind) % FrameType::ALL.len()], Tier::Msgpack, bytes);
        }
        _ => bare(bytes),
    }
}

/// Some of what two sides may have agreed on.
fn agreed(choice: u8) -> Terms {
    let limit = [65_535, 64, u32::MAX][usize::from(choice) % 3];
    let encoding = if choice & 4 == 0 { Tier::Json } else { Tier::Msgpack };
    let strict_flags = choice & 8 != 0;
    let (ext, sealed) = (choice & 16 != 0, choice & 32 != 0);
    Terms { strict_flags, ..Terms::session(encoding, limit, ext, sealed) }
}

/// Frame by frame, with the headers they have.
fn stream(mut bytes: &[u8], terms: &Terms) {
    while let Some((header, header_len)) = Header::read(bytes) {
        assert_eq!(header_len, if header.is_ext() { LONG_LEN } else { SHORT_LEN });
        let mut again = Vec::new();
        header.write(&mut again);
        assert_eq!(again, bytes[..header_len], "a header is its bytes");
        let verdict = terms::check(&header, terms);
        if let Err(violation) = &verdict {
            explained(violation);
            assert!((2..=8).contains(&violation.row), "{violation}");
        }
        let Split::Frame { payload_len, .. } = split(bytes) else { break };
        let (whole, rest) = bytes.split_at(header_len + payload_len);
        assert_eq!(RawFrame::with(header, whole[header_len..].to_vec()).to_vec(), whole);
        match header.tier() {
            Some(tier) if header.kind().is_some() => taken(&header, tier, &whole[header_len..]),
            _ => assert!(verdict.is_err(), "what cannot be read is refused by its header"),
        }
        bytes = rest;
    }
    assert_eq!(split(bytes), Split::Incomplete);
}

fn payload(kind: FrameType, tier: Tier, bytes: &[u8]) {
    let header = Header::new(kind, tier, true, true, bytes.len() as u32);
    taken(&header, tier, bytes);
    let (any, object) = (decode_any(tier, bytes), decode(tier, bytes));
    match (&any, &object) {
        (Ok(Value::Map(_)), Ok(_)) => assert_eq!(any, object),
        (_, Err(violation)) => {
            explained(violation);
            assert_eq!(violation.row, 10, "{violation}");
            assert!(!matches!(any, Ok(Value::Map(_))), "an object is a payload");
        }
        _ => panic!("{any:?} is no object"),
    }
    if let Ok(value) = any {
        again(tier, &value);
        let seen = Frame::from_value(kind, &value).map_err(|violation| violation.requirement);
        let read = read(&header, bytes).map_err(|violation| violation.requirement);
        // What depends on the encoding is for the reader of bytes alone.
        assert!(seen == read || kind == FrameType::Diff || object.is_err(), "{seen:?} {read:?}");
    }
}

/// A value that was read is written, and read as the same.
fn again(tier: Tier, value: &Value) {
    let mut once = Vec::new();
    encode(tier, value, &mut once).expect("what was read can be written");
    let back = decode_any(tier, &once).expect("what was written can be read");
    assert_eq!(&back, value);
    let mut twice = Vec::new();
    encode(tier, &back, &mut twice).expect("it was written before");
    assert_eq!(once, twice);
}

/// A payload that is taken is written again, and taken as the same frame.
fn taken(header: &Header, tier: Tier, payload: &[u8]) {
    let (frame, remarks) = match read_noting(header, payload) {
        Ok(taken) => taken,
        Err(violation) => {
            explained(&violation);
            assert!(violation.row == 0 || (10..=12).contains(&violation.row), "{violation}");
            return;
        }
    };
    assert_eq!(header.kind(), Some(frame.kind()));
    assert_eq!(remarks.final_wrong, header.is_final() != frame.is_final());
    let members = frame.to_value();
    let same = Frame::from_value(frame.kind(), &members);
    assert_eq!(same.as_ref(), Ok(&frame), "its members are all there is to it");
    let mut bytes = Vec::new();
    let framing = Framing { ext: true, ..Framing::default() };
    let written = write(&frame, tier, framing, &mut bytes).expect("what was taken can be sent");
    assert_eq!(bytes.len(), LONG_LEN + written.len as usize);
    assert_eq!(Header::read(&bytes), Some((written, LONG_LEN)));
    let (back, remarks) = read_noting(&written, &bytes[LONG_LEN..]).expect("what is sent is taken");
    assert_eq!(back, frame);
    assert_eq!(remarks, Default::default(), "our own frames are above remarks");
    let mut twice = vec![0xee];
    write(&back, tier, framing, &mut twice).expect("it was written before");
    assert_eq!(twice[1..], bytes);
}

fn bare(bytes: &[u8]) {
    match read_bare(bytes) {
        Ok(frame) => {
            let header = Header::new(frame.kind(), Tier::Json, true, true, 0);
            assert_eq!(read(&header, bytes).as_ref(), Ok(&frame));
            assert!(bytes.trim_ascii_start().first() == Some(&b'{'));
        }
        Err(violation) => explained(&violation),
    }
    if is_bare(bytes) {
        assert!(FrameType::from_u8(bytes[0]).is_none(), "no frame begins like that");
    }
}

/// A refusal names a rule, and a code with its status.
fn explained(violation: &Violation) {
    let Violation { requirement, code, status, field, .. } = violation;
    assert!(
        ["NCP-", "NWP-", "NIP-", "NDP-", "NOP-", "NPS-"].iter().any(|p| requirement.starts_with(p))
    );
    assert!(!field.is_empty() && !violation.to_string().is_empty());
    assert!(violation.admits(status, code), "{violation}");
    assert!(code::http_of(status).is_some(), "{violation}: {status}");
    for code in violation.also {
        assert!(code::status_of(code).is_some() || code::http_of(code).is_some(), "{code}");
    }
}
