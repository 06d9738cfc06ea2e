//! The driver that is served.

use crate::bench::{self, Machine};
use crate::fault::Fault;
use crate::{packet, release, structure};
use serde_json::Value;
use wireproof_base::{Input, Instant, Outbox, Protocol, Role, Seed};
use wireproof_driver::adapter::{BAD_REQUEST, UNSUPPORTED};
use wireproof_driver::{Clock, Depth, Driver, DriverError, Identity, Machines, Refused, Vectors};
use wireproof_wire::ncp::Ncp;

/// What every release offers. Not `vectors.companions`: those frames are in other crates. Not
/// `vectors.structures`: it has one of them.
const CAPABILITIES: [&str; 5] = [
    "machine.anchor_cache",
    "vectors.body",
    "vectors.decode.packet",
    "vectors.decode.structure",
    "vectors.encode.packet",
];

/// nps-core and nps-ncp.
pub struct NpsNcp {
    identity: Identity,
    machines: Vec<Box<dyn Machine>>,
}

impl Default for NpsNcp {
    fn default() -> Self {
        let capabilities = CAPABILITIES.iter().chain(release::MACHINES).map(|name| (*name).into());
        let identity = Identity {
            name: "nps-ncp".into(),
            version: release::VERSION.into(),
            roles: vec![Role::Client, Role::Server],
            depths: vec![Depth::Vectors, Depth::Machines],
            capabilities: capabilities.collect(),
            clock: Clock::Virtual,
            claims_everything: false,
        };
        Self { identity, machines: Vec::new() }
    }
}

impl Driver<Ncp> for NpsNcp {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, _setup: &<Ncp as Protocol>::Setup, _seed: Seed) -> Result<(), DriverError> {
        Err(unsupported("start"))
    }

    fn step(
        &mut self,
        _now: Instant,
        _input: Input<'_, <Ncp as Protocol>::Command>,
        _out: &mut Outbox<<Ncp as Protocol>::Event>,
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

impl Vectors for NpsNcp {
    fn decode(
        &mut self,
        kind: &str,
        what: &str,
        bytes: &[u8],
    ) -> Result<Result<Value, Refused>, DriverError> {
        answer(match kind {
            "packet" => packet::decode(bytes).map(Value::Object),
            "structure" => structure::decode(what, bytes).map(Value::Object),
            _ => Err(Fault::Unsupported(kind.into())),
        })
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
        answer(match kind {
            "packet" => packet::encode(fields),
            _ => Err(Fault::Unsupported(format!("{kind} {what}"))),
        })
    }
}

impl Machines for NpsNcp {
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError> {
        match bench::create(machine, config) {
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

impl NpsNcp {
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
