//! The machines of one SUT, by number, and how their events and answers are written.

use crate::{DriverError, Machines, Refused};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::marker::PhantomData;

pub mod broken;

/// Why an event had no effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The machine refused it.
    Refused(Refused),
    /// It is no event of this machine.
    Event(String),
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// One state machine under events.
pub trait Machine: Send {
    /// Takes one event; a refusal changes nothing.
    fn apply(&mut self, event: Value) -> Result<Value, Fault>;

    /// Everything it holds.
    fn state(&self) -> Value;
}

/// A machine that was asked for, or why there is none.
pub type Created = Result<Box<dyn Machine>, Fault>;

/// A protocol whose machines can be called.
pub trait Mechanics {
    /// The machine of that name; `None` if there is none.
    fn make(machine: &str, config: Value) -> Option<Created>;
}

/// Every machine that was created.
pub struct Bench<P> {
    machines: Vec<Box<dyn Machine>>,
    protocol: PhantomData<P>,
}

impl<P> Default for Bench<P> {
    fn default() -> Self {
        Self { machines: Vec::new(), protocol: PhantomData }
    }
}

impl<P> Bench<P> {
    fn get(&mut self, id: u32) -> Result<&mut (dyn Machine + 'static), DriverError> {
        let machine = self.machines.get_mut(id as usize);
        machine.map(Box::as_mut).ok_or_else(|| bad(format!("there is no machine {id}")))
    }
}

impl<P: Mechanics> Machines for Bench<P> {
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError> {
        match P::make(machine, config.clone()) {
            None => {
                let op = format!("create {machine}");
                return Err(DriverError::Unsupported { op, declared: false });
            }
            Some(Ok(machine)) => self.machines.push(machine),
            Some(Err(Fault::Refused(refused))) => return Err(bad(refused.detail)),
            Some(Err(Fault::Event(detail))) => return Err(bad(detail)),
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

/// Reads an event or a configuration.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|error| Fault::Event(error.to_string()))
}

/// A refusal that has a name and nothing more to say.
pub fn refused(kind: &str) -> Fault {
    Fault::Refused(Refused::new(kind, ""))
}

/// 64 bits as a number or as a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wide(pub u64);

impl<'de> Deserialize<'de> for Wide {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = match Value::deserialize(from)? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number.map(Self).ok_or_else(|| D::Error::custom("a number or a decimal string"))
    }
}
