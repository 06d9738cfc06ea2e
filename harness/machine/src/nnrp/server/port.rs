//! The server as an endpoint.

use crate::nnrp::endpoint::{Core, handle};
use wireproof_base::{Endpoint, Input, Instant, Outbox, Role, Seed};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

/// The server side of NNRP/1-preview3.
///
/// One server holds the sessions of all its connections, so that a lost one is found from
/// another. After every [`Endpoint::handle`], drain the outbox and ask
/// [`Endpoint::poll_timeout`].
#[derive(Debug)]
pub struct Server {
    pub(super) core: Core,
    /// Highest session number given so far.
    pub(super) last_session: u32,
    /// How many tokens have been given out.
    pub(super) tokens: u32,
}

impl Server {
    /// A server without connections.
    pub fn new(setup: &Setup, seed: Seed) -> Self {
        Self { core: Core::new(setup, seed, Role::Server), last_session: 0, tokens: 0 }
    }

    /// As new, keeping memory.
    pub fn reset(&mut self, setup: &Setup, seed: Seed) {
        self.core.reset(setup, seed);
        self.last_session = 0;
        self.tokens = 0;
    }
}

impl Endpoint<Nnrp> for Server {
    fn handle(&mut self, now: Instant, input: Input<'_, Command>, out: &mut Outbox<Event>) {
        handle(self, now, input, out);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.core.timers.wake()
    }
}
