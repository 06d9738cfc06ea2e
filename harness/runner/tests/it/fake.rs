//! A SUT of the toy protocol with a codec and a machine, and with defects on demand.

use crate::toy::{Command, Event, Setup, Toy};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wireproof_base::{Input, Instant, Outbox, Seed};
use wireproof_driver::{Clock, Depth, Driver, DriverError, Identity, Machines, Refused, Vectors};

/// What is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Defect {
    #[default]
    None,
    /// No depth at all.
    NoDepth,
    /// Digits beyond 9 are taken.
    TakesAll,
    /// Nothing is taken.
    TakesNothing,
    /// Every refusal is called a length mismatch.
    WrongKind,
    /// The fields are swapped when decoding.
    SwapsFields,
    /// The bytes are swapped when encoding.
    SwapsBytes,
    /// The process is gone.
    Crash,
    /// Declared, and then not there.
    Unsupported,
    /// Not declared, and not there.
    Undeclared,
    /// A refused event changes the state all the same.
    LeaksState,
    /// Sums come out one too high.
    OffByOne,
}

/// A SUT whose packets are two digits, and whose machine counts.
pub struct Fake {
    identity: Identity,
    defect: Defect,
    counters: Vec<i64>,
}

impl Fake {
    pub fn new(defect: Defect) -> Self {
        let identity = Identity {
            name: "fake".into(),
            version: "1".into(),
            roles: vec![],
            depths: vec![Depth::Vectors, Depth::Machines],
            capabilities: BTreeSet::new(),
            clock: Clock::Virtual,
            claims_everything: false,
        };
        Self { identity, defect, counters: vec![] }
    }

    fn broken(&self, op: &str) -> Result<(), DriverError> {
        let op = op.to_owned();
        match self.defect {
            Defect::Crash => {
                Err(DriverError::Crash { op, status: Some(3), signal: None, stderr: "".into() })
            }
            Defect::Unsupported => Err(DriverError::Unsupported { op, declared: true }),
            Defect::Undeclared => Err(DriverError::Unsupported { op, declared: false }),
            _ => Ok(()),
        }
    }
}

impl Driver<Toy> for Fake {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, _: &Setup, _: Seed) -> Result<(), DriverError> {
        Err(DriverError::NotStarted)
    }

    fn step(
        &mut self,
        _: Instant,
        _: Input<'_, Command>,
        _: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        Err(DriverError::NotStarted)
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        None
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        (self.defect != Defect::NoDepth).then_some(self)
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        (self.defect != Defect::NoDepth).then_some(self)
    }
}

impl Vectors for Fake {
    fn decode(
        &mut self,
        kind: &str,
        what: &str,
        bytes: &[u8],
    ) -> Result<Result<Value, Refused>, DriverError> {
        assert_eq!((kind, what), ("structure", "pair"));
        self.broken("decode")?;
        let kind = if self.defect == Defect::WrongKind { "length_mismatch" } else { "digit" };
        let [first, second] = bytes[..] else {
            return Ok(Err(Refused::new("length_mismatch", "two digits")));
        };
        let valid = first < 10 && second < 10;
        if self.defect == Defect::TakesNothing || !valid && self.defect != Defect::TakesAll {
            return Ok(Err(Refused::new(kind, "no digit")));
        }
        Ok(Ok(match self.defect {
            Defect::SwapsFields => json!({"first": second, "second": first}),
            _ => json!({"first": first, "second": second.to_string()}),
        }))
    }

    fn encode(
        &mut self,
        _: &str,
        _: &str,
        fields: &Value,
    ) -> Result<Result<Vec<u8>, Refused>, DriverError> {
        let digit = |name: &str| fields[name].as_u64().expect("digit") as u8;
        let bytes = vec![digit("first"), digit("second")];
        Ok(match self.defect {
            Defect::TakesNothing => Err(Refused::new("digit", "")),
            Defect::SwapsBytes => Ok(bytes.into_iter().rev().collect()),
            _ => Ok(bytes),
        })
    }
}

impl Machines for Fake {
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError> {
        assert_eq!(machine, "counter");
        self.broken("create")?;
        self.counters.push(config["start"].as_i64().expect("start"));
        Ok(self.counters.len() as u32 - 1)
    }

    fn apply(&mut self, id: u32, event: &Value) -> Result<Result<Value, Refused>, DriverError> {
        let counter = &mut self.counters[id as usize];
        let Some(add) = event.get("add").and_then(Value::as_i64) else {
            return Ok(Err(Refused::new("unknown", "no sum")));
        };
        let kind = if self.defect == Defect::WrongKind { "length_mismatch" } else { "below_zero" };
        if *counter + add < 0 && self.defect != Defect::TakesAll {
            if self.defect == Defect::LeaksState {
                *counter = 0;
            }
            return Ok(Err(Refused::new(kind, "too low")));
        }
        if self.defect == Defect::TakesNothing {
            return Ok(Err(Refused::new("unknown", "")));
        }
        *counter += add + i64::from(self.defect == Defect::OffByOne);
        Ok(Ok(json!({"added": add})))
    }

    fn state(&mut self, id: u32) -> Result<Value, DriverError> {
        Ok(json!({"state": self.counters[id as usize]}))
    }
}
