//! The in-process driver of our own endpoints.

use super::machines::Bench;
use super::names::CAPABILITIES;
use super::vectors::Codec;
use crate::{Clock, Depth, Driver, DriverError, Identity, Machines, Vectors};
use wireproof_base::{Endpoint, Input, Instant, Outbox, Role, Seed};
use wireproof_machine::ncp::{Agent, Node};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::{Command, Event, Ncp};

/// The reference: a peer for every SUT, and a SUT itself.
pub struct Reference {
    identity: Identity,
    agent: Option<Agent>,
    node: Option<Node>,
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
            agent: None,
            node: None,
            active: None,
            codec: Codec,
            bench: Bench::default(),
        }
    }

    fn endpoint(&mut self) -> Option<&mut dyn Endpoint<Ncp>> {
        match self.active? {
            Role::Client => self.agent.as_mut().map(|agent| agent as _),
            Role::Server => self.node.as_mut().map(|node| node as _),
        }
    }
}

impl Driver<Ncp> for Reference {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, setup: &Setup, seed: Seed) -> Result<(), DriverError> {
        match setup.role {
            Role::Client => match &mut self.agent {
                Some(agent) => agent.reset(setup, seed),
                None => self.agent = Some(Agent::new(setup, seed)),
            },
            Role::Server => match &mut self.node {
                Some(node) => node.reset(setup, seed),
                None => self.node = Some(Node::new(setup, seed)),
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
