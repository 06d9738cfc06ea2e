//! Runs an implementation written on tokio at depth `stepped`, in virtual time.
//!
//! A [`Guest`] is the glue to one implementation: it takes connections and commands from a
//! [`Port`] and reports events to it. [`Host`] makes a [`wireproof_driver::Driver`] of it. The
//! guest sits on a paused tokio runtime of its own, its sockets are those of turmoil's network
//! stack, and every fault comes from the harness's links. Nothing here knows a protocol, and
//! nothing but adapters depends on this crate: tokio never enters the judge.

mod guest;
mod host;
mod idle;
mod shell;
mod stage;

#[cfg(test)]
mod tests;

pub use guest::{Guest, Listener, Order, Port, Reports};
pub use host::Host;
/// The sockets that a guest has in place of tokio's.
pub use turmoil_net::shim::tokio::net;
