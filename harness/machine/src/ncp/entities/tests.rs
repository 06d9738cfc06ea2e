extern crate std;

use super::{Diff, Entities, Entity, Event, Output};
use crate::ncp::Refusal;
use crate::ncp::samples::{A1, json, product};
use alloc::format;
use alloc::string::{String, ToString as _};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::{Schema, check_schema};
use wireproof_wire::ncp::command::Tier;

const STREAM: &str = "6f1d2c3b-4a59-4e68-8d7c-0123456789ab";
const ENTITY: &str = "product:1001";

/// EX-09: `price` 299 and `stock` 48.
const BITSET: [u8; 5] = [0x0c, 0xcd, 0x01, 0x2b, 0x30];
/// NG-16: bit 4 of four fields.
const BEYOND: [u8; 5] = [0x1c, 0xcd, 0x01, 0x2b, 0x30];
/// `price` becomes an array, which no decimal is.
const MISFIT: [u8; 2] = [0x04, 0x90];

/// EX-08: the same change.
const OPERATIONS: &str = r#"[{"op":"replace","path":"/price","value":299},
    {"op":"replace","path":"/stock","value":48}]"#;
/// No operation of RFC 6902.
const MALFORMED: &str = r#"[{"op":"add","path":"/price"}]"#;
/// The first operation applies, the second does not.
const FAILING: &str = r#"[{"op":"replace","path":"/stock","value":48},
    {"op":"replace","path":"/colour","value":1}]"#;
/// Applies, and breaks the schema.
const UNFIT: &str = r#"[{"op":"remove","path":"/stock"}]"#;

fn schema() -> Schema {
    check_schema(&product()).expect("a schema")
}

