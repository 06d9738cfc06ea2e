//! The Agent as an endpoint.

use crate::ncp::endpoint::{Core, handle};
use wireproof_base::{Endpoint, Input, Instant, Outbox, Role, Seed};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::{Command, Event, Ncp};

/// The client side of NCP 0.4 and of what NWP puts on it.
///
/// After every [`Endpoint::handle`], drain the outbox and ask [`Endpoint::poll_timeout`]. A
/// command that cannot be carried out sends nothing and says so.
#[derive(Debug)]
pub struct Agent {
    pub(super) core: Core,
}

impl Agent {
    /// An Agent without connections.
    pub fn new(setup: &Setup, seed: Seed) -> Self {
        Self { core: Core::new(setup, seed, Role::Client) }
    }

    /// As new, keeping memory.
    pub fn reset(&mut self, setup: &Setup, seed: Seed) {
        self.core.reset(setup, seed);
    }
}

impl Endpoint<Ncp> for Agent {
    fn handle(&mut self, now: Instant, input: Input<'_, Command>, out: &mut Outbox<Event>) {
        handle(self, now, input, out);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.core.wake()
    }
}
