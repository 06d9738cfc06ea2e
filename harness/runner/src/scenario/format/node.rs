//! A parsed document as a tree in which every part knows its place.

use crate::scenario::place::Place;
use serde_json::{Map, Number, Value};

/// One value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where.
    pub place: Place,
    /// What.
    pub value: Tree,
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub struct Key {
    /// Where.
    pub place: Place,
    /// The key.
    pub name: String,
}

/// What a node holds. A scalar keeps the text it was written as, so that `00ff` or `12e4` can
/// still be taken for a string.
#[derive(Clone, Debug)]
pub enum Tree {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, and how it was written.
    Int(i128, String),
    /// Any other number, and how it was written.
    Float(f64, String),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<(Key, Node)>),
}

impl Node {
    /// What kind of value this is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Tree::Null => "nothing",
            Tree::Bool(_) => "true or false",
            Tree::Int(..) => "a whole number",
            Tree::Float(..) => "a fraction",
            Tree::Text(_) => "text",
            Tree::List(_) => "a list",
            Tree::Map(_) => "a mapping",
        }
    }

    /// The scalar as text, whatever it looks like.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Tree::Text(text) | Tree::Int(_, text) | Tree::Float(_, text) => Some(text),
            Tree::Bool(true) => Some("true"),
            Tree::Bool(false) => Some("false"),
            Tree::Null | Tree::List(_) | Tree::Map(_) => None,
        }
    }

    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Tree::Map(entries) = &self.value else { return None };
        entries.iter().find(|(name, _)| name.name == key).map(|(_, value)| value)
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[(Key, Self)] {
        if let Tree::Map(entries) = &self.value { entries } else { &[] }
    }

    /// Whether this is `{}`.
    pub fn is_empty_map(&self) -> bool {
        matches!(&self.value, Tree::Map(entries) if entries.is_empty())
    }

    /// The same as JSON. Numbers that JSON cannot hold become text.
    pub fn json(&self) -> Value {
        match &self.value {
            Tree::Null => Value::Null,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Int(value, text) => {
                let number = u64::try_from(*value).map(Number::from);
                let number = number.or_else(|_| i64::try_from(*value).map(Number::from));
                number.map_or_else(|_| Value::String(text.clone()), Value::Number)
            }
            Tree::Float(value, text) => {
                Number::from_f64(*value).map_or_else(|| Value::String(text.clone()), Value::Number)
            }
            Tree::Text(text) => Value::String(text.clone()),
            Tree::List(items) => Value::Array(items.iter().map(Self::json).collect()),
            Tree::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(key, value)| (key.name.clone(), value.json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}
