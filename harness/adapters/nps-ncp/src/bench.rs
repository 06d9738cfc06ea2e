//! The machines, and how their events are written.

use crate::anchor_cache::Schemas;
use crate::fault::Fault;
use crate::release;
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
    match machine {
        "anchor_cache" if config.as_object().is_some_and(Map::is_empty) => {
            Ok(Box::new(Schemas::default()))
        }
        // No cache here has a limit.
        "anchor_cache" => Err(Fault::Unsupported("setup.max_anchors".into())),
        other => release::machine(other, config),
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

/// A number, with the default that the page gives it.
pub fn number(fields: &Map<String, Value>, name: &str, usual: u64) -> Result<u64, Fault> {
    match fields.get(name) {
        None => Ok(usual),
        Some(value) => {
            let text = || value.as_str().and_then(|text| text.parse().ok());
            let number = value.as_u64().or_else(text);
            number.ok_or_else(|| Fault::Request(format!("`{name}` is no number")))
        }
    }
}

/// The text called `name`.
pub fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Fault> {
    let text = fields.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Fault::Request(format!("`{name}` is no text")))
}
