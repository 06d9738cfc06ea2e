//! Depth `machines` of the reference: the machines of `machine` under the events of
//! `PROTOCOL-ncp.md`.

mod anchor_cache;
mod bench;
mod connection;
mod entities;
mod form;
mod negotiation;
mod registry;
mod stream_receiver;
mod stream_sender;
mod subscription;

pub use bench::Bench;

#[cfg(test)]
mod tests;
