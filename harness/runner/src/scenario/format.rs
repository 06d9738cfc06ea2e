//! The format of scenario files: YAML as trees with places, read with limits.

pub mod de;
pub mod node;
pub mod yaml;

pub use de::{Numbers, from_node};
pub use node::{Key, Node, Tree};
pub use yaml::{Limits, parse};
