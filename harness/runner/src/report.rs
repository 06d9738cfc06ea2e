//! What a run leaves behind: one document, and texts rendered from it without running again.

pub mod campaign;
pub mod diagram;
mod file;
pub mod model;
#[cfg(test)]
mod tests;
pub mod text;

pub(crate) use file::replace;
pub use file::{ReadError, WriteError, read, write};
pub use model::{CampaignReport, Case, CaseKind, Failure, FailureKind, RunReport, Sut};
