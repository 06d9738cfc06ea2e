//! Schemas, records and what changes them: canonical forms agree, changes come out as they went
//! in, and nothing that is drawn brings a rule down.

use super::draw;
use crate::cases;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use wireproof_wire::ncp::address::{Nid, NodeAddress};
use wireproof_wire::ncp::canonical::{Exact, canonical, canonical_as_doubles};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::companion::{check, regex};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::seal::{Algorithm, Key, OVERHEAD, open, seal};
use wireproof_wire::ncp::value::Value;
use wireproof_wire::ncp::{
    address, anchor, bitset, digest, patch, record, tier, timestamp, uuid, version,
};

/// The same value with the members of every object turned round.
fn turned(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(turned).collect()),
        Value::Map(members) => Value::Map(
            members.iter().rev().map(|(name, value)| (name.clone(), turned(value))).collect(),
        ),
        other => other.clone(),
    }
}

fn operation(op: &str, path: String, value: Value) -> Value {
    Value::Map(vec![
        ("op".into(), op.into()),
        ("path".into(), Value::Text(path)),
        ("value".into(), value),
    ])
}

/// A member name as a pointer (RFC 6901 §3).
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn canonical_forms_agree(value in draw::value(false)) {
        let exact = Exact(&value).to_string();
        prop_assert_eq!(&exact, &Exact(&turned(&value)).to_string());
        prop_assert!(canonical_as_doubles(&value).is_ok());
        if let Ok(form) = canonical(&value) {
            prop_assert_eq!(exact.as_bytes(), form.as_slice());
            prop_assert_eq!(Ok(form), canonical_as_doubles(&value));
        }
        // It is JSON of the same value, and its own canonical form.
        let read = tier::decode_any(Tier::Json, exact.as_bytes()).expect("it is JSON");
        prop_assert_eq!(Exact(&read).to_string(), exact);
        prop_assert_eq!(digest::record(&read), digest::record(&value));
    }

    #[test]
    fn a_record_is_built_by_a_patch(record in draw::object(true)) {
        let Value::Map(members) = &record else { unreachable!("an object was drawn") };
        let build: Vec<Value> = members
            .iter()
            .map(|(name, value)| operation("add", pointer(name), value.clone()))
            .collect();
        let built = patch::apply(&Value::Map(Vec::new()), &build).expect("it applies");
        prop_assert_eq!(digest::record(&built), digest::record(&record));
        // Every member is what it was, whatever the order.
        for (name, value) in members {
            let test = operation("test", pointer(name), turned(value));
            prop_assert!(patch::apply(&built, &[test]).is_ok());
        }
        // After a failure nothing is left of what came before it.
        let mut failing = build;
        failing.push(operation("replace", "/nobody has this name".into(), Value::Nil));
        prop_assert!(patch::apply(&record, &failing).is_err());
    }

    #[test]
    fn changed_fields_come_out_as_they_went_in(
        fields in 0..40usize,
        drawn in btree_map(0..40usize, draw::value(true), 0..8),
    ) {
        let changes: Vec<(usize, Value)> =
            drawn.into_iter().filter(|(place, _)| *place < fields).collect();
        let bytes = bitset::write(fields, &changes).expect("it can be sent");
        prop_assert_eq!(bitset::read(fields, &bytes), Ok(changes));
        let mut longer = bytes.clone();
        longer.push(0xc0);
        prop_assert!(bitset::read(fields, &longer).is_err());
        if let Some(shorter) = bytes.len().checked_sub(1) {
            prop_assert!(bitset::read(fields, &bytes[..shorter]).is_err());
        }
    }

    #[test]
    fn what_is_sealed_is_opened(
        key in any::<[u8; 32]>(),
        nonce in any::<[u8; 12]>(),
        header in vec(any::<u8>(), 4..9),
        plain in vec(any::<u8>(), 0..200),
        bit in any::<prop::sample::Index>(),
    ) {
        for algorithm in Algorithm::ALL {
            let key = Key(key);
            let mut sealed = Vec::new();
            seal(algorithm, &key, nonce, &header, &plain, &mut sealed);
            prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
            prop_assert_eq!(open(algorithm, &key, &header, &sealed), Ok(plain.clone()));
            let bit = bit.index(sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(open(algorithm, &key, &header, &sealed).is_err());
        }
    }

    #[test]
    fn addresses_and_identities_are_written_as_they_were_read(
        host in "[a-z][a-z0-9.-]{0,8}|\\[::[0-9a-f]{1,4}\\]",
        port in 1..=65_535u16,
        path in vec("[A-Za-z0-9_-]{1,6}", 1..4),
        end in proptest::option::of(prop::sample::select(address::SubPath::ALL.to_vec())),
    ) {
        let end = end.map_or(String::new(), |end| format!("/{}", end.name()));
        let text = format!("nwp://{host}:{port}/{}{end}", path.join("/"));
        let read = NodeAddress::parse(&text);
        prop_assert!(read.is_ok(), "{}", text);
        let written = read.as_ref().map(ToString::to_string).unwrap_or_default();
        prop_assert_eq!(NodeAddress::parse(&written), read);
    }

    #[test]
    fn no_text_and_no_value_brings_a_rule_down(
        text in "\\PC{0,24}|(urn:nps:|nwp://)?[a-z0-9:/.\\[\\]*-]{0,24}|[0-9TZ:.-]{19,24}",
        value in draw::value(true),
        bytes in vec(any::<u8>(), 0..24),
        fields in 0..20usize,
    ) {
        if let Ok(nid) = Nid::parse(&text) {
            prop_assert_eq!(nid.to_string(), text.clone());
        }
        let _ = NodeAddress::parse(&text);
        let _ = timestamp::parse(&text);
        let _ = regex::check(&text);
        if let Some(version) = version::parse(&text) {
            prop_assert_eq!(version.to_string(), text.clone());
        }
        prop_assert!(!uuid::is_v4(&text));
        if let Ok(changes) = bitset::read(fields, &bytes) {
            let written = bitset::write(fields, &changes).expect("it was sent");
            let read = bitset::read(fields, &written).map(|read| read.len());
            prop_assert_eq!(read, Ok(changes.len()));
        }
        for kind in FrameType::ALL {
            let _ = check(*kind, &value);
        }
        let _ = anchor::check_schema(&value);
        let schema = anchor::read_schema(&anchor::product_schema()).expect("it is a schema");
        let _ = record::fits(&schema, &value);
        let _ = patch::apply(&value, std::slice::from_ref(&value));
    }
}
