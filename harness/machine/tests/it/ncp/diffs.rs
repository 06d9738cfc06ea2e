//! Diffs and subscriptions row by row (reference 5.2, 8.9, 8.11; `OP-29`, `OP-30`, `OP-43`,
//! `OP-56`, `OP-60`).

use super::fixture::{CONN, Pair, S1, Side, frame_of, product_id, record, value};
use wireproof_wire::ncp::command::{Change, Follow, Setup, Tier};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Diff;
use wireproof_wire::ncp::{Command, Event, Value, digest};

pub(super) fn held(stream_id: &str, why: Hold) -> Event {
    Event::Blocked { conn: CONN, stream_id: stream_id.into(), why }
}

/// A patch that sets `stock`.
pub(super) fn set(stock: u64) -> Value {
    value(&format!(r#"[{{"op":"replace","path":"/stock","value":{stock}}}]"#))
}

/// Record 1 with that `stock`.
pub(super) fn stocked(stock: u64) -> Value {
    value(&format!(r#"{{"id":1,"name":"n1","price":9.5,"stock":{stock}}}"#))
}

pub(super) fn follow(version: u64) -> Follow {
    Follow {
        anchor_ref: product_id(),
        entity: "e".into(),
        version,
        record: record(1),
        ..Follow::default()
    }
}

pub(super) fn change(stock: u64) -> Change {
    Change { anchor_ref: product_id(), entity: "e".into(), patch: set(stock), ..Change::default() }
}

/// Both follow one entity.
pub(super) fn followed(version: u64, setup: Setup) -> Pair {
    let mut pair = Pair::with_cached_schema(setup);
    for side in [Side::Agent, Side::Node] {
        pair.command(side, Command::Follow(follow(version)));
        pair.check(side, &[]);
    }
    pair
}

pub(super) fn send(pair: &mut Pair, change: Change) {
    pair.node(Command::Change(change));
    pair.drive();
}

pub(super) fn applied(stream_id: &str, version: u64, record: &Value) -> Event {
    Event::Applied {
        conn: CONN,
        stream_id: stream_id.into(),
        entity: "e".into(),
        version,
        digest: digest::record(record),
    }
}

pub(super) fn diffs(pair: &Pair) -> Vec<Diff> {
    let frames = pair.frames(Side::Node).into_iter().filter_map(|frame| match frame {
        Frame::Diff(diff) => Some(diff),
        _ => None,
    });
    frames.collect()
}

/// The codes that an Agent which follows version 3 answers to a diff.
#[track_caller]
fn refused(pair: &mut Pair, members: &str, tier: Tier) -> Vec<String> {
    pair.inject(Side::Agent, &super::fixture::raw(FrameType::Diff, tier, members));
    pair.check(Side::Agent, &[]);
    let codes = pair.errors(Side::Agent);
    pair.forget();
    codes
}

pub(super) fn diff(rest: &str) -> String {
    format!(r#"{{"anchor_ref":"{}","entity_id":"e",{rest}}}"#, product_id())
}

#[test]
fn d01_a_diff_moves_both_sides_from_version_to_version() {
    let mut pair = followed(3, Setup::default());
    send(&mut pair, change(7));
    send(&mut pair, change(8));
    pair.check(Side::Agent, &[applied("", 4, &stocked(7)), applied("", 5, &stocked(8))]);
    pair.check(Side::Node, &[]);
    let bases: Vec<u64> = diffs(&pair).iter().map(|diff| diff.base_seq).collect();
    assert_eq!(bases, [3, 4]);
}

#[test]
fn d02_a_bitset_where_it_is_agreed() {
    // Field 3, `stock`, becomes 48: NCP §4.2 has the bytes 08 30 for it.
    let bytes = Value::Bytes(vec![0x08, 0x30]);
    let bitset = Change { format: "binary_bitset".into(), patch: bytes, ..change(0) };
    let mut pair = followed(3, Setup { binary_bitset: true, ..Setup::default() });
    send(&mut pair, bitset.clone());
    pair.check(Side::Agent, &[applied("", 4, &stocked(48))]);
    let mut pair = followed(3, Setup::default());
    send(&mut pair, bitset);
    pair.check(Side::Node, &[held("", Hold::Malformed)]);
}

#[test]
fn a_bitset_does_not_enter_json() {
    let bytes = Value::Bytes(vec![0x08, 0x30]);
    let bitset = Change { format: "binary_bitset".into(), patch: bytes, ..change(0) };
    let setup = Setup { binary_bitset: true, encodings: vec![Tier::Json], ..Setup::default() };
    let mut pair = followed(3, setup);
    pair.forget();
    send(&mut pair, bitset);
    pair.check(Side::Node, &[held("", Hold::Malformed)]);
    assert!(pair.sent.is_empty());
    // The version has not moved.
    send(&mut pair, change(7));
    pair.check(Side::Agent, &[applied("", 4, &stocked(7))]);
}

#[test]
fn d03_to_d07_nothing_applies_and_nothing_changes() {
    let good = r#""base_seq":3,"patch":[{"op":"replace","path":"/stock","value":7}]"#;
    let mut pair = followed(3, Setup::default());
    for (row, members, code) in [
        ("D03", diff(&good.replace('3', "2")), "NCP-STREAM-SEQ-GAP"),
        ("D03", diff(&good.replace('3', "4")), "NCP-STREAM-SEQ-GAP"),
        ("D04", diff(good).replace("sha256:d3", "sha256:d4"), "NCP-ANCHOR-NOT-FOUND"),
        ("D05", diff(&format!(r#"{good},"patch_format":"x""#)), "NCP-DIFF-FORMAT-UNSUPPORTED"),
        ("D06", diff(r#""base_seq":3,"patch":[{"op":"replace"}]"#), "NPS-CLIENT-BAD-FRAME"),
        ("D06", diff(r#""base_seq":3,"patch":{}"#), "NPS-CLIENT-BAD-FRAME"),
        (
            "D07",
            diff(r#""base_seq":3,"patch":[{"op":"replace","path":"/x","value":1}]"#),
            "NPS-CLIENT-UNPROCESSABLE",
        ),
        (
            "D07",
            diff(r#""base_seq":3,"patch":[{"op":"replace","path":"/stock","value":"x"}]"#),
            "NPS-CLIENT-UNPROCESSABLE",
        ),
        (
            "NCP-DIFF-012",
            diff(
                r#""base_seq":3,"patch":[{"op":"replace","path":"/stock","value":9},
                    {"op":"test","path":"/id","value":2}]"#,
            ),
            "NPS-CLIENT-UNPROCESSABLE",
        ),
    ] {
        assert_eq!(refused(&mut pair, &members, Tier::Json), [code], "{row}");
    }
    // D05 by tier, and where it is not agreed.
    let mut bitset = value(&diff(r#""base_seq":3,"patch":[],"patch_format":"binary_bitset""#));
    let code = "NCP-DIFF-FORMAT-UNSUPPORTED";
    pair.inject(Side::Agent, &frame_of(FrameType::Diff, Tier::Json, &bitset));
    if let Value::Map(members) = &mut bitset {
        members[3].1 = Value::Bytes(vec![0x08, 0x30]);
    }
    pair.inject(Side::Agent, &frame_of(FrameType::Diff, Tier::Msgpack, &bitset));
    assert_eq!(pair.errors(Side::Agent), [code, code]);
    send(&mut pair, change(7));
    pair.check(Side::Agent, &[applied("", 4, &stocked(7))]);
}

#[test]
fn errors_of_diffs_name_what_they_are_about() {
    let mut pair = Pair::ready(Setup::default());
    pair.inject_frame(Side::Agent, FrameType::Diff, &diff(r#""base_seq":0,"patch":[]"#));
    let error = pair.error_frames(Side::Agent).pop().expect("the schema is unknown");
    assert_eq!(error.detail("anchor_ref"), Some(product_id().as_str()));
}

#[test]
fn op56_an_entity_nobody_follows() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    send(&mut pair, change(7));
    pair.check(Side::Node, &[held("", Hold::Unknown)]);
    send(&mut pair, Change { base_seq: Some(12), ..change(7) });
    let unapplied = Event::Unapplied { conn: CONN, stream_id: String::new(), entity: "e".into() };
    pair.check(Side::Agent, &[unapplied]);
    assert!(pair.errors(Side::Agent).is_empty());
}

#[test]
fn a_version_that_is_named_is_sent() {
    let mut pair = followed(3, Setup::default());
    send(&mut pair, Change { base_seq: Some(9), ..change(7) });
    assert_eq!(pair.errors(Side::Agent), ["NCP-STREAM-SEQ-GAP"]);
    send(&mut pair, change(7));
    assert!(pair.take(Side::Agent).contains(&applied("", 4, &stocked(7))));
}

#[test]
fn diffs_that_break_a_rule_are_not_sent() {
    let mut pair = followed(3, Setup::default());
    let unknown = Change { anchor_ref: "sha256:none".into(), base_seq: Some(3), ..change(7) };
    let missing = value(r#"[{"op":"remove","path":"/x"}]"#);
    for (change, why) in [
        (unknown, Hold::Anchor),
        (Change { patch: value("{}"), ..change(7) }, Hold::Malformed),
        (Change { patch: missing, ..change(7) }, Hold::Malformed),
        (Change { format: "x".into(), ..change(7) }, Hold::Malformed),
        (Change { stream_id: S1.into(), ..change(7) }, Hold::Unknown),
    ] {
        let id = change.stream_id.clone();
        send(&mut pair, change);
        pair.check(Side::Node, &[held(&id, why)]);
    }
    assert!(pair.sent.is_empty());
}
