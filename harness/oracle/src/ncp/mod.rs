//! The judge of NCP 0.4 and of what the frames around it share with it.
//!
//! `packet` decodes, `model` keeps what each node has said and heard, `invariants` holds one
//! property per file, `judge` puts them together. Every node is judged by what crossed its own
//! boundary and by nothing else, so nobody is blamed for what he could not know (`OP-22`).

mod check;
mod framing;
mod http;
mod invariants;
mod judge;
mod markers;
mod model;
mod packet;

pub use judge::Judge;

#[cfg(test)]
mod tests;
