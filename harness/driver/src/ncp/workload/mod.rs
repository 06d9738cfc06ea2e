//! Generated traffic: the applications of an Agent and a Node, played from one seed.
//!
//! The Node publishes schemas, replaces them and takes some away, while connections are opened side
//! by side and greeted. Agents fetch schemas, query, act and subscribe; the Node answers in order,
//! refuses, streams with and without windows, and pushes diffs. Consumers are slow, give up or
//! stop early; senders break off; both open streams. Connections are closed and killed, and
//! subscriptions resumed on the next one. Both applications keep the rules. Nothing waits without
//! a limit: `Done` comes. Encodings and encryption are for the setups of the scenario.

mod agent;
mod config;
mod ids;
mod link;
mod node;
mod shelf;
mod stream;
mod subscription;
mod traffic;

pub use config::Config;
pub use traffic::Traffic;

#[cfg(test)]
pub(super) mod tests;