/// The first record of EX-07.
fn before() -> Value {
    json(r#"{"id":1001,"name":"iPhone 15 Pro","price":999,"stock":42}"#)
}

fn after() -> Value {
    json(r#"{"id":1001,"name":"iPhone 15 Pro","price":299,"stock":48}"#)
}

fn diff<'a>(schema: &'a Schema, patch: &'a Value) -> Diff<'a> {
    Diff {
        anchor_ref: A1,
        schema: Some(schema),
        entity: ENTITY,
        base_seq: 42,
        format: "",
        patch,
        tier: Tier::Msgpack,
        event: None,
    }
}

/// The entity at version 42, and a subscription with its first number outstanding.
fn followed(bitset: bool) -> Entities {
    let mut entities = Entities::new(bitset);
    let record = before();
    let follow = Event::Follow { anchor_ref: A1, entity: ENTITY, version: 42, record: &record };
    for event in [follow, Event::Subscribe { stream_id: STREAM, resume_from: None }] {
        assert_eq!(entities.apply(event), Ok(Output::Noted));
    }
    entities
}

fn applied(version: u64) -> Result<Output, Refusal> {
    Ok(Output::Applied { version })
}

fn row(result: Result<Output, Refusal>) -> &'static str {
    result.expect_err("a refusal").row()
}

fn shown(result: Result<Output, Refusal>) -> String {
    match result {
        Ok(output) => format!("{output:?}"),
        Err(refusal) => format!("{refusal:?}"),
    }
}

fn version(entities: &Entities, stream_id: &str) -> String {
    let entity = entities.get(stream_id, A1, ENTITY);
    entity.map_or("-".to_string(), |Entity { version, .. }| version.to_string())
}

/// Every kind of diff, alone and as event 1, for an entity that is followed and one that is not.
#[test]
fn every_state_and_event() {
    let schema = schema();
    let operations = json(OPERATIONS);
    let (malformed, failing, unfit, none) =
        (json(MALFORMED), json(FAILING), json(UNFIT), json("[]"));
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    let (bitset, beyond, misfit) = (bytes(&BITSET), bytes(&BEYOND), bytes(&MISFIT));
    let short = bytes(&[]);
    let text = Value::from("patch");
    let plain = diff(&schema, &operations);
    let bits = |patch| Diff { patch, format: "binary_bitset", ..plain };
    let diffs = [
        ("operations", plain),
        ("operations, named", Diff { format: "json_patch", ..plain }),
        ("operations in Tier-1", Diff { tier: Tier::Json, ..plain }),
        ("no operations", Diff { patch: &none, ..plain }),
        ("a malformed operation", Diff { patch: &malformed, ..plain }),
        ("a failing operation", Diff { patch: &failing, ..plain }),
        ("an unfit result", Diff { patch: &unfit, ..plain }),
        ("a patch of text", Diff { patch: &text, ..plain }),
        ("operations as bytes", Diff { patch: &bitset, ..plain }),
        ("bitset", bits(&bitset)),
        ("bitset in Tier-1", Diff { tier: Tier::Json, ..bits(&bitset) }),
        ("bitset as array", bits(&operations)),
        ("bitset beyond", bits(&beyond)),
        ("bitset, too short", bits(&short)),
        ("bitset, unfit", bits(&misfit)),
        ("unknown format", Diff { format: "merge_patch", ..plain }),
        ("unknown anchor", Diff { schema: None, ..plain }),
        ("base one below", Diff { base_seq: 41, ..plain }),
        ("base one above", Diff { base_seq: 43, ..plain }),
        ("no entity_id", Diff { entity: "", ..plain }),
    ];
    let mut table = String::new();
    for follows in [true, false] {
        for agreed in [true, false] {
            for (event, seen) in [(None, ""), (Some((STREAM, 1)), STREAM)] {
                table += &format!("\nfollowed {follows}, bitset {agreed}, event {event:?}\n");
                for (name, diff) in diffs {
                    let mut entities = followed(agreed);
                    if !follows {
                        entities.entities.clear();
                    }
                    let result = entities.apply(Event::Received(Diff { event, ..diff }));
                    table += &format!(
                        "{name:<22} v {:<3} own {:<3} {}\n",
                        version(&entities, seen),
                        version(&entities, ""),
                        shown(result)
                    );
                }
            }
        }
    }
    insta::assert_snapshot!(table);
}

/// The order D05, D04, D09, D08, D06, D03, D07: every frame here fits two rows or more.
#[test]
fn the_first_row_in_order_decides() {
    let schema = schema();
    let (malformed, failing, none) = (json(MALFORMED), json(FAILING), json("[]"));
    let plain = diff(&schema, &malformed);
    let at = |seq| Some((STREAM, seq));
    for (expected, diff) in [
        ("D05", Diff { format: "other", schema: None, ..plain }),
        ("D05", Diff { format: "other", event: at(2), ..plain }),
        ("D04", Diff { schema: None, event: at(2), ..plain }),
        ("D04", Diff { schema: None, patch: &none, event: at(1), ..plain }),
        ("resubscribe", Diff { patch: &none, event: at(2), ..plain }),
        ("resubscribe", Diff { event: at(2), base_seq: 1, ..plain }),
        ("repeated", Diff { patch: &none, event: at(0), ..plain }),
        ("heartbeat", Diff { patch: &none, event: at(1), base_seq: 1, ..plain }),
        ("D06", Diff { base_seq: 1, ..plain }),
        ("D03", Diff { base_seq: 1, patch: &failing, ..plain }),
        ("D07", Diff { patch: &failing, ..plain }),
    ] {
        let mut entities = followed(false);
        let result = entities.apply(Event::Received(diff));
        assert_eq!(result.map_or_else(Refusal::row, Output::name), expected, "{diff:?}");
        assert_eq!(version(&entities, STREAM), "42");
    }
}

#[test]
fn both_formats_make_the_change_of_the_reference() {
    let schema = schema();
    let (operations, bitset) = (json(OPERATIONS), Value::Bytes(BITSET.to_vec()));
    for (format, patch) in [("", &operations), ("binary_bitset", &bitset)] {
        let mut entities = followed(true);
        let result = entities.apply(Event::Received(Diff { format, ..diff(&schema, patch) }));
        assert_eq!(result, applied(43));
        let expected = Entity { version: 43, record: after() };
        assert_eq!(entities.get("", A1, ENTITY), Some(&expected));
    }
}

/// NCP-DIFF-012, -013.
#[test]
fn what_does_not_apply_changes_nothing() {
    let schema = schema();
    let untouched = Entity { version: 42, record: before() };
    for patch in [MALFORMED, FAILING, UNFIT] {
        let mut entities = followed(false);
        let patch = json(patch);
        entities.apply(Event::Received(diff(&schema, &patch))).expect_err("a refusal");
        assert_eq!(entities.get("", A1, ENTITY), Some(&untouched));
    }
}

/// `OP-56`: the first event starts from the entity, the next from the event before; a heartbeat
/// between them has a number and moves no version.
#[test]
fn versions_of_a_subscription_are_its_numbers() {
    let schema = schema();
    let (operations, none) = (json(OPERATIONS), json("[]"));
    let plain = diff(&schema, &operations);
    let mut entities = followed(false);
    let mut step = |base_seq, seq, patch| {
        let event = Some((STREAM, seq));
        entities.apply(Event::Received(Diff { base_seq, event, patch, ..plain }))
    };
    assert_eq!(step(42, 1, &operations), applied(1));
    assert_eq!(row(step(43, 2, &operations)), "D03", "the number it was, not 42 + 1");
    assert_eq!(step(9, 3, &none), Ok(Output::Heartbeat));
    assert_eq!(step(1, 4, &operations), applied(4));
    assert_eq!(version(&entities, ""), "42");
    assert_eq!(entities.apply(Event::Received(plain)), applied(43), "the entity itself");
    assert_eq!(version(&entities, STREAM), "4");
}

#[test]
fn a_gap_is_reported_once_and_closed_by_what_was_missing() {
    let schema = schema();
    let operations = json(OPERATIONS);
    let plain = diff(&schema, &operations);
    let mut entities = followed(false);
    let mut step = |base_seq, seq| {
        let event = Some((STREAM, seq));
        entities.apply(Event::Received(Diff { base_seq, event, ..plain }))
    };
    assert_eq!(step(42, 1), applied(1));
    assert_eq!(step(2, 3), Ok(Output::Resubscribe { after: 1, new: true }));
    assert_eq!(step(3, 4), Ok(Output::Resubscribe { after: 1, new: false }));
    assert_eq!(step(42, 1), Ok(Output::Repeated));
    assert_eq!(step(1, 2), applied(2));
    assert_eq!(step(2, 3), applied(3));
}

/// Numbers are counted whether the event can be read or not, or the next one would seem to be
/// behind a gap.
#[test]
fn an_event_that_cannot_be_read_was_there() {
    let schema = schema();
    let operations = json(OPERATIONS);
    let plain = diff(&schema, &operations);
    let mut entities = followed(false);
    let mut step =
        |seq, diff| entities.apply(Event::Received(Diff { event: Some((STREAM, seq)), ..diff }));
    let unknown = Diff { schema: None, ..plain };
    assert_eq!(row(step(1, unknown)), "D04");
    assert_eq!(row(step(3, unknown)), "D04", "a gap it cannot report");
    let gap = Ok(Output::Resubscribe { after: 1, new: true });
    assert_eq!(step(4, plain), gap);
    assert_eq!(step(2, plain), applied(2));
}

#[test]
fn subscriptions_begin_anew_or_go_on() {
    let schema = schema();
    let operations = json(OPERATIONS);
    let plain = diff(&schema, &operations);
    let mut entities = followed(false);
    let at =
        |base_seq, seq| Event::Received(Diff { base_seq, event: Some((STREAM, seq)), ..plain });
    assert_eq!(entities.apply(at(42, 1)), applied(1));
    let again = |resume_from| Event::Subscribe { stream_id: STREAM, resume_from };
    entities.apply(again(Some(1))).expect("always");
    assert_eq!(entities.apply(at(1, 2)), applied(2), "it knows its version");
    entities.apply(again(None)).expect("always");
    assert_eq!(entities.apply(at(42, 1)), applied(1), "it starts from the entity");
    entities.apply(Event::Unsubscribe(STREAM)).expect("always");
    assert_eq!(entities.apply(at(1, 2)), Ok(Output::Unapplied), "late");
    assert!(entities.follower(STREAM).is_none());
    assert_eq!(entities.entities().count(), 1);
}

/// A full read outdates what subscriptions knew of the entity.
#[test]
fn following_again_sets_the_version_everywhere() {
    let schema = schema();
    let operations = json(OPERATIONS);
    let mut entities = followed(false);
    let event = Diff { event: Some((STREAM, 1)), ..diff(&schema, &operations) };
    assert_eq!(entities.apply(Event::Received(event)), applied(1));
    let record = before();
    let follow = Event::Follow { anchor_ref: A1, entity: ENTITY, version: 7, record: &record };
    entities.apply(follow).expect("always");
    let next = Diff { event: Some((STREAM, 2)), base_seq: 7, ..event };
    assert_eq!(entities.apply(Event::Received(next)), applied(2));
}

/// A Node moves its own copy with what it sends; the numbers come from its subscription.
#[test]
fn a_sender_moves_along() {
    let schema = schema();
    let operations = json(OPERATIONS);
    let mut entities = Entities::new(false);
    let record = before();
    let follow = Event::Follow { anchor_ref: A1, entity: ENTITY, version: 42, record: &record };
    entities.apply(follow).expect("always");
    let sent = |base_seq, seq| {
        Event::Sent(Diff { base_seq, event: Some((STREAM, seq)), ..diff(&schema, &operations) })
    };
    assert_eq!(entities.apply(sent(42, 5)), applied(5));
    assert_eq!(entities.apply(sent(5, 9)), applied(9));
    assert_eq!(row(entities.apply(sent(5, 10))), "D03");
    assert_eq!(version(&entities, STREAM), "9");
}
