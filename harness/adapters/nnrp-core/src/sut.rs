//! The driver that is served.

use crate::fault::Fault;
use crate::machines::{self, Machine};
use crate::vectors;
use serde_json::Value;
use std::collections::BTreeSet;
use wireproof_base::{Input, Instant, Outbox, Protocol, Role, Seed};
use wireproof_driver::adapter::{BAD_REQUEST, UNSUPPORTED};
use wireproof_driver::{Clock, Depth, Driver, DriverError, Identity, Machines, Refused, Vectors};
use wireproof_wire::nnrp::Nnrp;

/// What nnrp-core offers. Not `vectors.body`: most bodies stay raw. Not `vectors.structures`: it
/// has a codec for four of them.
const CAPABILITIES: [&str; 7] = [
    "machine.operation",
    "machine.schema",
    "machine.session",
    "vectors.decode.packet",
    "vectors.decode.structure",
    "vectors.encode.packet",
    "vectors.encode.structure",
];

/// nnrp-core.
pub struct NnrpCore {
    identity: Identity,
    machines: Vec<Box<dyn Machine>>,
}

impl Default for NnrpCore {
    fn default() -> Self {
        let identity = Identity {
            name: "nnrp-core".into(),
            version: "1.0.0-preview.3.8".into(),
            roles: vec![Role::Client, Role::Server],
            depths: vec![Depth::Vectors, Depth::Machines],
            capabilities: BTreeSet::from(CAPABILITIES.map(String::from)),
            clock: Clock::Virtual,
            claims_everything: false,
        };
        Self { identity, machines: Vec::new() }
    }
}

impl Driver<Nnrp> for NnrpCore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(
        &mut self,
        _setup: &<Nnrp as Protocol>::Setup,
        _seed: Seed,
    ) -> Result<(), DriverError> {
        Err(unsupported("start"))
    }

    fn step(
        &mut self,
        _now: Instant,
        _input: Input<'_, <Nnrp as Protocol>::Command>,
        _out: &mut Outbox<<Nnrp as Protocol>::Event>,
    ) -> Result<(), DriverError> {
        Err(unsupported("step"))
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        None
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        Some(self)
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        Some(self)
    }
}

impl Vectors for NnrpCore {
    fn decode(
        &mut self,
        kind: &str,
        what: &str,
        bytes: &[u8],
    ) -> Result<Result<Value, Refused>, DriverError> {
        answer(vectors::decode_any(kind, what, bytes).map(Value::from))
    }

    fn encode(
        &mut self,
        kind: &str,
        what: &str,
        fields: &Value,
    ) -> Result<Result<Vec<u8>, Refused>, DriverError> {
        let Some(fields) = fields.as_object() else {
            return Err(bad_request("fields are no object".into()));
        };
        answer(vectors::encode_any(kind, what, fields))
    }
}

impl Machines for NnrpCore {
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError> {
        match machines::create(machine, config) {
            Ok(machine) => self.machines.push(machine),
            Err(fault) => return Err(error(fault)),
        }
        Ok(self.machines.len() as u32 - 1)
    }

    fn apply(&mut self, id: u32, event: &Value) -> Result<Result<Value, Refused>, DriverError> {
        answer(self.machine(id)?.apply(event))
    }

    fn state(&mut self, id: u32) -> Result<Value, DriverError> {
        Ok(self.machine(id)?.state())
    }
}

impl NnrpCore {
    fn machine(&mut self, id: u32) -> Result<&mut (dyn Machine + 'static), DriverError> {
        let machine = self.machines.get_mut(id as usize).map(Box::as_mut);
        machine.ok_or_else(|| bad_request(format!("there is no machine {id}")))
    }
}

fn answer<T>(result: Result<T, Fault>) -> Result<Result<T, Refused>, DriverError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Fault::Refused { kind, detail }) => Ok(Err(Refused::new(kind, detail))),
        Err(fault) => Err(error(fault)),
    }
}

fn error(fault: Fault) -> DriverError {
    match fault {
        Fault::Refused { detail, .. } | Fault::Request(detail) => bad_request(detail),
        Fault::Unsupported(what) => unsupported(&what),
    }
}

fn unsupported(op: &str) -> DriverError {
    DriverError::Adapter { code: UNSUPPORTED.into(), message: op.into() }
}

fn bad_request(message: String) -> DriverError {
    DriverError::Adapter { code: BAD_REQUEST.into(), message }
}
