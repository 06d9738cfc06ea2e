//! The reference client: dials nothing, sends what it is commanded to, and reports what comes.

mod control;
mod hello;
mod migrate;
mod opening;
mod port;
mod receive;
mod results;
mod submit;

pub use port::Client;
