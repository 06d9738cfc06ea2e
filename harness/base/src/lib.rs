//! Vocabulary shared by every crate of the harness.
//!
//! Time, identities, the port of an endpoint, the record of what crossed it, verdicts. No
//! behaviour and no protocol: what a byte means is the business of `wire`.
#![no_std]
extern crate alloc;

pub mod finding;
pub mod id;
pub mod port;
pub mod protocol;
pub mod time;
pub mod trace;
pub mod verdict;

pub use finding::{Citation, CrossingOf, Finding, Judge};
pub use id::{ConnId, NodeId, Role, Seed, StreamId};
pub use port::{Carrier, Endpoint, Input, Op, Outbox};
pub use protocol::Protocol;
pub use time::{Duration, Instant};
pub use trace::{Crossing, Record, Trace};
pub use verdict::{Level, Verdict};
