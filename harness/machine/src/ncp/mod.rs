//! NPS NCP 0.4: one file per state machine of reference section 8, and the two endpoints that are
//! composed of them.

pub mod anchor_cache;
pub mod connection;
pub mod entities;
pub mod handshake;
pub mod negotiation;
pub mod refusal;
pub mod registry;
pub mod slots;
pub mod stream_receiver;
pub mod stream_sender;
pub mod subscription;

pub use refusal::Refusal;

#[cfg(test)]
mod samples;
