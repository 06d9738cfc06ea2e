//! Generated traffic: the applications of a client and a server, played from one seed.
//!
//! Connections are opened side by side, greeted, and filled with sessions; sessions submit on
//! several lanes until their share of the operations is done, put objects into the cache and move
//! between connections, while the server answers, drops, hints and turns the flow of all three
//! scopes up and down. Connections are closed and killed, and found again with hello and resume.
//! Both applications keep the rules. Nothing waits without a limit: `Done` comes.

mod cache;
mod client;
mod config;
mod events;
mod flow;
mod link;
mod opening;
mod server;
mod session;
mod traffic;

pub use config::Config;
pub use traffic::Traffic;

#[cfg(test)]
mod tests;
