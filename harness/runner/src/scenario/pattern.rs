//! What an `expect`, an `absent` or a reaction looks for: an event or a frame, with some of its
//! fields.

use serde::Serialize;
use serde_json::Value;
use std::fmt;

mod compare;

/// An event by name and some of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPattern {
    /// Name of the event.
    pub name: String,
    /// Fields that must have these values; the others are free.
    pub fields: Vec<(String, Literal)>,
}

impl EventPattern {
    /// Whether `event` is one of these. Allocates nothing.
    pub fn matches<E: Serialize>(&self, event: &E) -> bool {
        compare::matches(self, event)
    }
}

/// The value of an event field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(i128),
    /// A name or text.
    Text(String),
}

/// A frame by name and some of its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct FramePattern {
    /// Name of the frame.
    pub frame: String,
    /// Fields that must have these values; the others are free.
    pub fields: Vec<(String, Value)>,
}

impl FramePattern {
    /// Whether decoded `fields` are those of such a frame.
    pub fn matches(&self, fields: &Value) -> bool {
        self.is_named(fields) && self.mismatch(fields).is_none()
    }

    /// Whether the name matches, whatever the fields are.
    pub fn is_named(&self, fields: &Value) -> bool {
        fields.get("type").and_then(Value::as_str) == Some(&*self.frame)
    }

    /// The first field that differs: its name, what had to be, what is.
    pub fn mismatch(&self, fields: &Value) -> Option<(&str, &Value, Value)> {
        self.fields.iter().find_map(|(name, expected)| {
            let found = fields.get(name).cloned().unwrap_or(Value::Null);
            (!same(expected, &found)).then_some((name.as_str(), expected, found))
        })
    }
}

/// Equality of field values: a number equals its decimal text, because numbers above 2^53 travel
/// as text, and `1` equals `1.0`.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => {
            a.as_f64() == b.as_f64()
        }
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => number.to_string() == *text,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        list(f, &self.fields)
    }
}

impl fmt::Display for FramePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.frame)?;
        list(f, &self.fields)
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, fields: &[(String, T)]) -> fmt::Result {
    for (index, (name, value)) in fields.iter().enumerate() {
        f.write_str(if index == 0 { " with " } else { ", " })?;
        write!(f, "{name} {value}")?;
    }
    Ok(())
}
