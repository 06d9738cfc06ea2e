//! What both encodings take and refuse (reference 3.2, 3.3). Bytes are worked out from the formats.

use super::*;
use crate::ncp::value::BYTES_KEY;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

fn map(members: &[(&str, Value)]) -> Value {
    Value::Map(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| {
        let text = core::str::from_utf8(pair).expect("digits are ASCII");
        u8::from_str_radix(text, 16).expect("hexadecimal")
    };
    digits.chunks(2).map(pair).collect()
}

/// Name of the rule that a payload breaks.
fn fault(tier: Tier, payload: &[u8]) -> &'static str {
    let violation = decode(tier, payload).expect_err("refused");
    assert_eq!((violation.row, violation.code), (10, "NPS-CLIENT-BAD-FRAME"));
    violation.field
}

fn json(text: &str) -> Result<Value, &'static str> {
    decode(Tier::Json, text.as_bytes()).map_err(|violation| violation.field)
}

fn pack(digits: &str) -> Result<Value, &'static str> {
    decode(Tier::Msgpack, &unhex(digits)).map_err(|violation| violation.field)
}

/// `{"a": value}` in MessagePack.
fn packed(value: &str) -> Result<Value, &'static str> {
    let object = pack(&format!("81 a161 {value}"))?;
    object.get("a").cloned().ok_or("no member")
}

#[test]
fn numbers_are_read_in_every_width() {
    let rows = [
        ("07", Value::Uint(7)),
        ("cc07", Value::Uint(7)),
        ("cd0007", Value::Uint(7)),
        ("ce00000007", Value::Uint(7)),
        ("cf0000000000000007", Value::Uint(7)),
        ("d007", Value::Uint(7)),
        ("d10007", Value::Uint(7)),
        ("d200000007", Value::Uint(7)),
        ("d30000000000000007", Value::Uint(7)),
        ("ff", Value::Int(-1)),
        ("e0", Value::Int(-32)),
        ("d0df", Value::Int(-33)),
        ("d38000000000000000", Value::Int(i64::MIN)),
        ("cfffffffffffffffff", Value::Uint(u64::MAX)),
        ("cb408f380000000000", Value::Float(999.0)),
        ("ca3fc00000", Value::Float(1.5)),
        ("c0", Value::Nil),
        ("c2", Value::Bool(false)),
        ("c3", Value::Bool(true)),
        ("c4020cff", Value::Bytes(vec![0x0c, 0xff])),
        ("c500020cff", Value::Bytes(vec![0x0c, 0xff])),
        ("d90161", Value::from("a")),
        ("da000161", Value::from("a")),
        ("db0000000161", Value::from("a")),
        ("dc0001c0", Value::Array(vec![Value::Nil])),
        ("dd00000001c0", Value::Array(vec![Value::Nil])),
        ("de0001a162c0", map(&[("b", Value::Nil)])),
        ("df00000001a162c0", map(&[("b", Value::Nil)])),
    ];
    for (digits, value) in rows {
        assert_eq!(packed(digits), Ok(value), "{digits}");
    }
}

#[test]
fn numbers_are_written_as_short_as_they_go() {
    let rows = [
        (Value::Uint(0x7f), "7f"),
        (Value::Uint(0x80), "cc80"),
        (Value::Uint(0xfe), "ccfe"),
        (Value::Uint(3600), "cd0e10"),
        (Value::Uint(0x1_0000), "ce00010000"),
        (Value::Uint(0x1_0000_0000), "cf0000000100000000"),
        (Value::Int(-1), "ff"),
        (Value::Int(-33), "d0df"),
        (Value::Int(-129), "d1ff7f"),
        (Value::Float(999.0), "cb408f380000000000"),
        (Value::Bytes(vec![1]), "c40101"),
        (Value::from("ab"), "a26162"),
        (Value::Array(vec![Value::Nil, Value::Bool(true)]), "92c0c3"),
        (map(&[("a", Value::Uint(1))]), "81a16101"),
    ];
    for (value, digits) in rows {
        let mut out = Vec::new();
        assert_eq!(encode(Tier::Msgpack, &value, &mut out), Ok(()));
        assert_eq!(out, unhex(digits), "{value:?}");
    }
}

