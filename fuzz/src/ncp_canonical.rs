//! The one spelling of a value (RFC 8785), which the identifier of a schema is a digest of.
//!
//! Input: a byte that says what follows: a payload in Tier-1, one in Tier-2, or choices for
//! [`tree::value`].

use crate::draw::Draw;
use crate::tree;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::{anchor_id, anchor_id_exact, is_anchor_id};
use wireproof_wire::ncp::canonical::{Exact, Uncanonical, canonical, canonical_as_doubles};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::tier::{MAX_DEPTH, decode_any};

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    let value = match draw.byte() % 3 {
        0 => decode_any(Tier::Json, draw.rest()).ok(),
        1 => decode_any(Tier::Msgpack, draw.rest()).ok(),
        _ => Some(tree::value(&mut draw)),
    };
    if let Some(value) = value {
        exact(&value);
        as_doubles(&value);
    }
}

/// What survives the form comes back from it, and has one form alone.
fn exact(value: &Value) {
    let form = canonical(value);
    // Which of two faults is named is left open.
    let turned = canonical(&tree::turned(value));
    assert_eq!(form.as_ref().ok(), turned.as_ref().ok(), "the order of members is no part of it");
    let shown = Exact(value).to_string();
    let back = decode_any(Tier::Json, shown.as_bytes());
    let back = back.unwrap_or_else(|violation| panic!("{violation}: {shown}"));
    assert_eq!(Exact(&back).to_string(), shown, "the exact form is settled");
    match form {
        Ok(form) => {
            assert_eq!(shown.as_bytes(), form, "two writers agree: {shown}");
            assert!(sorted(&back), "{shown}");
            assert_eq!(canonical_as_doubles(&back).as_deref(), Ok(&*form), "it is settled");
            // A float of that size is spelled as an integer, and only nearly the same one.
            if !any(value, &is_large_float) {
                assert!(tree::alike(&back, value), "{shown}: {value:?}");
                assert_eq!(canonical(&back).as_deref(), Ok(&*form));
            }
        }
        Err(Uncanonical::Bytes) => assert!(any(value, &|value| matches!(value, Value::Bytes(_)))),
        Err(Uncanonical::Integer) => assert!(any(value, &is_large)),
        Err(Uncanonical::NotFinite) => panic!("no decoder gives such a number: {value:?}"),
    }
}

/// Integers that no double holds are rounded, and nothing else changes.
fn as_doubles(value: &Value) {
    let form = canonical_as_doubles(value);
    let id = anchor_id(value);
    assert_eq!(id, anchor_id(&tree::turned(value)));
    assert_eq!(anchor_id_exact(value), anchor_id_exact(&tree::turned(value)));
    assert!(is_anchor_id(&anchor_id_exact(value)));
    let Ok(form) = form else {
        assert!(id.is_err() && any(value, &|value| matches!(value, Value::Bytes(_))));
        return;
    };
    let back = decode_any(Tier::Json, &form).expect("the form is JSON");
    assert_eq!(canonical_as_doubles(&back).as_deref(), Ok(&*form), "it is settled");
    assert_eq!(anchor_id(&back), id, "the identifier is that of the form");
    assert!(is_anchor_id(&id.expect("what has a form has an identifier")));
    if let Ok(exact) = canonical(value) {
        assert_eq!(exact, form, "what loses nothing is not rounded");
    }
}

fn is_large(value: &Value) -> bool {
    tree::whole(value).is_some_and(|number| number.unsigned_abs() > (1 << 53) - 1)
}

fn is_large_float(value: &Value) -> bool {
    matches!(value, Value::Float(float) if float.abs() >= (1_u64 << 53) as f64)
}

/// Whether some value inside is like that.
fn any(value: &Value, like: &dyn Fn(&Value) -> bool) -> bool {
    like(value)
        || match value {
            Value::Array(items) => items.iter().any(|item| any(item, like)),
            Value::Map(members) => members.iter().any(|(_, item)| any(item, like)),
            _ => false,
        }
}

/// Whether the members of every object stand in the order of their UTF-16 units.
fn sorted(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(sorted),
        Value::Map(members) => {
            let names: Vec<Vec<u16>> =
                members.iter().map(|(name, _)| name.encode_utf16().collect()).collect();
            names.is_sorted_by(|a, b| a < b) && members.iter().all(|(_, item)| sorted(item))
        }
        _ => true,
    }
}

/// Deeper than any drawn tree, so that what is drawn is always read again.
const _: () = assert!(MAX_DEPTH > 16);
