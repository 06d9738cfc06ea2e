//! An in-process driver that hides everything but its listening server.

use crate::{Clock, Depth, Driver, DriverError, Identity, Machines, Speaks, Vectors};
use wireproof_base::{Input, Instant, Outbox, Role, Seed};

/// What declares depth `live` and nothing else; only [`crate::serve`] can do something with it.
#[derive(Clone, Debug)]
pub struct Offered {
    identity: Identity,
}

impl Offered {
    /// In place of a driver with that identity.
    pub fn new(identity: &Identity) -> Self {
        let identity = Identity {
            roles: vec![Role::Server],
            depths: vec![Depth::Live],
            capabilities: ["carrier.stream".to_owned()].into(),
            clock: Clock::Wall,
            ..identity.clone()
        };
        Self { identity }
    }
}

fn hidden<T>(op: &str) -> Result<T, DriverError> {
    Err(DriverError::Unsupported { op: op.to_owned(), declared: false })
}

impl<P: Speaks> Driver<P> for Offered {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, _: &P::Setup, _: Seed) -> Result<(), DriverError> {
        hidden("start")
    }

    fn step(
        &mut self,
        _: Instant,
        _: Input<'_, P::Command>,
        _: &mut Outbox<P::Event>,
    ) -> Result<(), DriverError> {
        hidden("step")
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        None
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        None
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        None
    }
}
