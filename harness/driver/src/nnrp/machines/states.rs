//! Session and connection states (reference tables 4.2 and 4.1).

use super::bench::Machine;
use super::form::{Fault, code, read};
use crate::nnrp::names;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wireproof_base::Role;
use wireproof_machine::nnrp::{connection, session};
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::INVALID_STATE;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    /// A step of the table, by its name.
    Step(String),
    /// Whether a message is admitted now.
    Admits(String),
}

struct Session(session::State);

struct Connection {
    state: connection::State,
    role: Role,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    role: Role,
}

pub fn create_session(config: Value) -> Result<Box<dyn Machine>, Fault> {
    read::<Map<String, Value>>(config)?;
    Ok(Box::new(Session(session::State::None)))
}

pub fn create_connection(config: Value) -> Result<Box<dyn Machine>, Fault> {
    let Config { role } = read(config)?;
    Ok(Box::new(Connection { state: connection::State::Init, role }))
}

fn message(name: &str) -> Result<MessageType, Fault> {
    names::message(name).map_err(|refused| Fault::Event(refused.detail))
}

fn no_step(name: &str) -> Fault {
    Fault::Event(format!("there is no step `{name}`"))
}

impl Machine for Session {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        match read(event)? {
            Event::Step(name) => {
                let event = session::Event::ALL.iter().find(|event| event.name() == name);
                let event = *event.ok_or_else(|| no_step(&name))?;
                self.0 = session::next(self.0, event)
                    .ok_or_else(|| code(INVALID_STATE, self.0.name()))?;
                Ok(self.state())
            }
            Event::Admits(name) => {
                Ok(json!({ "admits": session::admits(self.0, message(&name)?) }))
            }
        }
    }

    fn state(&self) -> Value {
        let name = match self.0 {
            session::State::Closing { .. } => "closing",
            other => other.name(),
        };
        json!({ "state": name })
    }
}

impl Machine for Connection {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        match read(event)? {
            Event::Step(name) => {
                let event = connection::Event::ALL.iter().find(|event| event.name() == name);
                let event = *event.ok_or_else(|| no_step(&name))?;
                self.state = connection::next(self.state, event)
                    .ok_or_else(|| code(INVALID_STATE, self.state.name()))?;
                Ok(self.state())
            }
            Event::Admits(name) => {
                let admission = connection::admits(self.state, self.role, message(&name)?);
                let admission = match admission {
                    connection::Admission::Process => "process",
                    connection::Admission::Refuse => "refuse",
                    connection::Admission::RefuseFatal => "refuse_fatal",
                    connection::Admission::Discard => "discard",
                };
                Ok(json!({ "admits": admission }))
            }
        }
    }

    fn state(&self) -> Value {
        json!({ "state": self.state.name() })
    }
}
