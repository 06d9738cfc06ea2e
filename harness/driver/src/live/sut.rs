//! The driver of a server that listens already.

use super::wire::Wire;
use crate::{Clock, Depth, Driver, DriverError, Identity, Machines, Speaks, StartError, Vectors};
use serde_json::Value;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;
use wireproof_base::{Input, Instant, Outbox, Role, Seed};

/// Starts the specification of such a driver.
pub const SPECIFICATION: &str = "live:";
/// How long the server may take to be reached.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server that somebody else started, with the default setup.
pub struct Live<P: Speaks> {
    spec: String,
    address: SocketAddr,
    identity: Identity,
    wire: Option<Wire<P>>,
}

impl<P: Speaks> Live<P> {
    /// The server at `address`, which must be reachable.
    pub fn open(address: &str) -> Result<Self, DriverError> {
        let spec = format!("{SPECIFICATION}{address}");
        let failed =
            |kind| DriverError::Start { spec: spec.clone(), reason: StartError::Connect(kind) };
        let mut found = address.to_socket_addrs().map_err(|error| failed(error.kind()))?;
        let address = found.next().ok_or_else(|| failed(ErrorKind::NotFound))?;
        TcpStream::connect_timeout(&address, PATIENCE).map_err(|error| failed(error.kind()))?;
        let identity = Identity {
            name: spec.clone(),
            version: String::new(),
            roles: vec![Role::Server],
            depths: vec![Depth::Live],
            capabilities: ["carrier.stream".to_owned()].into(),
            clock: Clock::Wall,
            claims_everything: false,
        };
        Ok(Self { spec, address, identity, wire: None })
    }
}

impl<P: Speaks> Driver<P> for Live<P> {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, setup: &P::Setup, _: Seed) -> Result<(), DriverError> {
        let wanted = serde_json::to_value(setup).unwrap_or_default();
        if wanted.get("role").is_some_and(|role| role != Role::Server.name()) {
            return Err(DriverError::Start { spec: self.spec.clone(), reason: StartError::Role });
        }
        let plain = serde_json::to_value(P::Setup::default()).unwrap_or_default();
        if without_role(wanted) != without_role(plain) {
            let op = "setup that is not the default".to_owned();
            return Err(DriverError::Unsupported { op, declared: false });
        }
        self.wire = Some(Wire::new(self.address));
        Ok(())
    }

    fn step(
        &mut self,
        now: Instant,
        input: Input<'_, P::Command>,
        out: &mut Outbox<P::Event>,
    ) -> Result<(), DriverError> {
        self.wire.as_mut().ok_or(DriverError::NotStarted)?.step(now, &input, out)
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        Some(self.wire.as_ref()?.poll_timeout())
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        None
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        None
    }
}

fn without_role(mut setup: Value) -> Value {
    if let Some(fields) = setup.as_object_mut() {
        fields.remove("role");
    }
    setup
}
