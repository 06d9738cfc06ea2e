//! Bytes are worked out by hand from the formats.

use super::*;
use crate::ncp::frames::Error;
use alloc::vec;

const PLAIN: Framing = Framing { ext: false, final_: None, sealed: false };

fn raw() -> RawFrame {
    RawFrame::with(Header { frame: 0x06, flags: 0x04, len: 0, reserved: 0 }, b"{}".to_vec())
}

#[test]
fn the_length_follows_the_payload_until_it_is_set() {
    let mut frame = raw();
    assert_eq!(frame.to_vec(), b"\x06\x04\x00\x02{}");
    frame.payload_mut().push(b' ');
    assert_eq!(frame.to_vec(), b"\x06\x04\x00\x03{} ");
    frame.keep_length();
    frame.payload_mut().clear();
    assert_eq!(frame.to_vec(), b"\x06\x04\x00\x03");
    frame.set("length", 0x1_0001).expect("a field");
    assert_eq!(frame.to_vec(), b"\x06\x04\x00\x01");
    frame.set("ext", 1).expect("a field");
    assert_eq!(frame.to_vec(), b"\x06\x84\x00\x01\x00\x01\x00\x00");
}

#[test]
fn every_field_is_where_the_header_has_it() {
    let rows: [(&str, u64, [u8; 2]); 9] = [
        ("frame", 0xff, [0xff, 0x04]),
        ("flags", 0x7b, [0x06, 0x7b]),
        ("tier", 3, [0x06, 0x07]),
        ("tier", 1, [0x06, 0x05]),
        ("final", 0, [0x06, 0x00]),
        ("enc", 1, [0x06, 0x0c]),
        ("bit4", 1, [0x06, 0x14]),
        ("bit5", 1, [0x06, 0x24]),
        ("bit6", 1, [0x06, 0x44]),
    ];
    for (name, value, expected) in rows {
        let mut frame = raw();
        frame.set(name, value).expect("a field");
        assert_eq!(frame.to_vec()[..2], expected, "{name}");
    }
    let mut frame = raw();
    frame.set("reserved", 0xabcd).expect("a field");
    frame.set("ext", 1).expect("a field");
    assert_eq!(frame.to_vec()[..8], [0x06, 0x84, 0, 0, 0, 2, 0xab, 0xcd]);
    assert_eq!(frame.set("seq", 1), Err(UnknownField));
    for (name, _) in FIELDS {
        assert_eq!(raw().set(name, 0), Ok(()), "{name}");
    }
}

#[test]
fn a_sound_frame_starts_it_off() {
    let error = Frame::Error(Error { status: "a".into(), error: "b".into(), ..Error::default() });
    let mut frame = RawFrame::new(&error, Tier::Json, PLAIN).expect("sound");
    let text = br#"{"error":"b","frame":"0xFE","status":"a"}"#;
    assert_eq!(frame.to_vec()[4..], *text);
    assert_eq!(frame.header().len as usize, text.len());
    frame.set_byte(0, b'[');
    frame.flip(1, 0xff);
    frame.set_byte(999, 0);
    frame.flip(999, 1);
    assert_eq!(frame.to_vec()[4..6], [b'[', b'"' ^ 0xff]);
    let members = Value::Map(vec![("seq".into(), Value::Nil), ("seq".into(), Value::Nil)]);
    let twice = RawFrame::of(FrameType::Stream, &members, Tier::Msgpack, PLAIN).expect("sound");
    let expected = b"\x03\x05\x00\x12\x83\xa5frame\x03\xa3seq\xc0\xa3seq\xc0";
    assert_eq!(twice.to_vec(), expected);
}

#[test]
fn tokens_have_the_width_that_is_asked_for() {
    let tokens = Tokens::default;
    let rows = [
        (tokens().uint(Width::Least, 5), "05"),
        (tokens().uint(Width::One, 5), "cc05"),
        (tokens().uint(Width::Two, 5), "cd0005"),
        (tokens().uint(Width::Four, 5), "ce00000005"),
        (tokens().uint(Width::Eight, 5), "cf0000000000000005"),
        (tokens().uint(Width::Least, 300), "cd012c"),
        (tokens().uint(Width::Least, 1 << 32), "cf0000000100000000"),
        (tokens().sint(Width::Least, -1), "ff"),
        (tokens().sint(Width::Least, 5), "d005"),
        (tokens().sint(Width::Two, -2), "d1fffe"),
        (tokens().sint(Width::Eight, -2), "d3fffffffffffffffe"),
        (tokens().f32_bits(0x7fc0_0000), "ca7fc00000"),
        (tokens().f64_bits(0x7ff8 << 48), "cb7ff8000000000000"),
        (tokens().nil().bool(true).bool(false), "c0c3c2"),
        (tokens().str(Width::Least, b"a"), "a161"),
        (tokens().str(Width::One, b"\xff"), "d901ff"),
        (tokens().str(Width::Two, b"a"), "da000161"),
        (tokens().str(Width::Four, b"a"), "db0000000161"),
        (tokens().bin(Width::Least, b"a"), "c40161"),
        (tokens().bin(Width::Four, b"a"), "c60000000161"),
        (tokens().array(Width::Least, 2), "92"),
        (tokens().array(Width::Least, 16), "dc0010"),
        (tokens().array(Width::Four, 2), "dd00000002"),
        (tokens().map(Width::Least, 2), "82"),
        (tokens().map(Width::Two, 2), "de0002"),
        (tokens().ext(5, b"a"), "d40561"),
        (tokens().ext(-1, b"abc"), "c703ff616263"),
        (tokens().raw(&[NEVER]), "c1"),
    ];
    for (tokens, digits) in rows {
        assert_eq!(tokens.to_hex(), digits);
    }
}

#[test]
fn a_payload_is_made_of_any_entries() {
    let members = [
        (String::from("seq"), Entry::Bytes(Tokens::default().uint(Width::Eight, 1).into_vec())),
        (String::from("seq"), Entry::Value(Value::Bool(true))),
    ];
    let packed = payload(Tier::Msgpack, &members).expect("sound");
    assert_eq!(packed, b"\x82\xa3seq\xcf\x00\x00\x00\x00\x00\x00\x00\x01\xa3seq\xc3");
    let members = [
        (String::from("a"), Entry::Bytes(b"NaN".to_vec())),
        (String::from("b"), Entry::Value(Value::Uint(1))),
    ];
    assert_eq!(payload(Tier::Json, &members).expect("sound"), br#"{"a":NaN,"b":1}"#);
    assert_eq!(payload(Tier::Json, &[]).expect("sound"), b"{}");
    assert_eq!(payload(Tier::Msgpack, &[]).expect("sound"), b"\x80");
}
