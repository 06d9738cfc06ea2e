//! Depth `machines` of the reference: the machines of `machine` under the events of
//! `PROTOCOL.md`.

mod bench;
mod cache;
mod flow;
mod form;
mod operation;
mod policy;
mod probing;
mod recovery;
mod schema;
mod states;

pub use bench::Bench;

#[cfg(test)]
mod tests;
