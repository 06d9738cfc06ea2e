//! All sweeps, file by file.

use super::blocks::{self, Home};
use super::fields::{self, number};
use super::model::{Group, Refusal, Sweep};
use super::rules::{BARE, CONTROL, DATA, Rules, STRUCTURES};
use super::sizes::{self, Body};
use crate::vectors::file::Vector;
use std::collections::BTreeMap;

/// Valid vectors by id.
pub type Bases<'a> = BTreeMap<&'a str, &'a Vector>;

/// Name and sweeps of every file.
pub fn generate(bases: &Bases<'_>) -> Vec<(String, Vec<Sweep>)> {
    let mut files: Vec<(String, Vec<Sweep>)> = Vec::new();
    for rules in CONTROL.iter().chain(&BARE).chain(&DATA) {
        let sweeps = fields::bases(rules).iter().map(|base| packet(rules, base, bases)).collect();
        files.push((format!("{}.json", rules.table.to_lowercase()), sweeps));
    }
    for (table, base) in EXTRA {
        let all = CONTROL.iter().chain(&DATA);
        let rules = all.into_iter().find(|rules| rules.table == table).expect("has rules");
        let sweep = packet(rules, base, bases);
        let name = format!("{}.json", table.to_lowercase());
        let file = files.iter_mut().find(|(known, _)| *known == name);
        file.expect("every message has a file").1.push(sweep);
    }
    let filler = auth_filler(bases);
    files[0].1.push(filler);
    let structures = STRUCTURES.iter().map(|rules| structure(rules, bases)).collect();
    files.push(("structures.json".to_owned(), structures));
    files
}

/// Bases that no rule names, for the blocks in their bodies.
const EXTRA: [(&str, &str); 4] = [
    ("RESULT_PUSH", "result_push.references"),
    ("FRAME_SUBMIT", "frame_submit.mixed"),
    ("FRAME_CANCEL", "frame_cancel.extensions"),
    ("RESULT_DROP", "result_drop.extensions"),
];

fn bytes_of<'a>(bases: &Bases<'a>, id: &str) -> &'a [u8] {
    &bases.get(id).unwrap_or_else(|| panic!("{id} is no valid vector")).bytes
}

/// Sweep of a packet: fields, and on the main base header, sizes and blocks.
fn packet(rules: &Rules, base: &str, bases: &Bases<'_>) -> Sweep {
    let bytes = bytes_of(bases, base);
    let mut groups = fields::groups(rules, (base, bytes), 40, None);
    let start = 40 + number(bytes, 12, 4) as usize;
    if base == rules.base || base.ends_with(".extensions") {
        let message = message(rules.table);
        let mut sizes = sizes::packet(bytes, message.own, message.longer, message.body.as_ref());
        if base == rules.base {
            groups.splice(0..0, fields::header(bytes, rules.table == "PING"));
        } else {
            sizes.retain(|group| group.name.starts_with("body."));
        }
        groups.extend(sizes);
        if let Some((home, block, lengths)) = message.extensions.filter(|_| bytes.len() > start) {
            groups.extend(blocks::extensions(bytes, start + block, lengths, home));
        }
        if rules.table == "ERROR" {
            blocks::filler(&mut groups, "diagnostic", start + 10, 6, &["ERR-004"], Some("R-13"));
        }
    }
    if matches!(rules.table, "FRAME_SUBMIT" | "RESULT_PUSH") {
        let kinds = if rules.table == "FRAME_SUBMIT" { 40 + 64 } else { 40 + 56 };
        groups.extend(blocks::regions(bytes, start, number(bytes, kinds, 4) == 1));
    }
    Sweep { base: base.to_owned(), places: places(rules.table), groups: numbered(groups) }
}

/// Filler behind an auth block that is no multiple of 8.
fn auth_filler(bases: &Bases<'_>) -> Sweep {
    let base = "client_hello.auth_filler";
    let bytes = bytes_of(bases, base);
    let auth = number(bytes, 40 + 56, 4) as usize;
    let mut groups = Vec::new();
    let width = auth.div_ceil(8) * 8 - auth;
    let ids = ["NEG-009", "EXT-004"];
    blocks::filler(&mut groups, "auth", 104 + auth, width, &ids, Some("R-10"));
    Sweep { base: base.to_owned(), places: places("CLIENT_HELLO"), groups }
}

