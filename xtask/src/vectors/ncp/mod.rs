//! The second source for NCP: readers and writers of both encodings, field tables, digests and
//! ciphers, typed from the texts that define them.
//!
//! Shares no code with `harness/wire` and must not depend on it: two typings of one text that
//! agree are the point.

mod check;
mod codes;
mod coverage;
mod digest;
mod edit;
mod file;
mod json;
mod msgpack;
mod packet;
mod patch;
mod seal;
mod structure;
mod sweep;
mod table;
#[cfg(test)]
mod tests;
mod tree;

pub use check::{run, write};
