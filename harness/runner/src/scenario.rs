//! Scenarios: one behaviour each, as data.
//!
//! [`load_dir`] reads the folder of a protocol into [`Scenario`]s, one per variant of the matrix.
//! Reading is complete: a file that loads can be run, and a file that does not load is explained
//! with the place and the line of every mistake.

pub mod broken;
pub mod duration;
pub mod error;
pub mod format;
pub mod load;
pub mod matrix;
pub mod model;
pub mod pattern;
pub mod place;
pub mod read;
pub mod schema;
pub mod shape;
mod vocabulary;

pub use error::{LoadError, Problem, render_all};
pub use load::{load_dir, load_files};
pub use model::{Expect, Faults, Located, Peer, Reaction, Scenario, Setups, Sight, Step};
pub use pattern::{EventPattern, FramePattern, Literal};
pub use place::{Place, Source};
pub use vocabulary::Vocabulary;
