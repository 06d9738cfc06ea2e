//! The in-process driver of our own endpoints.

use super::machines::Bench;
use super::names::CAPABILITIES;
use super::vectors::Codec;
use crate::{Clock, Depth, Driver, DriverError, Identity, Machines, Vectors};
use wireproof_base::{Endpoint, Input, Instant, Outbox, Role, Seed};
use wireproof_machine::nnrp::{Client, Server};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

/// The reference: a peer for every SUT, and a SUT itself.
pub struct Reference {
    identity: Identity,
    client: Option<Client>,
    server: Option<Server>,
    active: Option<Role>,
    codec: Codec,
    bench: Bench,
}

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

impl Reference {
    /// Without an endpoint yet.
    pub fn new() -> Self {
        let identity = Identity {
            name: "reference".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            roles: vec![Role::Client, Role::Server],
            depths: vec![Depth::Vectors, Depth::Machines, Depth::Stepped],
            capabilities: CAPABILITIES.iter().map(|&name| name.to_owned()).collect(),
            clock: Clock::Virtual,
            claims_everything: false,
        };
        Self {
            identity,
            client: None,
            server: None,
            active: None,
            codec: Codec,
            bench: Bench::default(),
        }
    }

    /// The same under another name.
    pub(super) fn renamed(name: String) -> Self {
        let mut reference = Self::new();
        reference.identity.name = name;
        reference
    }

    fn endpoint(&mut self) -> Option<&mut dyn Endpoint<Nnrp>> {
        match self.active? {
            Role::Client => self.client.as_mut().map(|client| client as _),
            Role::Server => self.server.as_mut().map(|server| server as _),
        }
    }
}

impl Driver<Nnrp> for Reference {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, setup: &Setup, seed: Seed) -> Result<(), DriverError> {
        match setup.role {
            Role::Client => match &mut self.client {
                Some(client) => client.reset(setup, seed),
                None => self.client = Some(Client::new(setup, seed)),
            },
            Role::Server => match &mut self.server {
                Some(server) => server.reset(setup, seed),
                None => self.server = Some(Server::new(setup, seed)),
            },
        }
        self.active = Some(setup.role);
        Ok(())
    }

    fn step(
        &mut self,
        now: Instant,
        input: Input<'_, Command>,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        self.endpoint().ok_or(DriverError::NotStarted)?.handle(now, input, out);
        Ok(())
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.endpoint()?.poll_timeout()
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        Some(&mut self.codec)
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        Some(&mut self.bench)
    }
}