fn structure(rules: &Rules, bases: &Bases<'_>) -> Sweep {
    let bytes = bytes_of(bases, rules.base);
    let either = ["length_mismatch", "malformed_body"];
    let body = ["malformed_body", "length_mismatch"];
    let mut groups = match rules.table {
        "control_extension_entry" => blocks::extensions(bytes, 0, &[], Home::Either),
        _ => fields::groups(rules, (rules.base, bytes), 0, None),
    };
    match rules.table {
        "control_extension_entry" => {}
        "inline_object" => {
            groups.push(sizes::structure(bytes, "body", body, &["PAY-005"]));
            let note = "less than a header behind the object";
            let refusal = Refusal::malformed("body", &["PAY-005"]);
            let (end, more) = (bytes.len(), (1..=7).collect());
            groups.push(Group::by("size.trailing", note, end, &[], more, refusal));
            blocks::filler(&mut groups, "object", 21, 3, &["PAY-005"], None);
        }
        "tensor_section" => {
            groups.push(sizes::structure(bytes, "body", body, &["PRO-002", "PRO-003"]));
        }
        name => {
            let id = match name {
                "body_prelude" => "PAY-001",
                "object_reference" => "PAY-004",
                "extension_frame_descriptor" => "PAY-020",
                "typed_payload_descriptor" => "PAY-008",
                "schema_descriptor_header" => "SCH-001",
                _ => "PAT-009",
            };
            groups.push(sizes::structure(bytes, "metadata", either, &[id]));
        }
    }
    Sweep { base: rules.base.to_owned(), places: Vec::new(), groups: numbered(groups) }
}

/// Names are unique within a sweep.
fn numbered(groups: Vec<Group>) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for mut group in groups {
        group.name = fields::unique(&out, &group.name);
        out.push(group);
    }
    out
}

/// Where the ids of a dialogue stand in a message.
fn places(table: &str) -> Vec<(&'static str, usize, usize)> {
    let session = ("session", 20, 4);
    let frame = [session, ("frame", 24, 4), ("lane", 28, 2)];
    match table {
        "FRAME_SUBMIT" => [&frame[..], &[("depends", 100, 4), ("retry", 60, 4)]].concat(),
        "FRAME_CANCEL" | "RESULT_PUSH" | "RESULT_DROP" | "RESULT_HINT" => frame.to_vec(),
        "ERROR" => vec![session, ("session", 56, 4)],
        "SESSION_OPEN" => vec![("wanted", 40, 4)],
        "SESSION_OPEN_ACK" => vec![session, ("session", 40, 4)],
        "SESSION_PATCH"
        | "SESSION_PATCH_ACK"
        | "SESSION_CLOSE"
        | "SESSION_CLOSE_ACK"
        | "SESSION_MIGRATE"
        | "SESSION_MIGRATE_ACK"
        | "CACHE_PUT"
        | "CACHE_ACK"
        | "CACHE_INVALIDATE"
        | "FLOW_UPDATE"
        | "PING"
        | "PONG" => vec![session],
        _ => Vec::new(),
    }
}

/// What a message is beyond its fields.
struct Message {
    /// Requirements about the length of its metadata.
    own: &'static [&'static str],
    /// The reading that refusing longer metadata rests on.
    longer: Option<&'static str>,
    /// Its body, unless any will do.
    body: Option<Body>,
    /// Its extension block, if it has one.
    extensions: Option<Extensions>,
}

/// What kind of block it is, the bytes before it, and the fields that hold its length.
type Extensions = (Home, usize, &'static [(usize, usize)]);

const NONE: &[(usize, usize)] = &[(16, 4)];
/// Refusing metadata longer than the table is a reading almost everywhere.
const LONG: Option<&str> = Some("R-45");

const fn of(
    own: &'static [&'static str],
    longer: Option<&'static str>,
    body: Option<Body>,
    extensions: Option<Extensions>,
) -> Message {
    Message { own, longer, body, extensions }
}

/// A body that fits its lengths and nothing else.
fn exact(ids: &'static [&'static str], reading: Option<&'static str>) -> Option<Body> {
    Some(Body { requirements: ids, reading, admits: Vec::new(), ends: true })
}

