//! The two formats of patches: they read or they do not, and they apply whole or not at all.
//!
//! Input: a byte for the format, a record, then operations for `pointer::Model` or a bitset, or
//! either as a payload in Tier-2.

use crate::draw::Draw;
use crate::tree;
use wireproof_machine::ncp::entities::{Diff, Entities, Event, Output};
use wireproof_wire::ncp::anchor::{Field, FieldType, Schema};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frames::diff::{BINARY_BITSET, JSON_PATCH};
use wireproof_wire::ncp::patch::{self, PatchError};
use wireproof_wire::ncp::tier::decode_any;
use wireproof_wire::ncp::{Value, bitset, record};

mod pointer;

use pointer::Model;

/// Operations of one patch.
const OPERATIONS: usize = 6;
/// Names of fields; a schema has some of them.
const NAMES: [&str; 10] = ["id", "name", "a", "b", "a/b", "~1", "0", "type", "", "fields"];

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    let form = draw.byte();
    let schema = schema(&mut draw);
    let record = tree::object(&mut draw);
    match form % 4 {
        0 | 1 => {
            let count = draw.below(OPERATIONS);
            let operations: Vec<Value> = (0..count).map(|_| operation(&mut draw)).collect();
            operated(&record, &operations);
            entity(&schema, &record, &Value::Array(operations));
        }
        2 => {
            let bytes = draw.rest();
            bits(&schema, &record, bytes);
            entity(&schema, &record, &Value::Bytes(bytes.to_vec()));
        }
        _ => {
            let Ok(value) = decode_any(Tier::Msgpack, draw.rest()) else { return };
            if let Value::Array(operations) = &value {
                operated(&record, operations);
            }
            entity(&schema, &record, &value);
        }
    }
}

fn schema(draw: &mut Draw<'_>) -> Schema {
    let count = draw.below(NAMES.len() + 1);
    let field = |name: &str, draw: &mut Draw<'_>| {
        let shape = draw.byte();
        let kind = FieldType::ALL[usize::from(shape) % FieldType::ALL.len()];
        Field { name: name.to_owned(), kind, semantic: None, nullable: shape & 0x80 != 0 }
    };
    Schema { fields: NAMES[..count].iter().map(|name| field(name, draw)).collect() }
}

fn operation(draw: &mut Draw<'_>) -> Value {
    let shape = draw.byte();
    let names = ["add", "remove", "replace", "move", "copy", "test"];
    let name = names[usize::from(shape & 0x3f) % names.len()];
    let mut members = vec![
        ("op".into(), Value::from(name)),
        ("path".into(), Value::Text(path(draw))),
        ("from".into(), Value::Text(path(draw))),
        ("value".into(), tree::value(draw)),
    ];
    // Now and then one is missing or of another type.
    if shape & 0xc0 == 0xc0 {
        let at = draw.below(members.len());
        members[at].1 = tree::value(draw);
        if draw.flag() {
            members.remove(at);
        }
    }
    Value::Map(members)
}

fn path(draw: &mut Draw<'_>) -> String {
    if draw.byte() == 0xff {
        return String::from_utf8_lossy(draw.blob(12)).into_owned();
    }
    let parts = ["", "0", "1", "-", "01", "id", "a", "a~1b", "~01", "name", "2", "fields", "+0"];
    let mut path = String::new();
    for _ in 0..draw.below(4) {
        path.push('/');
        path.push_str(parts[draw.below(parts.len())]);
    }
    path
}

/// Another reading of RFC 6902 comes to the same.
fn operated(record: &Value, operations: &[Value]) {
    let checked = patch::check(operations);
    let applied = patch::apply(record, operations);
    let model = operations.iter().map(Model::read).collect::<Option<Vec<_>>>();
    assert_eq!(checked.is_ok(), model.is_some(), "{checked:?}: {operations:?}");
    let Some(model) = model else {
        assert!(matches!(applied, Err(PatchError::Malformed { .. })), "{applied:?}");
        return;
    };
    let mut wanted = Some(record.clone());
    for step in &model {
        wanted = wanted.and_then(|document| step.apply(document));
    }
    match (&applied, &wanted) {
        (Ok(found), Some(wanted)) => {
            assert!(tree::alike(found, wanted), "{found:?} {wanted:?} {operations:?}");
        }
        (Err(PatchError::Failed { operation, .. }), None) => {
            assert!(*operation < operations.len());
            let before = patch::apply(record, &operations[..*operation]);
            assert!(before.is_ok(), "the first failure is the one that is named: {before:?}");
        }
        _ => panic!("{applied:?} instead of {wanted:?}: {record:?} {operations:?}"),
    }
}

fn bits(schema: &Schema, record: &Value, bytes: &[u8]) {
    let fields = schema.fields.len();
    let Ok(changes) = bitset::read(fields, bytes) else {
        assert!(bitset::apply(schema, record, bytes).is_err());
        return;
    };
    assert!(changes.is_sorted_by(|a, b| a.0 < b.0) && changes.iter().all(|(at, _)| *at < fields));
    let written = bitset::write(fields, &changes).expect("what was read can be written");
    assert_eq!(bitset::read(fields, &written).as_deref(), Ok(&*changes));
    let head = fields.div_ceil(8);
    assert_eq!(written[..head], bytes[..head]);
    let applied = bitset::apply(schema, record, bytes).expect("it was read, and it is a record");
    for (at, field) in schema.fields.iter().enumerate() {
        let change = changes.iter().find(|change| change.0 == at).map(|(_, value)| value);
        assert_eq!(applied.get(&field.name), change.or(record.get(&field.name)));
    }
    for (name, value) in record.as_map().unwrap_or_default() {
        assert!(schema.field(name).is_some() || applied.get(name) == Some(value));
    }
}

/// A diff that is refused leaves the entity as it was; one that applies leaves a record that fits.
fn entity(schema: &Schema, record: &Value, patch: &Value) {
    let (anchor_ref, entity) = ("sha256:00", "one");
    let mut entities = Entities::new(true);
    let follow = Event::Follow { anchor_ref, entity, version: 7, record };
    entities.apply(follow).expect("it is not refused");
    let before = entities.get("", anchor_ref, entity).cloned().expect("it is followed");
    let format = if matches!(patch, Value::Bytes(_)) { BINARY_BITSET } else { JSON_PATCH };
    for base_seq in [6, 7] {
        let (schema, tier, event) = (Some(schema), Tier::Msgpack, None);
        let diff = Diff { anchor_ref, schema, entity, base_seq, format, patch, tier, event };
        let verdict = entities.apply(Event::Received(diff));
        let after = entities.get("", anchor_ref, entity).expect("it is followed");
        match verdict {
            Ok(Output::Applied { version }) => {
                assert_eq!((base_seq, version, after.version), (7, 8, 8));
                let schema = schema.expect("it was given");
                assert!(record::fits(schema, &after.record).is_ok(), "{:?}", after.record);
                let wanted = match patch {
                    Value::Array(operations) => patch::apply(record, operations).ok(),
                    Value::Bytes(bytes) => bitset::apply(schema, record, bytes).ok(),
                    _ => None,
                };
                assert_eq!(Some(&after.record), wanted.as_ref());
            }
            Ok(other) => panic!("{other:?}: a diff of its own is applied or refused"),
            Err(_) => assert_eq!(*after, before, "refused, and changed all the same"),
        }
    }
}
