//! The other end of the adapter protocol: any in-process driver behind it.
//!
//! The command line offers it as `wireproof serve`; an adapter written in Rust can hand its own
//! [`Driver`] to [`serve`] and be done.

use crate::adapter::{
    self, AdapterError, BAD_REQUEST, Created, Hello, Listening, MachineState, NOT_STARTED, Outcome,
    Reply, Request, Started, StepInput, Stepped, UNSUPPORTED, VERSION,
};
use crate::{Driver, DriverError, Machines, Speaks, Vectors, hex, live};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use wireproof_base::{Input, Outbox, Seed};

/// Makes drivers for servers of their own.
pub type Fresh<'a, P> = dyn Fn() -> Result<Box<dyn Driver<P>>, DriverError> + 'a;

/// Answers requests from `input` on `output` until `input` ends.
pub fn serve<P: Speaks>(
    driver: &mut dyn Driver<P>,
    input: impl BufRead,
    output: impl Write,
) -> io::Result<()> {
    serve_all(Server::new(driver), input, output)
}

/// The same, with depth `live`: each server that is asked for has a driver of `fresh`.
pub fn serve_live<P: Speaks>(
    driver: &mut dyn Driver<P>,
    fresh: &Fresh<'_, P>,
    input: impl BufRead,
    output: impl Write,
) -> io::Result<()> {
    serve_all(Server { fresh: Some(fresh), ..Server::new(driver) }, input, output)
}

fn serve_all<P: Speaks>(
    mut server: Server<'_, P>,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut reply = serde_json::to_vec(&server.answer(&line)).map_err(io::Error::other)?;
        reply.push(b'\n');
        output.write_all(&reply)?;
        output.flush()?;
    }
}

/// The same over a connection to a harness that waits at `address`.
pub fn connect<P: Speaks>(driver: &mut dyn Driver<P>, address: &str) -> io::Result<()> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    serve(driver, BufReader::new(stream.try_clone()?), stream)
}

/// One reply, without a connection: what [`serve`] would answer to `line`.
pub fn answer<P: Speaks>(driver: &mut dyn Driver<P>, line: &str) -> Reply {
    // Whether an endpoint was started is known to the driver itself.
    Server { started: true, ..Server::new(driver) }.answer(line)
}

struct Server<'a, P: Speaks> {
    driver: &'a mut dyn Driver<P>,
    out: Outbox<P::Event>,
    started: bool,
    fresh: Option<&'a Fresh<'a, P>>,
    live: Option<live::Server>,
}

impl<'a, P: Speaks> Server<'a, P> {
    fn new(driver: &'a mut dyn Driver<P>) -> Self {
        Self { driver, out: Outbox::default(), started: false, fresh: None, live: None }
    }

    fn answer(&mut self, line: &str) -> Reply {
        let request: Result<Value, _> = serde_json::from_str(line);
        let id = request.as_ref().ok().and_then(|request| request.get("id")?.as_u64());
        let result = match request {
            Ok(request) => self.dispatch(request),
            Err(error) => Err(bad(error)),
        };
        let id = id.unwrap_or_default();
        match result {
            Ok(ok) => Reply { id, ok: Some(ok), error: None },
            Err(error) => Reply { id, ok: None, error: Some(error) },
        }
    }

    fn dispatch(&mut self, mut request: Value) -> Result<Value, AdapterError> {
        let Some(object) = request.as_object_mut() else {
            return Err(bad("a request is an object"));
        };
        if object.remove("id").and_then(|id| id.as_u64()).is_none() {
            return Err(bad("a request has an id"));
        }
        match object.get("op").and_then(Value::as_str) {
            None => return Err(bad("a request has an op")),
            Some(op) if !Request::OPS.contains(&op) => {
                return Err(AdapterError::new(UNSUPPORTED, op));
            }
            Some(_) => {}
        }
        match serde_json::from_value(request).map_err(bad)? {
            Request::Hello { version, protocol } => self.hello(version, &protocol),
            Request::Start { setup, seed } => self.start(setup, &seed),
            Request::Step { now, input } => self.step(now, input),
            Request::Listen { setup } => self.listen(setup),
            Request::Stop {} => {
                self.live = None;
                Ok(Value::Object(Map::new()))
            }
            Request::Decode { kind, what, hex } => {
                let bytes = hex::decode(&hex).ok_or_else(|| bad("`hex` is not hexadecimal"))?;
                form(match self.vectors("decode")?.decode(&kind, &what, &bytes)? {
                    Ok(fields) => Outcome { fields: Some(fields), ..Outcome::default() },
                    Err(refused) => Outcome { refused: Some(refused), ..Outcome::default() },
                })
            }
            Request::Encode { kind, what, fields } => {
                form(match self.vectors("encode")?.encode(&kind, &what, &fields)? {
                    Ok(bytes) => Outcome { hex: Some(hex::encode(&bytes)), ..Outcome::default() },
                    Err(refused) => Outcome { refused: Some(refused), ..Outcome::default() },
                })
            }
            Request::Create { machine, config } => {
                form(Created { machine: self.machines("create")?.create(&machine, &config)? })
            }
            Request::Apply { machine, event } => {
                form(match self.machines("apply")?.apply(machine, &event)? {
                    Ok(result) => Outcome { result: Some(result), ..Outcome::default() },
                    Err(refused) => Outcome { refused: Some(refused), ..Outcome::default() },
                })
            }
            Request::State { machine } => {
                form(MachineState { state: self.machines("state")?.state(machine)? })
            }
        }
    }

