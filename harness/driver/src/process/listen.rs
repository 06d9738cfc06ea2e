//! Adapters whose endpoints are servers on loopback: the depth `live`.

use super::Process;
use super::exchange::garbage;
use crate::adapter::Listening;
use crate::live::Wire;
use crate::{Clock, DriverError, Identity, Speaks};
use serde_json::{Value, json};
use wireproof_base::Role;

impl<P: Speaks> Process<P> {
    /// A fresh server, after the end of the one before.
    pub(super) fn listen(&mut self, setup: Value) -> Result<(), DriverError> {
        if self.wire.take().is_some() {
            self.ask::<Value>("stop", json!({})).map_err(declared)?;
        }
        let Listening { address } =
            self.ask("listen", json!({ "setup": setup })).map_err(declared)?;
        let Ok(parsed) = address.parse() else {
            let error = garbage("listen", address.as_bytes(), "an address with a port");
            return Err(self.fail(error));
        };
        self.wire = Some(Wire::new(parsed));
        Ok(())
    }
}

/// The operations come with the depth itself.
fn declared(error: DriverError) -> DriverError {
    match error {
        DriverError::Unsupported { op, .. } => DriverError::Unsupported { op, declared: true },
        other => other,
    }
}

/// What is left of the claims of a SUT that is only reached through bytes: it listens, on a byte
/// stream, in real time, and nobody commands it.
pub fn hide(mut identity: Identity) -> Identity {
    if identity.is_black_box() {
        identity.roles.retain(|&role| role == Role::Server);
        identity.capabilities.retain(|name| {
            name == "carrier.stream"
                || !name.starts_with("carrier.") && !name.starts_with("command.")
        });
        identity.clock = Clock::Wall;
    }
    identity
}
