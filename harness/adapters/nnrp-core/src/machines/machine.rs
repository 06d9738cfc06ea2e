//! What a machine is, and how its events are written.

use super::{operation, schema, session};
use crate::fault::Fault;
use serde_json::{Map, Value};

/// One state machine.
pub trait Machine: Send {
    /// Takes one event; a refusal changes nothing.
    fn apply(&mut self, event: &Value) -> Result<Value, Fault>;
    /// What can be seen of its state.
    fn state(&self) -> Value;
}

/// A fresh machine.
pub fn create(machine: &str, config: &Value) -> Result<Box<dyn Machine>, Fault> {
    if config.as_object().is_some_and(|config| !config.is_empty()) {
        return Err(Fault::Unsupported("config".into()));
    }
    match machine {
        "operation" => Ok(Box::new(operation::Operations::default())),
        "session" => Ok(Box::new(session::Session::default())),
        "schema" => Ok(Box::new(schema::Schemas::default())),
        other => Err(Fault::Unsupported(format!("create {other}"))),
    }
}

/// The name and the fields of an event.
pub fn event(event: &Value) -> Result<(&str, &Map<String, Value>), Fault> {
    let parts = event.as_object().and_then(|event| match event.len() {
        1 => event.iter().next(),
        _ => None,
    });
    parts
        .and_then(|(name, fields)| Some((name.as_str(), fields.as_object()?)))
        .ok_or_else(|| Fault::Request("an event is an object with one entry".into()))
}

/// The name of an event that has no fields but one word.
pub fn word(event: &Value) -> Result<(&str, &str), Fault> {
    let parts = event.as_object().and_then(|event| match event.len() {
        1 => event.iter().next(),
        _ => None,
    });
    parts
        .and_then(|(name, word)| Some((name.as_str(), word.as_str()?)))
        .ok_or_else(|| Fault::Request("an event is an object with one name in it".into()))
}

/// The text called `name`.
pub fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Fault> {
    fields
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| Fault::Request(format!("`{name}` is no text")))
}
