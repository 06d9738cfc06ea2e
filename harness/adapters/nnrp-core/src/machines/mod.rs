//! Depth `machines`: the state machines of nnrp-core that can be driven by themselves.
//!
//! Of flow control nnrp-core has only the routing check, of leases and recovery only checks of
//! single values, and its connections begin where the hello has ended and know no loss: none of
//! those is declared.

mod machine;
mod operation;
mod schema;
mod session;

pub use machine::{Machine, create};
