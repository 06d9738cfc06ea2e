//! What the quick reader takes is what `serde_json` reads, and it does take what is usual.

use super::super::full_decode;
use super::*;
use alloc::format;
use alloc::string::ToString as _;
use proptest::prelude::*;

/// Reads a text both ways.
fn check(text: &str) -> Option<Value> {
    let quick = decode(text);
    if let Some(value) = &quick {
        let full = full_decode(text).expect("read, so it is sound");
        // Zero has a sign, which equality does not see.
        assert_eq!(format!("{value:?}"), format!("{full:?}"), "{text}");
    }
    quick
}

#[test]
fn usual_payloads_are_taken() {
    let taken = [
        r#"{"a":1,"b":[-1,0,1.5,-2e3,1E-2,0.0],"c":{"d":null,"e":true,"f":false}}"#,
        " { \"a\" : [ 1 , { } , [ ] ] }\r\n\t ",
        r#""é \n \" \\ \u00e9 \ud83d\ude00 and more than eight bytes""#,
        r#"{"\u0061":1}"#,
        "999999999999999999",
        "-999999999999999999",
        "1.7976931348623157e308",
        "5e-324",
        "1e-400",
        "[]",
    ];
    for text in taken {
        assert!(check(text).is_some(), "{text}");
    }
}

#[test]
fn what_is_not_json_is_left() {
    let left = [
        "",
        " ",
        "{",
        "}",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:1}",
        "tru",
        "truex",
        "nul",
        "fals",
        "01",
        "-",
        "-01",
        "+1",
        ".5",
        "1.",
        "1.e3",
        "1e",
        "1e+",
        "1ee3",
        "1.5.5",
        "1x",
        "[1]x",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "\"",
        "\"a",
        "\"\\",
        "\"\\\"",
        "\"\\x\"",
        "\"\u{1}\"",
        "\"\t\"",
        "\"0123456789\n\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "'a'",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "\u{a0}1",
        "/**/1",
    ];
    for text in left {
        assert_eq!(check(text), None, "{text}");
    }
}

#[test]
fn depth_is_bounded_as_everywhere() {
    for depth in [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1] {
        let depth = depth as usize;
        let lists = "[".repeat(depth) + &"]".repeat(depth);
        let maps = "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
        for text in [lists, maps] {
            assert_eq!(check(&text).is_some(), depth <= MAX_DEPTH as usize);
            assert_eq!(full_decode(&text).is_ok(), depth <= MAX_DEPTH as usize);
        }
    }
}

#[test]
fn special_bytes_are_found_at_every_place() {
    for special in [b'"', b'\\', 0, 0x1f] {
        for len in 0..20_usize {
            for at in 0..=len {
                let mut bytes = b"~ !#[]\x7f\xff".repeat(3);
                bytes.truncate(len);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = special;
                }
                assert_eq!(plain(&bytes), at);
            }
        }
    }
}

proptest! {
    #[test]
    fn texts_like_json(text in "[-{}\\[\\],:\"\\\\0-9.eEtrufalsn \n\u{1}é]{0,24}") {
        check(&text);
    }

    #[test]
    fn numbers(text in "-?[0-9]{1,25}(\\.[0-9]{0,25})?([eE][-+]?[0-9]{0,3})?") {
        check(&text);
    }

    #[test]
    fn floats(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        check(&number.to_string());
        check(&format!("{number:e}"));
    }

    #[test]
    fn spoiled(at in 0..100_usize, byte in 0..128_u8) {
        let whole = r#"{"name":"MacBook \"A\" é","price":1299.0,"id":[1,-2,{"a":null}],"b":true}"#;
        let mut bytes = whole.as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        if let Ok(text) = core::str::from_utf8(&bytes) {
            check(text);
        }
    }
}
