//! Many executions of one SUT: scenarios times roles times seeds, joined into a report.

mod certify;
mod detail;
mod jobs;
mod judge;
pub mod merge;
mod replay;
mod shrink;
pub mod sweep;
mod workers;

pub(crate) use detail::{Detail, join};
pub(crate) use jobs::Jobs;
pub use judge::{Options, Progress, RunError, judge};
pub use replay::{Replay, ReplayError, replay};
pub use workers::Silent;
pub(crate) use workers::{Bench, one};
