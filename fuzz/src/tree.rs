//! Values of payloads from fuzz bytes, and what the targets ask of two of them.

use crate::draw::Draw;
use wireproof_wire::ncp::{Name, Value};

/// Values inside each other.
const DEPTH: u32 = 5;
/// Items of one array or object.
const ITEMS: usize = 6;
/// Names and texts that sort, escape or measure in a way of their own.
const WORDS: [&str; 14] = [
    "",
    "a",
    "b",
    "id",
    "fields",
    "name",
    "type",
    "a/b",
    "~1",
    "0",
    "\u{7f}\n\"\\",
    "\u{20ac}",
    "\u{1f600}",
    "\u{fb33}",
];

/// Any value.
pub fn value(draw: &mut Draw<'_>) -> Value {
    nested(draw, DEPTH)
}

/// An object.
pub fn object(draw: &mut Draw<'_>) -> Value {
    members(draw, DEPTH)
}

fn nested(draw: &mut Draw<'_>, depth: u32) -> Value {
    match draw.byte() % if depth == 0 { 8 } else { 12 } {
        0 => Value::Nil,
        1 => Value::Bool(draw.flag()),
        2 | 3 => Value::Uint(draw.number()),
        4 => Value::Int(-1 - (draw.number() >> 1) as i64),
        5 => float(draw),
        6 => Value::Text(word(draw)),
        7 => Value::Bytes(draw.blob(20).to_vec()),
        8 | 9 => {
            let count = draw.below(ITEMS);
            Value::Array((0..count).map(|_| nested(draw, depth - 1)).collect())
        }
        _ => members(draw, depth),
    }
}

fn members(draw: &mut Draw<'_>, depth: u32) -> Value {
    let mut members: Vec<(Name, Value)> = Vec::new();
    for _ in 0..draw.below(ITEMS) {
        let name = word(draw);
        if members.iter().all(|(known, _)| *known != name) {
            members.push((name.into(), nested(draw, depth.saturating_sub(1))));
        }
    }
    Value::Map(members)
}

/// Nothing but finite numbers leaves a decoder.
fn float(draw: &mut Draw<'_>) -> Value {
    let bits = u64::from(draw.byte()) << 56 | draw.number() << 4;
    let float = f64::from_bits(bits);
    if float.is_finite() { Value::Float(float) } else { Value::Float(0.5) }
}

/// A text, mostly one that others share.
pub fn word(draw: &mut Draw<'_>) -> String {
    match draw.byte() {
        0xff => String::from_utf8_lossy(draw.blob(16)).into_owned(),
        nth => WORDS[usize::from(nth) % WORDS.len()].to_owned(),
    }
}

/// The same value with the members of every object turned round.
pub fn turned(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(turned).collect()),
        Value::Map(members) => {
            let turned = members.iter().rev().map(|(name, value)| (name.clone(), turned(value)));
            Value::Map(turned.collect())
        }
        other => other.clone(),
    }
}

/// Whether two values are the same as JSON has it: members in any order, numbers by their value.
pub fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Value::Map(a), Value::Map(some)) => {
            a.len() == some.len()
                && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| alike(a, b)))
        }
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Float(float), other) | (other, Value::Float(float)) => {
            whole(other) == exact(*float)
        }
        _ => a == b,
    }
}

/// The number, if it is an integer.
pub fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Uint(number) => Some((*number).into()),
        Value::Int(number) => Some((*number).into()),
        _ => None,
    }
}

/// The integer that a float is; nothing is no integer, and no integer of a payload is beyond.
fn exact(float: f64) -> Option<i128> {
    let whole = float as i128;
    Some(if whole as f64 == float { whole } else { i128::MIN })
}