/// A body that ends with an extension block of `len` bytes, which may be missing as a whole.
fn block(ids: &'static [&'static str], reading: Option<&'static str>, len: usize) -> Option<Body> {
    Some(Body { requirements: ids, reading, admits: vec![len], ends: true })
}

fn message(table: &str) -> Message {
    let elsewhere = |before, lengths| Some((Home::Elsewhere, before, lengths));
    let other = |len| block(&["EXT-004", "EXT-005"], None, len);
    match table {
        "CLIENT_HELLO" => {
            let entries = Some((Home::Hello, 16, &[(16, 4), (100, 4)][..]));
            of(&["NEG-003"], LONG, exact(&["NEG-009"], None), entries)
        }
        "SERVER_HELLO_ACK" => {
            let entries = Some((Home::Answer, 0, &[(16, 4), (112, 4)][..]));
            of(&["NEG-003"], LONG, exact(&["NEG-009"], None), entries)
        }
        "SESSION_PATCH" | "SESSION_PATCH_ACK" => {
            let body = block(&["EXT-004", "EXT-005", "PAT-009"], None, 16);
            of(&["PAT-001"], LONG, body, elsewhere(16, NONE))
        }
        "SESSION_OPEN" => {
            let entries = elsewhere(10, &[(16, 4), (76, 4)][..]);
            of(&["SES-001"], LONG, exact(&["SES-008"], None), entries)
        }
        "SESSION_OPEN_ACK" => {
            let entries = elsewhere(5, &[(16, 4), (72, 4)][..]);
            of(&["SES-002"], LONG, exact(&["SES-008"], None), entries)
        }
        "SESSION_CLOSE" => of(&["SES-003"], LONG, other(8), elsewhere(0, NONE)),
        "SESSION_CLOSE_ACK" => of(&["SES-004"], LONG, other(16), elsewhere(0, NONE)),
        "CACHE_ACK" | "CACHE_INVALIDATE" => of(&["CACHE-001"], LONG, other(16), elsewhere(0, NONE)),
        "ERROR" => {
            let ids = &["ERR-004", "EXT-004", "EXT-005"];
            // Without the block, and without the filler before it as well.
            let (reading, admits) = (Some("R-13"), vec![16, 22]);
            let body = Body { requirements: ids, reading, admits, ends: true };
            of(&["ERR-001"], LONG, Some(body), elsewhere(16, NONE))
        }
        _ => plain(table),
    }
}

/// Messages without an extension block, or with one that is a matter of reading.
fn plain(table: &str) -> Message {
    let doubted = |own, longer, ids| {
        of(own, longer, block(ids, Some("R-53"), 16), Some((Home::Doubted, 0, NONE)))
    };
    match table {
        // A body that is no block is skipped: the connection ends anyway.
        "CLOSE" => of(&["CON-003"], Some("R-12"), None, None),
        "FRAME_SUBMIT" => {
            of(&["SUB-001"], LONG, exact(&["PAY-002", "PAY-001", "PAY-003"], None), None)
        }
        "RESULT_PUSH" => {
            of(&["RLT-001"], LONG, exact(&["PAY-002", "PAY-001", "PAY-003"], None), None)
        }
        "FRAME_CANCEL" => doubted(&["SUB-013"], Some("R-02"), &["EXT-004", "EXT-005", "SUB-013"]),
        "RESULT_DROP" => doubted(&["RLT-011"], Some("R-22"), &["EXT-004", "EXT-005", "RLT-011"]),
        "RESULT_HINT" => doubted(&["RLT-014"], LONG, &["EXT-004", "EXT-005", "RLT-014"]),
        "CACHE_PUT" => of(&["CACHE-001"], LONG, exact(&["CACHE-003"], Some("R-33")), None),
        "FLOW_UPDATE" => of(&["FLOW-001"], LONG, exact(&["FLOW-001"], None), None),
        "TRANSPORT_PROBE" => of(&["PRB-001"], LONG, exact(&["PRB-001"], None), None),
        // Any token will do, and the body of an answer is not settled.
        "TRANSPORT_PROBE_ACK" => of(&["PRB-001"], LONG, None, None),
        "SESSION_MIGRATE" | "SESSION_MIGRATE_ACK" => of(&["MIG-001"], LONG, None, None),
        "PING" | "PONG" => of(&["CON-009"], None, exact(&["CON-009"], None), None),
        _ => panic!("{table} is no message"),
    }
}