    fn hello(&self, version: u32, protocol: &str) -> Result<Value, AdapterError> {
        if version != VERSION {
            return Err(AdapterError::new(UNSUPPORTED, format!("version {version}")));
        }
        if protocol != P::NAME {
            return Err(AdapterError::new(UNSUPPORTED, format!("protocol {protocol}")));
        }
        let identity = self.driver.identity().clone();
        form(Hello {
            version: VERSION,
            name: identity.name,
            release: identity.version,
            roles: identity.roles,
            depths: identity.depths,
            capabilities: identity.capabilities,
            clock: identity.clock,
        })
    }

    fn start(&mut self, setup: Value, seed: &str) -> Result<Value, AdapterError> {
        let setup: P::Setup = serde_json::from_value(setup).map_err(bad)?;
        let seed = seed.parse().map_err(|_| bad("`seed` is no decimal string"))?;
        self.driver.start(&setup, Seed(seed))?;
        self.started = true;
        form(Started { timeout: self.timeout() })
    }

    fn step(&mut self, now: u64, input: StepInput) -> Result<Value, AdapterError> {
        if !self.started {
            return Err(AdapterError::new(NOT_STARTED, "`step` before `start`"));
        }
        let now = adapter::from_micros(now);
        self.out.clear();
        let (bytes, command): (Vec<u8>, P::Command);
        let input = match input {
            StepInput::Connected { conn, carrier } => Input::Connected { conn, carrier },
            StepInput::Bytes { conn, stream, hex } => {
                bytes = hex::decode(&hex).ok_or_else(|| bad("`hex` is not hexadecimal"))?;
                Input::Bytes { conn, stream, bytes: &bytes }
            }
            StepInput::Disconnected { conn } => Input::Disconnected { conn },
            StepInput::Command(mut value) => {
                adapter::narrow(&mut value, P::WIDE);
                command = serde_json::from_value(value).map_err(bad)?;
                Input::Command(&command)
            }
            StepInput::Timeout {} => Input::Timeout,
        };
        self.driver.step(now, input, &mut self.out)?;
        let out = adapter::output::<P>(&self.out, P::WIDE);
        form(Stepped { out, timeout: self.timeout() })
    }

    fn listen(&mut self, setup: Value) -> Result<Value, AdapterError> {
        let Some(fresh) = self.fresh else { return Err(unsupported("listen").into()) };
        let setup: P::Setup = serde_json::from_value(setup).map_err(bad)?;
        self.live = None;
        let server = live::Server::start(fresh()?, &setup)?;
        let address = server.address().to_string();
        self.live = Some(server);
        form(Listening { address })
    }

    fn timeout(&mut self) -> Option<u64> {
        self.driver.poll_timeout().map(adapter::to_micros)
    }

    fn vectors(&mut self, op: &str) -> Result<&mut dyn Vectors, DriverError> {
        self.driver.vectors().ok_or_else(|| unsupported(op))
    }

    fn machines(&mut self, op: &str) -> Result<&mut dyn Machines, DriverError> {
        self.driver.machines().ok_or_else(|| unsupported(op))
    }
}

fn unsupported(op: &str) -> DriverError {
    DriverError::Unsupported { op: op.to_owned(), declared: false }
}

fn bad(error: impl ToString) -> AdapterError {
    AdapterError::new(BAD_REQUEST, error.to_string())
}

fn form<T: Serialize>(answer: T) -> Result<Value, AdapterError> {
    serde_json::to_value(answer).map_err(bad)
}
