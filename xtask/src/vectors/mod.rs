//! The second source of the vectors: builds bytes from their fields with field tables of its own.
//!
//! Shares no code with `harness/wire` and must not depend on it: two typings of one table that
//! agree are the point.

mod body;
mod bytes;
mod check;
mod coverage;
mod edit;
mod every;
mod file;
mod ncp;
mod packet;
mod section;
mod structure;
mod sweep;
mod table;
#[cfg(test)]
mod tests;

pub use bytes::digits;
pub use every::{run, write};
