//! What a tester sees of frames.

use super::examples::{EX_01, EX_07, EX_10, EX_14, EX_18, EX_19};
use crate::hex;
use crate::ncp::fields::{fields, label, split};
use serde_json::{Value, json};

fn packet(digits: &str) -> Vec<u8> {
    hex::decode(digits).expect("digits")
}

fn seen(digits: &str) -> Value {
    fields(&packet(digits)).expect("a frame")
}

#[test]
fn header_and_members_have_names() {
    let caps = seen(EX_07);
    for (name, expected) in [
        ("type", json!("CAPS")),
        ("tier", json!("msgpack")),
        ("header.frame", json!(4)),
        ("header.flags", json!(5)),
        ("header.len", json!(214)),
        ("header.final", json!(true)),
        ("header.ext", json!(false)),
        ("header.enc", json!(false)),
        ("count", json!(2)),
        ("data.#", json!(2)),
        ("data[1].name", json!("MacBook Air M3")),
        ("data[0].price", json!(999.0)),
        ("token_est", json!(180)),
        ("frame", json!(4)),
    ] {
        assert_eq!(caps[name], expected, "{name}");
    }
    assert_eq!(caps["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(seen(EX_14)["details.anchor_ref"], seen(EX_14)["details"]["anchor_ref"]);
    assert_eq!(caps.get("header.reserved"), None);
    assert_eq!(seen(EX_01)["supported_encodings[0]"], json!("msgpack"));
}

#[test]
fn what_the_secret_of_the_tests_has_sealed_is_opened() {
    for (sealed, algorithm) in [(EX_18, "aes-256-gcm"), (EX_19, "chacha20-poly1305")] {
        let seen = seen(sealed);
        assert_eq!(seen["sealed"], json!(algorithm));
        assert_eq!(seen["error"], json!("NCP-ANCHOR-NOT-FOUND"));
        assert_eq!(seen["header.enc"], json!(true));
    }
    let mut spoilt = packet(EX_18);
    spoilt[20] ^= 1;
    let seen = fields(&spoilt).expect("a header");
    assert_eq!((&seen["type"], &seen["sealed"]), (&json!("ERROR"), &json!("unknown")));
    assert_eq!(seen.get("error"), None);
}

#[test]
fn frames_are_shown_in_a_few_words() {
    for (frame, expected) in [
        (EX_01, "HELLO 0.4"),
        (EX_07, "CAPS d31c3734 n=2"),
        (EX_10, "STREAM 6f1d2c3b #0 window=2"),
        (EX_14, "ERROR NCP-ANCHOR-NOT-FOUND"),
        (EX_18, "ERROR sealed NCP-ANCHOR-NOT-FOUND"),
        ("070400027b7d", "unassigned 0x07"),
        ("10040001ff", "QUERY unreadable"),
        ("10", "1 bytes"),
    ] {
        assert_eq!(label(&packet(frame)), expected);
    }
}

#[test]
fn frames_are_cut_where_their_length_says() {
    let mut two = packet(EX_14);
    let len = two.len();
    two.extend(packet(EX_01));
    assert_eq!(split(&two), Some(len));
    assert_eq!(split(&two[..len - 1]), None);
    assert_eq!(split(&[]), None);
}
