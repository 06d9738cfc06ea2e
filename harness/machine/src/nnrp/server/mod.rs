//! The reference server: grants what its setup says, and does the work its commands describe.

mod hello;
mod migrate;
mod opening;
mod patch;
mod port;
mod receive;
mod results;
mod submit;

pub use port::Server;
