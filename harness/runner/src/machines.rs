//! Scenarios at depth `machines`: one state machine, called directly.

mod judge;

pub use judge::judge;
