//! The driver of a process.

use super::Options;
use super::exchange::{exchange, garbage, read};
use super::link::Link;
use super::listen::hide;
use crate::adapter::{
    self, Created, Hello, MachineState, Outcome, Started, StepOutput, Stepped, VERSION,
};
use crate::live::Wire;
use crate::{
    Depth, Driver, DriverError, Identity, Machines, Refused, Speaks, StartError, Vectors, hex,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::marker::PhantomData;
use wireproof_base::{Input, Instant, Outbox, Seed};

/// A SUT in another process.
pub struct Process<P: Speaks> {
    spec: String,
    options: Options,
    link: Option<Link>,
    next_id: u64,
    identity: Identity,
    started: bool,
    now: Instant,
    timeout: Option<Instant>,
    wakes: u32,
    /// The server that listens, at depth `live`.
    pub(super) wire: Option<Wire<P>>,
    protocol: PhantomData<fn() -> P>,
}

impl<P: Speaks> Process<P> {
    /// Starts the command line `spec`, or waits at the address behind `listen:`, and shakes hands.
    pub fn open(spec: &str, options: Options) -> Result<Self, DriverError> {
        let mut process = Self {
            spec: spec.to_owned(),
            options,
            link: None,
            next_id: 0,
            identity: nobody(),
            started: false,
            now: Instant::ZERO,
            timeout: None,
            wakes: 0,
            wire: None,
            protocol: PhantomData,
        };
        process.identity = process.connect()?;
        Ok(process)
    }

    /// Brings up a process and asks who it is.
    fn connect(&mut self) -> Result<Identity, DriverError> {
        self.link = Some(Link::open(&self.spec, &self.options)?);
        self.next_id = 0;
        self.wire = None;
        self.started = false;
        let request = json!({ "version": VERSION, "protocol": P::NAME });
        let hello: Hello = self.ask("hello", request).map_err(|error| match error {
            DriverError::Unsupported { .. } => {
                negotiate(format!("`{}` version {VERSION} is not supported", P::NAME))
            }
            DriverError::Adapter { code, message } => negotiate(format!("{code}: {message}")),
            other => other,
        })?;
        if hello.version != VERSION {
            return Err(self.fail(negotiate(format!("version {} was chosen", hello.version))));
        }
        let unknown =
            hello.capabilities.iter().find(|name| !P::capabilities().contains(&name.as_str()));
        if let Some(name) = unknown {
            return Err(self.fail(negotiate(format!("there is no capability `{name}`"))));
        }
        let claims_everything = self.takes_anything()?;
        Ok(hide(Identity {
            name: hello.name,
            version: hello.release,
            roles: hello.roles,
            depths: hello.depths,
            capabilities: hello.capabilities,
            clock: hello.clock,
            claims_everything,
        }))
    }

    /// Asks for an operation that cannot exist.
    fn takes_anything(&mut self) -> Result<bool, DriverError> {
        // Not known beforehand, so that nobody can list it. It never reaches a run.
        let word = RandomState::new().build_hasher().finish();
        match self.ask::<Value>(&format!("canary_{word:016x}"), json!({})) {
            Err(DriverError::Unsupported { .. }) => Ok(false),
            Ok(_) | Err(DriverError::Adapter { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// One operation. Whatever makes the process useless also ends it.
    pub(super) fn ask<T: DeserializeOwned>(
        &mut self,
        op: &str,
        request: Value,
    ) -> Result<T, DriverError> {
        let Some(link) = &mut self.link else { return Err(DriverError::NotStarted) };
        let id = self.next_id;
        self.next_id += 1;
        let wait = if op == "hello" { self.options.patience } else { self.options.watchdog };
        let answer =
            exchange(link, id, op, request, &self.options, wait).and_then(|ok| read::<T>(op, ok));
        answer.map_err(|error| match error {
            DriverError::Unsupported { .. } | DriverError::Adapter { .. } => error,
            error => self.fail(error),
        })
    }

    /// Ends the process because of `error`.
    pub(super) fn fail(&mut self, error: DriverError) -> DriverError {
        self.link = None;
        self.wire = None;
        self.started = false;
        self.timeout = None;
        error
    }

    /// An operation of a declared capability must not be `unsupported`.
    fn declared(&self, error: DriverError, capability: &str) -> DriverError {
        match error {
            DriverError::Unsupported { .. } => DriverError::Unsupported {
                op: capability.to_owned(),
                declared: self.identity.can(capability),
            },
            other => other,
        }
    }

    /// The capability that an answer names as missing, if it was never declared.
    fn lacks(&self, error: &DriverError) -> Option<DriverError> {
        let DriverError::Unsupported { op, .. } = error else { return None };
        let (_, what) = op.rsplit_once(": ")?;
        let known = P::capabilities().contains(&what) && !self.identity.can(what);
        known.then(|| DriverError::Unsupported { op: what.to_owned(), declared: false })
    }

    /// What `step` needs, if it needs a capability.
    fn capability(input: &Input<'_, P::Command>) -> Option<String> {
        match input {
            Input::Connected { carrier, .. } => Some(format!("carrier.{}", carrier.name())),
            Input::Command(command) => Some(P::needs(command).to_owned()),
            _ => None,
        }
    }

    fn emit(
        &mut self,
        produced: Vec<StepOutput>,
        out: &mut Outbox<P::Event>,
    ) -> Result<(), DriverError> {
        for one in produced {
            match one {
                StepOutput::Bytes { conn, stream, hex } => {
                    let Some(bytes) = hex::decode(&hex) else {
                        return Err(self.fail(garbage("step", hex.as_bytes(), "hexadecimal")));
                    };
                    out.send(conn, stream, |buffer| buffer.extend_from_slice(&bytes));
                }
                StepOutput::Event(mut value) => {
                    let text = value.to_string();
                    adapter::narrow(&mut value, P::WIDE);
                    let Ok(event) = serde_json::from_value(value) else {
                        return Err(self.fail(garbage("step", text.as_bytes(), "an event")));
                    };
                    out.event(event);
                }
                StepOutput::Shutdown { conn } => out.shutdown(conn),
            }
        }
        Ok(())
    }

    /// Notes when the SUT wants to be woken and refuses to wake it at one instant for ever.
    fn schedule(&mut self, woken: bool, timeout: Option<u64>) -> Result<(), DriverError> {
        self.timeout = timeout.map(|micros| adapter::from_micros(micros).max(self.now));
        let again = woken && self.timeout == Some(self.now);
        self.wakes = if again { self.wakes + 1 } else { 0 };
        if self.wakes < self.options.max_wakes {
            return Ok(());
        }
        let (at, wakes) = (self.now, self.wakes);
        Err(self.fail(DriverError::Livelock { at, wakes }))
    }
}

impl<P: Speaks> Driver<P> for Process<P> {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, setup: &P::Setup, seed: Seed) -> Result<(), DriverError> {
        if self.link.is_none() {
            let identity = self.connect()?;
            if identity != self.identity {
                return Err(
                    self.fail(negotiate("a new process claims another identity".to_owned()))
                );
            }
        }
        let setup = serde_json::to_value(setup).unwrap_or_default();
        if let Some(role) = setup.get("role")
            && !self.identity.roles.iter().any(|known| role == known.name())
        {
            return Err(DriverError::Start { spec: self.spec.clone(), reason: StartError::Role });
        }
        if self.identity.is_black_box() {
            return self.listen(setup);
        }
        let request = json!({ "setup": setup, "seed": seed.to_string() });
        let Started { timeout } = self.ask("start", request)?;
        self.started = true;
        self.now = Instant::ZERO;
        self.wakes = 0;
        self.schedule(false, timeout)
    }

    fn step(
        &mut self,
        now: Instant,
        input: Input<'_, P::Command>,
        out: &mut Outbox<P::Event>,
    ) -> Result<(), DriverError> {
        if let Some(wire) = &mut self.wire {
            return wire.step(now, &input, out);
        }
        if !self.started {
            return Err(DriverError::NotStarted);
        }
        let capability = Self::capability(&input);
        if let Some(capability) = &capability
            && !self.identity.can(capability)
        {
            let op = capability.clone();
            return Err(DriverError::Unsupported { op, declared: false });
        }
        let woken = matches!(input, Input::Timeout);
        self.now = now;
        let input = adapter::input::<P>(&input, P::WIDE);
        let request = json!({ "now": adapter::to_micros(now), "input": input });
        let answer = self.ask::<Stepped>("step", request);
        if let Some(lacking) = answer.as_ref().err().and_then(|error| self.lacks(error)) {
            return Err(lacking);
        }
        let stepped = answer.map_err(|error| match &capability {
            Some(capability) => self.declared(error, capability),
            // Bytes, ends and timers come with the depth itself.
            None => match error {
                DriverError::Unsupported { op, .. } => {
                    DriverError::Unsupported { op, declared: true }
                }
                other => other,
            },
        })?;
        self.emit(stepped.out, out)?;
        self.schedule(woken, stepped.timeout)
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.wire.as_ref().map_or(self.timeout, |wire| Some(wire.poll_timeout()))
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        self.identity.depths.contains(&Depth::Vectors).then_some(self as _)
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        self.identity.depths.contains(&Depth::Machines).then_some(self as _)
    }
}

impl<P: Speaks> Process<P> {
    /// Brings the process up again if it was lost, for depths that have no `start`.
    fn revive(&mut self) -> Result<(), DriverError> {
        if self.link.is_none() {
            self.connect()?;
        }
        Ok(())
    }

    fn outcome(&mut self, op: &str, kind: &str, request: Value) -> Result<Outcome, DriverError> {
        self.revive()?;
        let capability = format!("vectors.{op}.{kind}");
        if !self.identity.can(&capability) {
            return Err(DriverError::Unsupported { op: capability, declared: false });
        }
        // Who does not declare all structures may have none for this one.
        let complete = if kind == "structure" { "vectors.structures" } else { &capability };
        self.ask(op, request)
            .map_err(|error| self.lacks(&error).unwrap_or_else(|| self.declared(error, complete)))
    }

    fn no_outcome(&mut self, op: &str, outcome: &Outcome) -> DriverError {
        let text = serde_json::to_string(outcome).unwrap_or_default();
        self.fail(garbage(op, text.as_bytes(), &format!("the answer to `{op}`")))
    }
}

impl<P: Speaks> Vectors for Process<P> {
    fn decode(
        &mut self,
        kind: &str,
        what: &str,
        bytes: &[u8],
    ) -> Result<Result<Value, Refused>, DriverError> {
        let request = json!({ "kind": kind, "what": what, "hex": hex::encode(bytes) });
        let outcome = self.outcome("decode", kind, request)?;
        match outcome {
            Outcome { fields: Some(fields), hex: None, result: None, refused: None } => {
                Ok(Ok(fields))
            }
            Outcome { fields: None, hex: None, result: None, refused: Some(refused) } => {
                Ok(Err(refused))
            }
            other => Err(self.no_outcome("decode", &other)),
        }
    }

    fn encode(
        &mut self,
        kind: &str,
        what: &str,
        fields: &Value,
    ) -> Result<Result<Vec<u8>, Refused>, DriverError> {
        let request = json!({ "kind": kind, "what": what, "fields": fields });
        let outcome = self.outcome("encode", kind, request)?;
        match &outcome {
            Outcome { fields: None, hex: Some(digits), result: None, refused: None } => {
                match hex::decode(digits) {
                    Some(bytes) => Ok(Ok(bytes)),
                    None => Err(self.fail(garbage("encode", digits.as_bytes(), "hexadecimal"))),
                }
            }
            Outcome { fields: None, hex: None, result: None, refused: Some(refused) } => {
                Ok(Err(refused.clone()))
            }
            other => Err(self.no_outcome("encode", other)),
        }
    }
}

impl<P: Speaks> Machines for Process<P> {
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError> {
        self.revive()?;
        let capability = format!("machine.{machine}");
        if !self.identity.can(&capability) {
            return Err(DriverError::Unsupported { op: capability, declared: false });
        }
        let request = json!({ "machine": machine, "config": config });
        let created: Created = self.ask("create", request).map_err(|error| {
            self.lacks(&error).unwrap_or_else(|| self.declared(error, &capability))
        })?;
        Ok(created.machine)
    }

    fn apply(&mut self, id: u32, event: &Value) -> Result<Result<Value, Refused>, DriverError> {
        let outcome: Outcome = self.ask("apply", json!({ "machine": id, "event": event }))?;
        match outcome {
            Outcome { fields: None, hex: None, result: Some(result), refused: None } => {
                Ok(Ok(result))
            }
            Outcome { fields: None, hex: None, result: None, refused: Some(refused) } => {
                Ok(Err(refused))
            }
            other => Err(self.no_outcome("apply", &other)),
        }
    }

    fn state(&mut self, id: u32) -> Result<Value, DriverError> {
        let state: MachineState = self.ask("state", json!({ "machine": id }))?;
        Ok(state.state)
    }
}

fn negotiate(detail: String) -> DriverError {
    DriverError::Negotiate { detail }
}

/// Before the handshake.
fn nobody() -> Identity {
    Identity {
        name: String::new(),
        version: String::new(),
        roles: Vec::new(),
        depths: Vec::new(),
        capabilities: Default::default(),
        clock: crate::Clock::Virtual,
        claims_everything: false,
    }
}
