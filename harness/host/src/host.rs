//! A hosted implementation as a driver.

use crate::guest::Guest;
use crate::shell::Produced;
use crate::stage::{Answer, Asked, Start, serve};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use wireproof_base::{Carrier, Input, Instant, Outbox, Protocol, Role, Seed, StreamId};
use wireproof_driver::adapter::FAILED;
use wireproof_driver::{Driver, DriverError, Identity, Machines, Vectors};

/// Puts a [`Guest`] behind the port of a SUT, at depth `stepped` and on carrier `stream`.
///
/// Each endpoint has a thread of its own, because network and runtime belong to one; they and
/// the caller take turns, so nothing depends on how threads are scheduled.
pub struct Host<P: Protocol, G> {
    guest: G,
    identity: Identity,
    role: fn(&P::Setup) -> Role,
    endpoint: Option<Endpoint<P>>,
    timeout: Option<Instant>,
}

struct Endpoint<P: Protocol> {
    asked: Sender<(Instant, Asked<P::Command>)>,
    answers: Receiver<Answer<P::Event>>,
    thread: JoinHandle<()>,
}

impl<P: Protocol, G: Guest<P>> Host<P, G> {
    /// Nothing is started yet. `role` tells which side a setup is about.
    pub fn new(guest: G, role: fn(&P::Setup) -> Role) -> Self {
        Self { identity: guest.identity(), guest, role, endpoint: None, timeout: None }
    }

    /// The next answer of the endpoint, or how it failed.
    fn hear(&mut self) -> Result<Answer<P::Event>, DriverError> {
        let endpoint = self.endpoint.as_ref().ok_or(DriverError::NotStarted)?;
        match endpoint.answers.recv() {
            Ok(answer) => {
                self.timeout = answer.wake;
                Ok(answer)
            }
            Err(_) => Err(self.fallen()),
        }
    }

    /// The endpoint has panicked: what it said.
    fn fallen(&mut self) -> DriverError {
        self.timeout = None;
        let payload = self.endpoint.take().and_then(|endpoint| endpoint.thread.join().err());
        let text = payload.map_or_else(String::new, |payload| {
            let fixed = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            fixed.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
        });
        DriverError::Adapter { code: FAILED.to_owned(), message: format!("panic: {text}") }
    }

    /// Ends the endpoint that runs, and waits for its end.
    fn stop(&mut self) {
        if let Some(Endpoint { asked, answers, thread }) = self.endpoint.take() {
            drop((asked, answers));
            // How it ends is of no interest any more.
            let _ = thread.join();
        }
        self.timeout = None;
    }
}

impl<P: Protocol, G: Guest<P>> Driver<P> for Host<P, G> {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, setup: &P::Setup, seed: Seed) -> Result<(), DriverError> {
        self.stop();
        self.guest.check(setup)?;
        let (asked, inputs) = channel();
        let (outputs, answers) = channel();
        let role = (self.role)(setup);
        let start = Start { guest: self.guest.clone(), setup: setup.clone(), seed, role };
        let thread = Builder::new()
            .name("guest".to_owned())
            .spawn(move || serve::<P, G>(start, &inputs, &outputs))
            .map_err(|error| DriverError::Adapter {
                code: FAILED.to_owned(),
                message: format!("no thread: {error}"),
            })?;
        self.endpoint = Some(Endpoint { asked, answers, thread });
        // What it says before anybody asked is lost, like the words of a program without a user.
        self.hear().map(drop)
    }

    fn step(
        &mut self,
        now: Instant,
        input: Input<'_, P::Command>,
        out: &mut Outbox<P::Event>,
    ) -> Result<(), DriverError> {
        let endpoint = self.endpoint.as_ref().ok_or(DriverError::NotStarted)?;
        let asked = match input {
            Input::Connected { conn, carrier: Carrier::Stream } => Asked::Connected(conn),
            Input::Connected { carrier, .. } => return Err(unsupported(carrier.name())),
            Input::Bytes { conn, bytes, .. } => Asked::Bytes(conn, bytes.to_vec()),
            Input::Disconnected { conn } => Asked::Disconnected(conn),
            Input::Command(command) => Asked::Command(command.clone()),
            Input::Timeout => Asked::Nothing,
        };
        if endpoint.asked.send((now, asked)).is_err() {
            return Err(self.fallen());
        }
        let answer = self.hear()?;
        for produced in answer.produced {
            match produced {
                Produced::Bytes(conn, bytes) => {
                    out.send(conn, StreamId::CONTROL, |to| to.extend_from_slice(&bytes));
                }
                Produced::Event(event) => out.event(event),
                Produced::Shutdown(conn) => out.shutdown(conn),
            }
        }
        answer.refused.map_or(Ok(()), |op| Err(unsupported(&op)))
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.timeout
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        None
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        None
    }
}

impl<P: Protocol, G> Drop for Host<P, G> {
    fn drop(&mut self) {
        if let Some(Endpoint { asked, answers, thread }) = self.endpoint.take() {
            drop((asked, answers));
            let _ = thread.join();
        }
    }
}

fn unsupported(op: &str) -> DriverError {
    DriverError::Unsupported { op: op.to_owned(), declared: false }
}
