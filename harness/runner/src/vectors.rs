//! Vectors: bytes with the result a codec must come to, and the judge of them.

pub(crate) mod case;
mod judge;
mod load;
mod model;
pub mod sweep;

pub use judge::{Same, judge};
pub use load::load_dir;
pub use model::{Direction, Expected, Refusal, Vector};
