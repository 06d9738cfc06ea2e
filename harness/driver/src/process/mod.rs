//! SUTs in other processes, over the adapter protocol of `PROTOCOL.md`.
//!
//! Strictly one reply per request. Whatever the process does wrong has an error of its own, ends
//! its whole process group, and leaves the harness standing; the next `start` spawns afresh.

mod exchange;
mod lines;
mod link;
mod listen;
mod options;
mod sut;
mod tail;

pub use link::{CONNECT_PLACEHOLDER, CONNECT_VARIABLE};
pub use options::Options;
pub use sut::Process;