#[test]
fn json_keeps_integers_apart_from_other_numbers() {
    let rows = [
        ("18446744073709551615", Value::Uint(u64::MAX)),
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("9007199254740993", Value::Uint(9_007_199_254_740_993)),
        ("1.0", Value::Float(1.0)),
        ("1e2", Value::Float(100.0)),
        ("18446744073709551616", Value::Float(18_446_744_073_709_551_616.0)),
        // Read to the last bit: the nearest double of 2^53 + 2, and a well-known hard case.
        ("9007199254740994.0", Value::Float(9_007_199_254_740_994.0)),
        ("1.7976931348623157e308", Value::Float(f64::MAX)),
        (r#""\u00e9\n""#, Value::from("é\n")),
        (r#""\ud83d\ude00""#, Value::from("😀")),
        ("[]", Value::Array(vec![])),
        ("null", Value::Nil),
    ];
    for (text, value) in rows {
        assert_eq!(json(&format!("{{\"a\": {text} }}")), Ok(map(&[("a", value)])), "{text}");
    }
}

#[test]
fn json_is_written_without_white_space() {
    let value = map(&[
        ("a", Value::Array(vec![Value::Uint(1), Value::Int(-2), Value::Float(1.5)])),
        ("b", Value::Bool(true)),
        ("c", Value::from("\"\\\n\u{1}é")),
        ("d", Value::Map(vec![])),
        ("e", Value::Nil),
    ]);
    let mut out = Vec::new();
    assert_eq!(encode(Tier::Json, &value, &mut out), Ok(()));
    let expected = r#"{"a":[1,-2,1.5],"b":true,"c":"\"\\\n\u0001é","d":{},"e":null}"#;
    assert_eq!(core::str::from_utf8(&out), Ok(expected));
}

#[test]
fn bytes_become_base64url_in_json() {
    // OP-31: the alphabet of `next_cursor`, no padding. 0xfb 0xff is 111110 111111 1111(00).
    let mut out = Vec::new();
    assert_eq!(encode(Tier::Json, &Value::Bytes(vec![0xfb, 0xff]), &mut out), Ok(()));
    assert_eq!(out, b"\"-_8\"");
}

#[test]
fn nothing_in_a_payload_stands_for_bytes() {
    let payload = format!("{{\"a\":{{\"{BYTES_KEY}\":\"00ff\"}}}}");
    let inner = map(&[(BYTES_KEY, Value::from("00ff"))]);
    assert_eq!(json(&payload), Ok(map(&[("a", inner.clone())])));
    // Also as the root, and written again as it came.
    assert_eq!(json(&format!("{{\"{BYTES_KEY}\":\"00ff\"}}")), Ok(inner.clone()));
    let mut out = Vec::new();
    assert_eq!(encode(Tier::Json, &inner, &mut out), Ok(()));
    assert_eq!(out, format!("{{\"{BYTES_KEY}\":\"00ff\"}}").into_bytes());
}

#[test]
fn what_is_no_json_is_refused() {
    for payload in [
        &b""[..],
        b" ",
        b"{",
        b"{}}",
        b"{\"a\":NaN}",
        b"{\"a\":Infinity}",
        b"{\"a\":1e999}",
        b"{\"a\":01}",
        b"{'a':1}",
        b"{\"a\":1,}",
        b"{\"a\" 1}",
        b"{\"a\":\"\x01\"}",
        b"{\"a\":\"\xff\"}",
        b"\xef\xbb\xbf{}",
        b"{}\0",
        b"{} {}",
    ] {
        let field = fault(Tier::Json, payload);
        let text = String::from_utf8_lossy(payload);
        let trailing = payload.starts_with(b"{}");
        assert_eq!(field, if trailing { "trailing" } else { "payload" }, "{text}");
    }
    assert_eq!(json(" {}\n"), Ok(Value::Map(vec![])));
}

#[test]
fn what_is_no_messagepack_is_refused() {
    for digits in ["", "81", "81a1", "81a161", "81a161c1", "81a161d9", "81a161a2ff", "de00", "c1"] {
        assert_eq!(fault(Tier::Msgpack, &unhex(digits)), "payload", "{digits}");
    }
    // An announced length that the payload cannot hold is no reason to reserve memory.
    assert_eq!(fault(Tier::Msgpack, &unhex("81a161ddffffffff")), "payload");
    assert_eq!(fault(Tier::Msgpack, &unhex("81a161dfffffffff")), "payload");
    assert_eq!(fault(Tier::Msgpack, &unhex("dfffffffff")), "payload");
    assert_eq!(fault(Tier::Msgpack, &unhex("81a161dbffffffff")), "payload");
    assert_eq!(pack("80c0"), Err("trailing"));
    assert_eq!(pack("81a161d40000"), Err("extension"));
    assert_eq!(pack("81a161c7010000"), Err("extension"));
    assert_eq!(pack("8101c0"), Err("name"));
    assert_eq!(pack("81a16181c40161c0"), Err("name"));
}

#[test]
fn a_root_is_an_object() {
    for text in ["[]", "1", "\"{}\"", "null", "true"] {
        assert_eq!(json(text), Err("root"), "{text}");
        assert!(decode_any(Tier::Json, text.as_bytes()).is_ok());
    }
    for digits in ["90", "01", "c0", "a161", "c40101"] {
        assert_eq!(pack(digits), Err("root"), "{digits}");
        assert!(decode_any(Tier::Msgpack, &unhex(digits)).is_ok());
    }
}

#[test]
fn a_member_stands_once() {
    assert_eq!(json(r#"{"a":1,"a":1}"#), Err("duplicate"));
    assert_eq!(json(r#"{"a":1,"\u0061":1}"#), Err("duplicate"));
    assert_eq!(json(r#"{"b":[{"a":1,"c":2,"a":3}]}"#), Err("duplicate"));
    assert_eq!(pack("82a16101a16101"), Err("duplicate"));
    assert_eq!(pack("81a16282a16101d9016101"), Err("duplicate"));
    assert!(json(r#"{"a":1,"A":1,"b":{"a":1}}"#).is_ok());
    // Many members take another way.
    let many = |last: usize| {
        let members: Vec<String> = (0..40).map(|at| format!("\"m{at}\":{at}")).collect();
        json(&format!("{{{},\"m{last}\":0}}", members.join(",")))
    };
    assert_eq!(many(0), Err("duplicate"));
    assert_eq!(many(39), Err("duplicate"));
    assert!(many(40).is_ok());
    let violation = decode(Tier::Json, br#"{"a":1,"a":1}"#).expect_err("refused");
    assert_eq!((violation.reading, violation.lenient), (Some("OP-47"), false));
}

#[test]
fn what_only_one_tier_can_hold_is_refused() {
    // OP-53: not a number, infinities, halves of surrogate pairs.
    for digits in ["cb7ff8000000000000", "cb7ff0000000000000", "caff800000", "ca7fc00000"] {
        assert_eq!(packed(digits), Err("not_a_number"), "{digits}");
    }
    assert_eq!(packed("a3eda080"), Err("surrogate"));
    assert_eq!(packed("a3edbfbf"), Err("surrogate"));
    assert_eq!(packed("a3ed9fbf"), Ok(Value::from("\u{d7ff}")));
    for text in [r#""\ud800""#, r#""\udc00""#, r#""\ud800x""#, r#""\ud800\ud800""#, r#""\ud800\n""#]
    {
        assert_eq!(json(&format!("{{\"a\":{text}}}")), Err("surrogate"), "{text}");
        assert_eq!(json(&format!("{{{text}:1}}")), Err("surrogate"), "{text}");
    }
    assert_eq!(fault(Tier::Json, b"{\"a\":\"\xed\xa0\x80\"}"), "surrogate");
    assert!(decode(Tier::Json, b"{\"a\":\"\xed\x9f\xbf\"}").is_ok());
    // An escaped backslash before `u` is no escape.
    assert_eq!(json(r#"{"a":"\\ud800"}"#), Ok(map(&[("a", Value::from("\\ud800"))])));
    assert_eq!(json(r#"{"a":"\\ud800"#), Err("payload"));
    let violation = decode(Tier::Json, br#"{"a":"\ud800"}"#).expect_err("refused");
    assert_eq!((violation.reading, violation.lenient), (Some("OP-53"), true));
}

#[test]
fn nesting_has_a_bound_in_both() {
    let deep = |levels: usize| {
        let inner = levels - 1;
        let json = format!("{{\"a\":{}{}}}", "[".repeat(inner), "]".repeat(inner));
        let pack = format!("81a161{}90", "91".repeat(inner - 1));
        [(Tier::Json, json.into_bytes()), (Tier::Msgpack, unhex(&pack))]
    };
    let limit = MAX_DEPTH as usize;
    for (tier, payload) in deep(limit) {
        let value = decode(tier, &payload).expect("just deep enough");
        let mut out = Vec::new();
        assert_eq!(encode(tier, &value, &mut out), Ok(()));
        assert_eq!(out, payload);
        // One level more cannot be sent either.
        let mut out = vec![1];
        let deeper = Value::Array(vec![value]);
        assert_eq!(encode(tier, &deeper, &mut out), Err(Unsendable::TooDeep));
        assert_eq!(out, [1]);
    }
    for (tier, payload) in deep(limit + 1) {
        assert_eq!(fault(tier, &payload), "depth");
    }
    for (tier, payload) in deep(20_000) {
        assert_eq!(fault(tier, &payload), "depth");
    }
}

#[test]
fn what_is_no_number_cannot_be_sent() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for tier in [Tier::Json, Tier::Msgpack] {
            let mut out = vec![7];
            let value = map(&[("a", Value::Float(number))]);
            assert_eq!(encode(tier, &value, &mut out), Err(Unsendable::NotANumber));
            assert_eq!(out, [7]);
        }
    }
}

#[test]
fn values_of_a_bitset_follow_each_other() {
    // `cd 01 2b` and `30` of the example in reference 4.2.
    let bytes = unhex("cd012b30");
    let mut rest = &bytes[..];
    assert_eq!(msgpack::read_value(&mut rest), Ok(Value::Uint(299)));
    assert_eq!(msgpack::read_value(&mut rest), Ok(Value::Uint(48)));
    assert!(rest.is_empty());
    assert!(msgpack::read_value(&mut rest).is_err());
}
