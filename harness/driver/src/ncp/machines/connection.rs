//! The states of a connection (reference table 8.1).

use super::form::{Created, Fault, Machine, read};
use crate::Refused;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use wireproof_machine::ncp::connection::{Event, State, next};

/// Events bring nothing along.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

struct Connection(State);

pub fn create(config: Value) -> Created {
    read::<Map<String, Value>>(config)?;
    Ok(Box::new(Connection(State::default())))
}

/// The one event that is named.
fn event(value: Value) -> Result<Event, Fault> {
    let named: BTreeMap<String, Nothing> = read(value)?;
    let mut names = named.keys();
    let (Some(name), None) = (names.next(), names.next()) else {
        return Err(Fault::Event("an event has one name".to_owned()));
    };
    let event = Event::ALL.iter().copied().find(|event| event.name() == name);
    event.ok_or_else(|| Fault::Event(format!("there is no event {name}")))
}

impl Machine for Connection {
    fn apply(&mut self, value: Value) -> Result<Value, Fault> {
        let event = event(value)?;
        let state = match (self.0, event) {
            // C06: an error of this side, and nothing is sent.
            (State::AnchorNegotiate, Event::Send) => None,
            (state, event) => next(state, event),
        };
        let state = state.ok_or_else(|| Fault::Refused(Refused::new("state", self.0.name())))?;
        let word = if state == self.0 { "stayed" } else { "moved" };
        self.0 = state;
        Ok(json!({ "do": word }))
    }

    fn state(&self) -> Value {
        json!({ "state": self.0.name() })
    }
}
