//! The Node as an endpoint.

use super::subscriptions::Subscription;
use crate::ncp::endpoint::{Core, handle};
use alloc::vec::Vec;
use wireproof_base::{Endpoint, Input, Instant, Outbox, Role, Seed};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::{Command, Event, Ncp};

/// The server side of NCP 0.4 and of what NWP puts on it.
///
/// Schemas and subscriptions belong to the Node, not to a connection: whoever lost one finds them
/// from another. After every [`Endpoint::handle`], drain the outbox and ask
/// [`Endpoint::poll_timeout`].
#[derive(Debug)]
pub struct Node {
    pub(super) core: Core,
    pub(super) subscriptions: Vec<Subscription>,
}

impl Node {
    /// A Node without connections and schemas.
    pub fn new(setup: &Setup, seed: Seed) -> Self {
        Self { core: Core::new(setup, seed, Role::Server), subscriptions: Vec::new() }
    }

    /// As new, keeping memory.
    pub fn reset(&mut self, setup: &Setup, seed: Seed) {
        self.core.reset(setup, seed);
        self.subscriptions.clear();
    }
}

impl Endpoint<Ncp> for Node {
    fn handle(&mut self, now: Instant, input: Input<'_, Command>, out: &mut Outbox<Event>) {
        handle(self, now, input, out);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let heartbeats = self.subscriptions.iter().filter_map(Subscription::due);
        heartbeats.chain(self.core.wake()).min()
    }
}
