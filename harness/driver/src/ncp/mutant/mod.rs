//! Mutants: the reference with one named defect each, to prove that a check can fail.
//!
//! The reference itself is free of test switches; each defect sits in an interposer around it.

mod list;

pub use list::{list, open};
