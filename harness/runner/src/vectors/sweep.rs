//! Sweeps: the broken forms of a valid vector in groups, one kind of fault each.
//!
//! A group is judged as a vector of its own id: every one of its forms has to be refused, and the
//! report names those that are not.

mod judge;
mod load;
mod model;
mod numbers;
#[cfg(test)]
mod tests;

pub use judge::judge;
pub use load::load_dir;
pub use model::{Edit, Group, Order, Spot, Sweep, write};
