//! The rules of a protocol as data, and what covers them.

mod coverage;
mod load;
mod model;
pub mod published;
pub mod table;
#[cfg(test)]
mod tests;

pub use coverage::{Check, CheckKind, Coverage, Explanation};
pub use load::load;
pub use model::{Class, ReadingNote, Requirement, Requirements};
