//! NPS NCP 0.4: its drivers, its frames by name, its mutants and its traffic.

mod build;
mod commands;
mod defaults;
mod fields;
mod machines;
mod mutant;
mod names;
mod needs;
mod packet;
mod path;
mod payload;
mod same;
mod seal;
mod spec;
mod structures;
mod vectors;

pub use names::CAPABILITIES;
pub use structures::STRUCTURES;
pub use vectors::Codec;

#[cfg(test)]
mod tests;
