//! NPS NCP 0.4: its drivers, its frames by name, its mutants and its traffic.

mod build;
mod commands;
mod defaults;
mod fields;
mod http;
mod machines;
mod mutant;
mod names;
mod needs;
mod packet;
mod path;
mod payload;
mod reference;
mod same;
mod seal;
mod sign;
mod speaks;
mod spec;
mod structures;
mod vectors;
mod workload;

pub use names::CAPABILITIES;
pub use reference::Reference;
pub use structures::STRUCTURES;
pub use vectors::Codec;
pub use workload::{Config as TrafficConfig, Traffic};

#[cfg(test)]
mod tests;
