//! `OperationRegistry`.

use super::machine::{Machine, event, text};
use crate::fault::{Fault, UNNAMED};
use crate::record::{Fields, Scalar, number, read_number, take};
use nnrp_core::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const STATES: [(&str, OperationState); 8] = [
    ("accepted", OperationState::Accepted),
    ("running", OperationState::Running),
    ("partial", OperationState::Partial),
    ("waiting_tool", OperationState::WaitingTool),
    ("superseded", OperationState::Superseded),
    ("cancelled", OperationState::Cancelled),
    ("failed", OperationState::Failed),
    ("completed", OperationState::Completed),
];

const SCOPES: [(&str, CancelScope); 4] = [
    ("operation", CancelScope::Operation),
    ("subtree", CancelScope::Subtree),
    ("group", CancelScope::Group),
    ("session", CancelScope::Session),
];

/// One registry for all sessions; nnrp-core knows operations by their number alone.
#[derive(Default)]
pub struct Operations {
    registry: OperationRegistry,
    known: BTreeSet<u64>,
}

impl Machine for Operations {
    fn apply(&mut self, value: &Value) -> Result<Value, Fault> {
        let (name, fields) = event(value)?;
        match name {
            "add" => self.add(fields),
            // The session is not part of the call.
            "advance" => {
                let operation = take(fields, "operation")?;
                let to = named(&STATES, text(fields, "to")?)?;
                self.registry.transition(operation, to).map_err(refused)?;
                self.tell(operation)
            }
            "cancel" => {
                let request = OperationCancelRequest {
                    session_id: u32::from_number(take(fields, "session")?)?,
                    operation_id: take(fields, "target")?,
                    cancel_scope: named(&SCOPES, text(fields, "scope")?)?,
                };
                let reached = self.registry.cancel(request).map_err(refused)?;
                let reached: Vec<Value> = reached.into_iter().map(number).collect();
                Ok(json!({ "cancelled": reached }))
            }
            // What messages mean for an operation is left to the caller.
            other => Err(Fault::Unsupported(other.into())),
        }
    }

    fn state(&self) -> Value {
        let records = self.known.iter().filter_map(|id| self.registry.operation(*id));
        let one = |record: &OperationRecord| {
            json!({
                "session": record.descriptor.session_id,
                "operation": number(record.descriptor.operation_id),
                "state": name_of(record.state),
            })
        };
        json!({ "operations": records.map(one).collect::<Vec<_>>() })
    }
}

impl Operations {
    fn add(&mut self, fields: &Fields) -> Result<Value, Fault> {
        let optional = |name: &str| fields.get(name).and_then(read_number);
        let descriptor = OperationDescriptor {
            session_id: u32::from_number(take(fields, "session")?)?,
            operation_id: take(fields, "operation")?,
            parent_operation_id: optional("parent"),
            operation_group_id: optional("group"),
        };
        self.registry.register(descriptor).map_err(refused)?;
        self.known.insert(descriptor.operation_id);
        self.tell(descriptor.operation_id)
    }

    fn tell(&self, operation: u64) -> Result<Value, Fault> {
        let Some(record) = self.registry.operation(operation) else {
            return Err(refused(NnrpError::UnknownOperation(operation)));
        };
        Ok(json!({ "state": name_of(record.state), "terminal": record.state.is_terminal() }))
    }
}

fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Result<T, Fault> {
    let entry = table.iter().find(|(known, _)| *known == name);
    entry.map(|(_, value)| *value).ok_or_else(|| Fault::Request(format!("no `{name}`")))
}

fn name_of(state: OperationState) -> &'static str {
    STATES.iter().find(|(_, known)| *known == state).map_or("", |(name, _)| name)
}

fn refused(error: NnrpError) -> Fault {
    let kind = match error {
        NnrpError::OperationAlreadyExists(_) => "taken",
        NnrpError::UnknownOperation(_) => "unknown",
        NnrpError::InvalidOperationTransition { .. } => "not_allowed",
        _ => UNNAMED,
    };
    Fault::Refused { kind, detail: error.to_string() }
}
