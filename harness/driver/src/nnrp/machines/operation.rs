//! Operations of all sessions: life cycle and cancel scopes (reference table 4.3).

use super::bench::Machine;
use super::form::{Fault, Wide, read, refused};
use crate::nnrp::json::number;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use wireproof_machine::nnrp::operation::{Refused, Scope, State, Tree, Wire, after};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Add { session: u32, operation: Wide, parent: Option<Wide>, group: Option<Wide> },
    Advance { session: u32, operation: Wide, to: String },
    Wire { session: u32, operation: Wide, event: String },
    Cancel { session: u32, target: Wide, scope: String },
}

#[derive(Default)]
struct Operations {
    tree: Tree,
    known: BTreeSet<(u32, u64)>,
}

pub fn create(config: Value) -> Result<Box<dyn Machine>, Fault> {
    read::<Map<String, Value>>(config)?;
    Ok(Box::new(Operations::default()))
}

fn turn_down(why: Refused) -> Fault {
    refused(why.name())
}

impl Operations {
    fn stands(&self, session: u32, operation: u64) -> Result<State, Fault> {
        self.tree.state(session, operation).ok_or_else(|| turn_down(Refused::Unknown))
    }

    fn tell(&self, session: u32, operation: u64) -> Result<Value, Fault> {
        let state = self.stands(session, operation)?;
        Ok(json!({ "state": state.name(), "terminal": state.is_terminal() }))
    }

    /// What the wire says, passing through running where the table has no direct step.
    fn wire(&mut self, session: u32, operation: u64, wire: Wire) -> Result<Value, Fault> {
        let from = self.stands(session, operation)?;
        if let Some(to) = after(from, wire) {
            let direct = from.allows(to) || from == to;
            if !direct {
                self.tree.advance(session, operation, State::Running).map_err(turn_down)?;
            }
            if from != to {
                self.tree.advance(session, operation, to).map_err(turn_down)?;
            }
        }
        self.tell(session, operation)
    }
}

impl Machine for Operations {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        match read(event)? {
            Event::Add { session, operation, parent, group } => {
                let (parent, group) = (parent.map(|id| id.0), group.map(|id| id.0));
                self.tree.add(session, operation.0, parent, group).map_err(turn_down)?;
                self.known.insert((session, operation.0));
                self.tell(session, operation.0)
            }
            Event::Advance { session, operation, to } => {
                let to = State::ALL.iter().find(|state| state.name() == to);
                let to = *to.ok_or_else(|| Fault::Event("there is no such state".to_owned()))?;
                self.tree.advance(session, operation.0, to).map_err(turn_down)?;
                self.tell(session, operation.0)
            }
            Event::Wire { session, operation, event } => {
                let wire = Wire::ALL.iter().find(|wire| wire.name() == event);
                let wire = *wire.ok_or_else(|| Fault::Event("no such wire event".to_owned()))?;
                self.wire(session, operation.0, wire)
            }
            Event::Cancel { session, target, scope } => {
                let scope = match scope.as_str() {
                    "operation" => Scope::Operation,
                    "subtree" => Scope::Subtree,
                    "group" => Scope::Group,
                    "session" => Scope::Session,
                    _ => return Err(Fault::Event("there is no such scope".to_owned())),
                };
                let reached = self.tree.cancel(session, target.0, scope).map_err(turn_down)?;
                let reached: Vec<Value> = reached.into_iter().map(number).collect();
                Ok(json!({ "cancelled": reached }))
            }
        }
    }

    fn state(&self) -> Value {
        let one = |&(session, operation): &(u32, u64)| {
            let state = self.tree.state(session, operation).map_or("none", State::name);
            json!({ "session": session, "operation": number(operation), "state": state })
        };
        json!({ "operations": self.known.iter().map(one).collect::<Vec<_>>() })
    }
}
