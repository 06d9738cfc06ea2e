//! NNRP/1-preview3: its drivers, its frames by name, its mutants and its traffic.

mod build;
mod captured;
mod classic;
mod commands;
mod decode;
mod defaults;
mod encode;
mod json;
mod machines;
mod mutant;
mod names;
mod needs;
mod reference;
mod sense;
mod speaks;
mod structures;
mod vectors;
mod workload;

pub use names::CAPABILITIES;
pub use reference::Reference;
pub use structures::STRUCTURES;
pub use vectors::Codec;
pub use workload::{Config as TrafficConfig, Traffic};

#[cfg(test)]
mod probe;
#[cfg(test)]
mod testbed;
#[cfg(test)]
mod tests;
