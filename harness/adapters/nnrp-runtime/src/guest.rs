//! Who nnrp-runtime is, and how it is set up.

use crate::{client, server};
use wireproof_base::{Duration, Role, Seed};
use wireproof_driver::{Clock, Depth, DriverError, Identity};
use wireproof_host::{Guest, Port};
use wireproof_wire::nnrp::Nnrp;
use wireproof_wire::nnrp::command::Setup;

/// What the crate has a method for. Not in it: lanes, more than one session per connection, the
/// choice of frame ids and of session tags, credentials, a client's FLOW_UPDATE and a server's
/// SESSION_CLOSE, CLOSE, PING, TRANSPORT_PROBE, RESULT_HINT and the cache messages. Its client
/// sends SESSION_MIGRATE on the connection that the session is on already, which moves nothing.
const CAPABILITIES: &[&str] = &[
    "carrier.stream",
    "command.cancel",
    "command.close",
    "command.drop",
    "command.flow",
    "command.hello",
    "command.open",
    "command.patch",
    "command.push",
    "command.submit",
];

/// nnrp-runtime.
///
/// Its recovery announces tokens that it does not send, in both roles, so that a dialogue that
/// asks for resume ends with its first answer. It is therefore left out unless it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Runtime {
    /// Whether sessions can be resumed, as by the default settings of the crate's server.
    pub resume: bool,
}

impl Guest<Nnrp> for Runtime {
    fn identity(&self) -> Identity {
        let resume = self.resume.then_some("command.resume");
        let variant = if self.resume { ", with resume" } else { "" };
        Identity {
            name: format!("nnrp-runtime{variant}, hello by the adapter"),
            version: "1.0.0-preview.3.8".to_owned(),
            roles: vec![Role::Client, Role::Server],
            depths: vec![Depth::Stepped],
            capabilities: CAPABILITIES.iter().copied().chain(resume).map(str::to_owned).collect(),
            clock: Clock::Virtual,
            claims_everything: false,
        }
    }

    /// The crate's server has no settings for these.
    fn check(&self, setup: &Setup) -> Result<(), DriverError> {
        let default = Setup::default();
        let beyond = [
            ("auth", !setup.auth.is_empty()),
            ("max_sessions", setup.max_sessions != default.max_sessions),
            ("connection_credit", setup.connection_credit != 0),
            ("max_body_bytes", setup.max_body_bytes != 0),
            ("best_priority", setup.best_priority != 0),
        ];
        let server = setup.role == Role::Server;
        match beyond.into_iter().find(|(_, asked)| *asked && server) {
            Some((name, _)) => {
                let op = format!("setup.{name}");
                Err(DriverError::Unsupported { op, declared: false })
            }
            None => Ok(()),
        }
    }

    /// The crate has no timers.
    fn tick(&self) -> Option<Duration> {
        None
    }

    async fn run(self, mut setup: Setup, _seed: Seed, port: Port<Nnrp>) {
        if !self.resume {
            setup.resume_window_ms = 0;
        }
        match setup.role {
            Role::Client => client::run(self.resume, port).await,
            Role::Server => server::run(setup, port).await,
        }
    }
}
