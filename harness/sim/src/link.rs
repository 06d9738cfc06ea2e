//! The elements that links are made of, one file each.
//!
//! An element holds bounds and turns chance into one [`Fault`](crate::Fault), or, for `rate` and
//! `mtu`, describes what a link does without any chance.

pub mod corrupt;
pub mod delay;
pub mod duplicate;
pub mod kill;
pub mod loss;
pub mod mtu;
pub mod partition;
pub mod rate;
pub mod rebind;
pub mod rechunk;
pub mod reorder;
pub mod stall;
#[cfg(test)]
mod tests;
pub mod truncate;
