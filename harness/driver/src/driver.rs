//! The port to a SUT. At depth `live` it is that of `stepped`, with bytes alone.
//!
//! Order of calls at depth `stepped`: `start`, then for every input `step` followed by
//! `poll_timeout`. `step` sets the clock, takes the input, runs until quiescent without advancing
//! time, and appends everything that came out. After an error call `start` again.

use crate::{DriverError, Identity};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wireproof_base::{Input, Instant, Outbox, Protocol, Seed};

/// A SUT. Drivers are opened per thread and never shared.
pub trait Driver<P: Protocol>: Send {
    /// Who it says it is.
    fn identity(&self) -> &Identity;

    /// A fresh endpoint of `setup.role`; forgets the previous one.
    fn start(&mut self, setup: &P::Setup, seed: Seed) -> Result<(), DriverError>;

    /// One input at `now`, which never decreases. Output is appended to `out`.
    fn step(
        &mut self,
        now: Instant,
        input: Input<'_, P::Command>,
        out: &mut Outbox<P::Event>,
    ) -> Result<(), DriverError>;

    /// When it wants [`Input::Timeout`] next.
    fn poll_timeout(&mut self) -> Option<Instant>;

    /// Depth `vectors`, if it is offered.
    fn vectors(&mut self) -> Option<&mut dyn Vectors>;

    /// Depth `machines`, if it is offered.
    fn machines(&mut self) -> Option<&mut dyn Machines>;
}

/// A refusal by the codec or a machine under test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Fault name of the vectors (`malformed_body`, …) or name of an error number.
    pub kind: String,
    /// For the reader.
    #[serde(default)]
    pub detail: String,
    /// The broken rule, if the SUT knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// The reading the refusal rests on, if the SUT knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
}

impl Refused {
    /// A refusal without clause.
    pub fn new(kind: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind: kind.into(), detail: detail.into(), requirement: None, reading: None }
    }
}

/// Depth `vectors`. `kind` is `packet`, `metadata` or `structure`; `what` names the message for
/// `metadata`, the structure for `structure`, and is empty for `packet`.
pub trait Vectors {
    /// Bytes to fields, named as in the vector files.
    fn decode(
        &mut self,
        kind: &str,
        what: &str,
        bytes: &[u8],
    ) -> Result<Result<Value, Refused>, DriverError>;

    /// Fields to bytes.
    fn encode(
        &mut self,
        kind: &str,
        what: &str,
        fields: &Value,
    ) -> Result<Result<Vec<u8>, Refused>, DriverError>;
}

/// Depth `machines`. Machines, events and states are those of `PROTOCOL.md`.
pub trait Machines {
    /// A fresh machine; its number.
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError>;

    /// One event. What the machine answered, or why it refused; a refusal changes nothing.
    fn apply(&mut self, id: u32, event: &Value) -> Result<Result<Value, Refused>, DriverError>;

    /// The state as it stands.
    fn state(&mut self, id: u32) -> Result<Value, DriverError>;
}
