use super::check::{SWEEPS, check, check_folder};
use super::sweep;
use super::table::{HEADER, MESSAGES, STRUCTURES};
use std::path::Path;

const FILE: &str = r#"{"format":"wireproof-vectors/1","protocol":"nnrp-1-preview3","vectors":[
{"id":"pong.one","note":"n","clause":"c","requirements":["NNRP-CON-009"],"verdict":"valid",
 "kind":"packet","hex":["4e4e5250010021280000000000000000000000000500000000000000",
 "000000000807060504030201"],
 "fields":{"header.version_major":1,"header.wire_format":0,"header.msg_type":33,
 "header.header_len":40,"header.flags":0,"header.meta_len":0,"header.body_len":0,
 "header.session_id":5,"header.frame_id":0,"header.view_id":0,"header.route_id":0,
 "header.trace_id":"72623859790382856"}},
{"id":"pong.bad","note":"n","clause":"c","requirements":["NNRP-HDR-006"],"verdict":"invalid",
 "kind":"packet","hex":["4e4e5250010021284000000000000000000000000500000000000000",
 "000000000807060504030201"],
 "error":{"kind":"malformed_header","layer":"header"},"base":"pong.one",
 "edits":[{"set":"header.flags","to":64}]}]}"#;

fn problems(from: &str, to: &str) -> String {
    assert!(FILE.contains(from), "the fixture holds {from}");
    let files = [("a.json".to_owned(), FILE.replacen(from, to, 1))];
    check(&files).err().unwrap_or_default().join("\n")
}

#[test]
fn the_fixture_is_right() {
    let files = [("a.json".to_owned(), FILE.to_owned())];
    assert_eq!(check(&files).map(|vectors| vectors.len()).map_err(|p| p.join("\n")), Ok(2));
}

#[test]
fn tables_add_up() {
    for table in MESSAGES.iter().chain(&STRUCTURES).chain([&HEADER]) {
        let end = table.rows().last().map_or(0, |field| field.offset + field.width);
        assert_eq!(end, table.len, "{}", table.name);
    }
}

#[test]
fn the_repository_agrees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/nnrp");
    let vectors = check_folder(&folder).unwrap_or_else(|found| panic!("{}", found.join("\n")));
    assert!(vectors.len() > 500, "only {} vectors were found", vectors.len());
    let counts = sweep::compare(&folder.join(SWEEPS), &vectors);
    let counts = counts.unwrap_or_else(|found| panic!("{}", found.join("\n")));
    assert!(counts.cases > 10_000, "only {} broken forms in {}", counts.cases, counts.groups);
}

#[test]
fn a_wrong_byte_names_file_id_offset_and_field() {
    let said = problems("0000000005000000", "0000000006000000");
    assert!(said.contains("a.json: pong.one: offset 20 (header.session_id)"), "{said}");
    assert!(said.contains("literal 06, second source 05"), "{said}");
}

#[test]
fn a_wrong_field_is_seen() {
    let said = problems("\"header.view_id\":0", "\"header.view_id\":1");
    assert!(said.contains("offset 28 (header.view_id)"), "{said}");
}

#[test]
fn a_wrong_length_is_seen() {
    let said = problems("0807060504030201\"]", "08070605040302\"]");
    assert!(said.contains("offset 39 (header.trace_id): literal has 39 bytes"), "{said}");
    let said = problems("\"header.body_len\":0", "\"header.body_len\":1");
    assert!(said.contains("header.body_len is 1, the block is 0 bytes long"), "{said}");
}

#[test]
fn a_refusal_must_follow_from_its_edits() {
    assert!(problems("\"to\":64", "\"to\":128").contains("pong.bad: offset 8 (as edited)"));
    assert!(problems("\"to\":64", "\"to\":0").contains("change nothing"));
    assert!(problems("\"base\":\"pong.one\"", "\"base\":\"pong.two\"").contains("no vector"));
}

#[test]
fn shape_is_checked() {
    for (from, to, want) in [
        ("\"note\":\"n\"", "\"nota\":\"n\"", "unknown key nota"),
        ("NNRP-CON-009", "NNRP-CON-012", "unknown requirement NNRP-CON-012"),
        ("NNRP-CON-009", "NNRP-XYZ-001", "unknown requirement NNRP-XYZ-001"),
        ("\"pong.bad\"", "\"pong.one\"", "appears in a.json too"),
        ("\"verdict\":\"valid\"", "\"verdict\":\"good\"", "is none of"),
        ("\"kind\":\"malformed_header\"", "\"kind\":\"oops\"", "is none of"),
        ("\"header.flags\":0,", "\"header.flag\":0,", "header.flags is missing"),
        ("\"header.flags\":0,", "\"header.flags\":0,\"x\":1,", "x is not a field here"),
        ("\"72623859790382856\"", "72623859790382856", "no exact non-negative integer"),
        ("\"72623859790382856\"", "\"7\"", "no integer above 2^53"),
        ("0807060504030201\"],\n \"fields", "08070605040302g1\"],\n \"fields", "hexadecimal"),
        ("\"valid\"", "\"valid\",\"reading\":\"R-63\"", "unknown reading"),
    ] {
        let said = problems(from, to);
        assert!(said.contains(want), "{to}: {said}");
    }
}
