//! The machines of one SUT, by number.

use super::form::Fault;
use super::{cache, flow, operation, policy, probing, recovery, schema, states};
use crate::{DriverError, Machines, Refused};
use serde_json::Value;

/// One state machine under events.
pub trait Machine: Send {
    /// Takes one event; a refusal changes nothing.
    fn apply(&mut self, event: Value) -> Result<Value, Fault>;

    /// Everything it holds.
    fn state(&self) -> Value;
}

/// Every machine that was created.
#[derive(Default)]
pub struct Bench {
    machines: Vec<Box<dyn Machine>>,
}

impl Bench {
    fn get(&mut self, id: u32) -> Result<&mut (dyn Machine + 'static), DriverError> {
        let machine = self.machines.get_mut(id as usize);
        machine.map(Box::as_mut).ok_or_else(|| bad(format!("there is no machine {id}")))
    }
}

impl Machines for Bench {
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError> {
        let config = config.clone();
        let machine: Result<Box<dyn Machine>, Fault> = match machine {
            "operation" => operation::create(config),
            "flow" => flow::create(config),
            "schema" => schema::create(config),
            "cache" => cache::create(config),
            "session" => states::create_session(config),
            "connection" => states::create_connection(config),
            "recovery" => recovery::create(config),
            "policy" => policy::create(config),
            "probing" => probing::create(config),
            other => {
                let op = format!("create {other}");
                return Err(DriverError::Unsupported { op, declared: false });
            }
        };
        match machine {
            Ok(machine) => self.machines.push(machine),
            Err(Fault::Refused(refused)) => return Err(bad(refused.detail)),
            Err(Fault::Event(detail)) => return Err(bad(detail)),
        }
        Ok(self.machines.len() as u32 - 1)
    }

    fn apply(&mut self, id: u32, event: &Value) -> Result<Result<Value, Refused>, DriverError> {
        match self.get(id)?.apply(event.clone()) {
            Ok(result) => Ok(Ok(result)),
            Err(Fault::Refused(refused)) => Ok(Err(refused)),
            Err(Fault::Event(detail)) => Err(bad(detail)),
        }
    }

    fn state(&mut self, id: u32) -> Result<Value, DriverError> {
        Ok(self.get(id)?.state())
    }
}

fn bad(message: String) -> DriverError {
    DriverError::Adapter { code: crate::adapter::BAD_REQUEST.to_owned(), message }
}
