//! The port to a system under test.
//!
//! [`Driver`] is what every SUT looks like to the harness; [`Speaks`] is what a protocol adds for
//! it: its drivers, its mutants, its frames by name. [`process`] reaches programs in other
//! languages over the adapter protocol of `PROTOCOL.md`, [`serve`] is the other end of it.
//! [`live`] reaches servers on loopback TCP in wall-clock time.

mod agenda;
mod bench;
mod nearest;

pub mod adapter;
pub mod driver;
pub mod error;
pub mod frame_spec;
pub mod hex;
pub mod identity;
pub mod live;
pub mod ncp;
pub mod nnrp;
pub mod process;
pub mod serve;
pub mod speaks;
pub mod words;
pub mod workload;

pub use driver::{Driver, Machines, Refused, Vectors};
pub use error::{DriverError, Fault, StartError};
pub use frame_spec::{FrameError, FrameSpec};
pub use identity::{Clock, Depth, Identity};
pub use speaks::{DefectLevel, MutantInfo, Speaks};
pub use workload::{Action, Workload};

#[cfg(test)]
mod tests;
