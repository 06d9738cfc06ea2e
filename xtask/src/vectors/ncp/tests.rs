use super::check::{check, check_folder};
use super::file::Names;
use super::tree::Tree;
use super::{digest, json, msgpack, structure};
use crate::vectors::bytes::digits;
use std::path::Path;

const CATALOGUE: &str = "  - id: NCP-ERR-001\n    reading: [{id: OP-05, about: \"x\"}]\n  - id: \
                         NCP-HDR-019\n";
const FILE: &str = r#"{"format":"wireproof-vectors/1","protocol":"nps-ncp-0.4","vectors":[
{"id":"error.one","note":"n","clause":"c","requirements":["NCP-ERR-001"],"verdict":"valid",
 "kind":"packet","hex":["fe05001a","83a56572726f72a161a56672616d65ccfea6737461747573a162"],
 "fields":{"header.frame":254,"header.flags":5,"header.len":26,
 "payload":{"error":"a","status":"b"}}},
{"id":"error.type","note":"n","clause":"c","requirements":["NCP-HDR-019"],"verdict":"invalid",
 "kind":"packet","hex":["ff05001a","83a56572726f72a161a56672616d65ccfea6737461747573a162"],
 "error":{"kind":"NCP-FRAME-UNKNOWN-TYPE","layer":"header"},"base":"error.one",
 "edits":[{"set":"header.frame","to":255}]}]}"#;

fn problems(from: &str, to: &str) -> String {
    assert!(FILE.contains(from), "the fixture holds {from}");
    let files = [("a.json".to_owned(), FILE.replacen(from, to, 1))];
    check(&files, &Names::of(CATALOGUE)).err().unwrap_or_default().join("\n")
}

#[test]
fn the_fixture_is_right() {
    assert_eq!(problems("error.one", "error.one"), "");
}

#[test]
fn the_repository_agrees() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let vectors = check_folder(&root).unwrap_or_else(|found| panic!("{}", found.join("\n")));
    assert!(vectors.len() > 900, "only {} vectors were found", vectors.len());
    let counts = super::sweep::compare(&root.join("vectors/ncp/sweeps"), &vectors);
    let counts = counts.unwrap_or_else(|found| panic!("{}", found.join("\n")));
    assert!(counts.cases > 20_000, "only {} broken forms in {}", counts.cases, counts.groups);
}

#[test]
fn a_wrong_byte_field_or_length_is_seen() {
    for (from, to, want) in [
        ("a161a566", "a162a566", "error.one: offset 12: literal 62, second source 61"),
        ("fe05001a", "fe05001b", "error.one: offset 3: literal 1b, second source 1a"),
        ("\"header.len\":26", "\"header.len\":27", "the payload has 26 bytes"),
        ("\"status\":\"b\"", "\"status\":\"c\"", "error.one: offset 29"),
        ("\"header.flags\":5", "\"header.flags\":133", "header.reserved is missing"),
        ("ff05001a", "fd05001a", "error.type: offset 0: literal fd, second source ff"),
        ("\"to\":255", "\"to\":254", "the edits change nothing"),
        ("\"base\":\"error.one\"", "\"base\":\"error.two\"", "no vector error.two"),
    ] {
        let said = problems(from, to);
        assert!(said.contains(want), "{to}: {said}");
    }
}

#[test]
fn shape_is_checked() {
    for (from, to, want) in [
        ("\"note\":\"n\"", "\"nota\":\"n\"", "unknown key nota"),
        ("NCP-ERR-001", "NCP-ERR-099", "unknown requirement NCP-ERR-099"),
        ("\"error.type\"", "\"error.one\"", "appears in a.json too"),
        ("\"valid\"", "\"good\"", "is none of"),
        ("NCP-FRAME-UNKNOWN-TYPE", "NCP-FRAME-UNKNOWN", "is no error kind"),
        ("\"valid\"", "\"valid\",\"reading\":\"OP-99\"", "unknown reading"),
        ("nps-ncp-0.4", "ncp", "is none of"),
    ] {
        let said = problems(from, to);
        assert!(said.contains(want), "{to}: {said}");
    }
    let said = problems("\"valid\"", "\"valid\",\"reading\":\"OP-05\"");
    assert_eq!(said, "", "a reading of the catalogue");
}

/// FIPS 180-4 examples.
#[test]
fn digests_are_those_of_the_standard() {
    for (text, want) in [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
    ] {
        assert_eq!(digest::hex(text.as_bytes()), want);
    }
}

/// RFC 8785, appendix B.
#[test]
fn numbers_are_laid_out_as_ecmascript_does() {
    for (bits, want) in [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] {
        assert_eq!(json::number(f64::from_bits(bits)), want);
    }
}

#[test]
fn both_encodings_are_read_strictly() {
    for text in ["", "{", "[1,]", "01", "1.", "\"\n\"", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "1 2"] {
        assert!(json::read(text.as_bytes()).is_err(), "{text}");
    }
    for text in ["", "c1", "d40000", "81a16101ff01", "a2ff00", "8101c0", "82a161c0a161c0", "c0c0"] {
        let bytes = digits(text).expect("digits");
        assert!(msgpack::read(&bytes).is_err(), "{text}");
    }
    assert_eq!(json::read(b"\"\\ud83d\\ude00\""), Ok(Tree::Text("\u{1f600}".to_owned())));
    assert_eq!(msgpack::read(&[0xd1, 0xff, 0x7f]), Ok(Tree::Int(-129)));
}

#[test]
fn every_structure_has_a_reader() {
    for name in structure::BOTH {
        let said = structure::read(name, b"").expect_err("nothing is none of these");
        assert!(!said.contains("no structure"), "{name}: {said}");
    }
}
