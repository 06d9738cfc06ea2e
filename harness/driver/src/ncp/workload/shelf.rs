//! Schemas that follow one another, and records that fit all of one line.
//!
//! A later schema adds a nullable field to the one before, so that a record with the fields of the
//! first fits every one of them.

use crate::words::Words;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::anchor_id;

/// One schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Its identifier.
    pub id: String,
    /// The schema.
    pub schema: Value,
    /// Seconds that Agents may keep it.
    pub ttl: u32,
    /// Whether the Node has it.
    pub registered: bool,
}

/// Schemas that replace one another; the last one is current.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Which line it is.
    number: u32,
    /// The schemas so far, oldest first.
    pub versions: Vec<Version>,
}

/// Most schemas of a line.
const LONGEST: usize = 5;

impl Line {
    /// A line with its first schema.
    pub fn new(number: u32, ttl: u32) -> Self {
        let mut line = Self { number, versions: Vec::new() };
        line.grow(ttl);
        line
    }

    /// Appends a schema. `None` if the line is long enough.
    pub fn grow(&mut self, ttl: u32) -> Option<&Version> {
        if self.versions.len() == LONGEST {
            return None;
        }
        let schema = schema(self.number, self.versions.len());
        // Nothing in these schemas lacks a canonical form.
        let id = anchor_id(&schema).unwrap_or_default();
        self.versions.push(Version { id, schema, ttl, registered: true });
        self.versions.last()
    }

    /// The current schema, if the Node still has it.
    pub fn current(&self) -> Option<&Version> {
        self.versions.last().filter(|version| version.registered)
    }

    /// The schema with that identifier.
    pub fn find(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }
}

/// An object.
pub fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn field(name: String, kind: &str) -> Value {
    map([("name", Value::Text(name)), ("type", Value::from(kind))])
}

fn schema(line: u32, extra: usize) -> Value {
    let kinds = ["uint64", "string", "decimal", "uint64"];
    let names = ["id", "name", "price", "stock"];
    let mut fields: Vec<Value> =
        names.iter().zip(kinds).map(|(name, kind)| field((*name).to_owned(), kind)).collect();
    fields.push(field(format!("line{line}"), "bool"));
    for number in 0..extra {
        let Value::Map(mut members) = field(format!("extra{number}"), "string") else { continue };
        members.push(("nullable".into(), Value::Bool(true)));
        fields.push(Value::Map(members));
    }
    map([("fields", Value::Array(fields))])
}

/// Position of `price` in the fields.
pub const PRICE: u8 = 2;

/// A record of a line.
pub fn record(line: u32, words: &mut Words) -> Value {
    let id = u64::from(words.below(10_000));
    map([
        ("id", Value::Uint(id)),
        ("name", Value::Text(format!("item {id}"))),
        ("price", Value::Uint(u64::from(words.below(1_000)))),
        ("stock", Value::Uint(u64::from(words.below(100)))),
        (&format!("line{line}"), Value::Bool(true)),
    ])
}

/// The record with another price.
pub fn priced(record: &Value, price: u64) -> Value {
    let Value::Map(members) = record else { return record.clone() };
    let priced = members.iter().map(|(name, value)| match name.as_str() {
        "price" => (name.clone(), Value::Uint(price)),
        _ => (name.clone(), value.clone()),
    });
    Value::Map(priced.collect())
}
