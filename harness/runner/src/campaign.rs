//! Many executions of one SUT: scenarios times roles times seeds, joined into a report.

mod certify;
mod detail;
mod jobs;
mod judge;
mod replay;
mod shrink;
mod workers;

pub use judge::{Options, Progress, RunError, judge};
pub use replay::{Replay, ReplayError, replay};
pub use workers::Silent;
