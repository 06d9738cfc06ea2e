//! Drivers across the boundary of a process, and the page that describes it.

// The testbed is shared with the unit tests and names things from the root of its crate.
use wireproof_driver::nnrp::Traffic;
use wireproof_driver::{Action, Driver, Workload, hex};

#[path = "../../src/nnrp/testbed.rs"]
mod testbed;

mod live;
mod misbehaviour;
mod ncp_page;
mod page;
mod protocol_page;
mod same_as_in_process;
