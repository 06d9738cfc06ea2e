//! What a run leaves behind: one document, and texts rendered from it without running again.

pub mod diagram;
mod file;
pub mod model;
#[cfg(test)]
mod tests;
pub mod text;

pub(crate) use file::replace;
pub use file::{WriteError, write};
pub use model::{Case, CaseKind, Failure, RunReport, Sut};
