//! The client as an endpoint.

use crate::nnrp::endpoint::{Core, handle};
use wireproof_base::{Endpoint, Input, Instant, Outbox, Role, Seed};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

/// The client side of NNRP/1-preview3.
///
/// After every [`Endpoint::handle`], drain the outbox and ask [`Endpoint::poll_timeout`]. A
/// command that the state forbids sends nothing; submits, opens and puts say so with an event.
#[derive(Debug)]
pub struct Client {
    pub(super) core: Core,
}

impl Client {
    /// A client without connections.
    pub fn new(setup: &Setup, seed: Seed) -> Self {
        Self { core: Core::new(setup, seed, Role::Client) }
    }

    /// As new, keeping memory.
    pub fn reset(&mut self, setup: &Setup, seed: Seed) {
        self.core.reset(setup, seed);
    }
}

impl Endpoint<Nnrp> for Client {
    fn handle(&mut self, now: Instant, input: Input<'_, Command>, out: &mut Outbox<Event>) {
        handle(self, now, input, out);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.core.timers.wake()
    }
}
