//! Generated traffic: the applications of a client and a server, played from one seed.
//!
//! A connection is opened, greeted, and filled with sessions; sessions submit on several lanes
//! until their share of the operations is done, while the server answers, drops, hints and turns
//! the flow of all three scopes up and down. Connections are killed and found again with hello
//! and resume. Nothing waits without a limit: whatever the network does, `Done` comes.

mod agenda;
mod config;
mod link;
mod server;
mod sessions;
mod traffic;

pub use config::Config;
pub use traffic::Traffic;

#[cfg(test)]
mod tests;
