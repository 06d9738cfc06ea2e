//! Inputs that break exactly one row of a table, made from an object that breaks none, and the
//! legal neighbours on the other side of each limit.

use super::check::{missing, mistyped};
use super::{Default, Kind, Member};
use crate::ncp::value::Value;
use crate::ncp::violation::Violation;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// What is wrong with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Required and not there.
    Missing,
    /// Required and `null` (`OP-47`).
    Null,
    /// Of another type.
    Type,
    /// Beyond its range, or of another form.
    Bound,
}

/// One broken object.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The member.
    pub member: &'static Member,
    /// How it is wrong.
    pub wrong: Wrong,
    /// The whole object.
    pub object: Value,
    /// How the table says it is refused.
    pub expected: Violation,
}

/// Every way to break one row, starting from `sound`.
pub fn negatives(members: &'static [Member], sound: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    for member in members {
        let mut add = |wrong, object, expected| {
            cases.push(Case { member, wrong, object, expected });
        };
        if member.required.is_some() {
            add(Wrong::Missing, without(sound, member.name), missing(member));
            add(Wrong::Null, with(sound, member.name, Value::Nil), missing(member));
        }
        for value in mistypes(member.kind) {
            add(Wrong::Type, with(sound, member.name, value), mistyped(member));
        }
        for value in beyond(member.kind) {
            let expected = super::check::out_of_bounds(member, member.kind);
            add(Wrong::Bound, with(sound, member.name, value), expected);
        }
    }
    cases
}

/// Objects that are sound all the same: every optional member left out or `null`, and every member
/// at the edge of its range.
pub fn neighbours(members: &'static [Member], sound: &Value) -> Vec<Value> {
    let mut objects = Vec::new();
    for member in members {
        if member.required.is_none() && member.default != Default::None {
            objects.push(without(sound, member.name));
            objects.push(with(sound, member.name, Value::Nil));
        }
        for value in edges(member.kind) {
            objects.push(with(sound, member.name, value));
        }
    }
    objects
}

/// The object with a member set, where it stands or at the end.
pub fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut members = object.as_map().unwrap_or_default().to_vec();
    match members.iter_mut().find(|(known, _)| known == name) {
        Some((_, slot)) => *slot = value,
        None => members.push((name.into(), value)),
    }
    Value::Map(members)
}

/// The object without a member.
pub fn without(object: &Value, name: &str) -> Value {
    let members = object.as_map().unwrap_or_default().iter();
    Value::Map(members.filter(|(known, _)| known != name).cloned().collect())
}

/// Values of other types; integers written as floats are among them.
pub fn mistypes(kind: Kind) -> Vec<Value> {
    let all = [
        Value::Bool(true),
        Value::Uint(7),
        Value::Float(7.0),
        Value::from("text"),
        Value::Array(vec![]),
        Value::Array(vec![Value::Uint(7)]),
        Value::Map(vec![]),
    ];
    all.into_iter().filter(|value| !super::check::has_type(kind, value)).collect()
}

/// Values of the right type beyond its range or form.
pub fn beyond(kind: Kind) -> Vec<Value> {
    match kind {
        Kind::Uint(u64::MAX) => vec![Value::Int(-1)],
        Kind::Uint(max) => vec![Value::Int(-1), Value::Uint(max + 1), Value::Uint(u64::MAX)],
        Kind::Total => vec![Value::Int(-2)],
        Kind::Filled => vec![Value::from("")],
        Kind::Uuid => BAD_UUIDS.iter().map(|text| Value::from(*text)).collect(),
        Kind::AnchorId => bad_identifiers(),
        Kind::Https => vec![Value::from("http://example.org/"), Value::from("")],
        Kind::OneOf(_) => vec![Value::from("nonsense"), Value::from("")],
        Kind::Some(_) => vec![Value::Array(vec![])],
        _ => Vec::new(),
    }
}

/// Values at the edge of what is allowed.
pub fn edges(kind: Kind) -> Vec<Value> {
    match kind {
        Kind::Uint(max) => vec![Value::Uint(0), Value::Uint(max)],
        Kind::Total => vec![Value::Int(-1), Value::Uint(0), Value::Uint(u64::MAX)],
        Kind::OneOf(names) => names.iter().map(|name| Value::from(*name)).collect(),
        Kind::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Kind::Uuid => vec![Value::from("6F1D2C3B-4A59-4E68-BD7C-0123456789AB")],
        _ => Vec::new(),
    }
}

// Empty, cut short, version 1, the wrong variant, without hyphens.
const BAD_UUIDS: &[&str] = &[
    "",
    "6f1d2c3b-4a59-4e68-8d7c-0123456789a",
    "6f1d2c3b-4a59-1e68-8d7c-0123456789ab",
    "6f1d2c3b-4a59-4e68-cd7c-0123456789ab",
    "6f1d2c3b4a594e688d7c0123456789ab",
];

fn bad_identifiers() -> Vec<Value> {
    let digits = "d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
    let texts = [
        String::new(),
        String::from(digits),
        alloc::format!("sha256:{}", &digits[2..]),
        alloc::format!("sha256:{}", digits.to_uppercase()),
        alloc::format!("sha512:{digits}"),
        String::from("nps:system:caps"),
    ];
    texts.into_iter().map(Value::Text).collect()
}
