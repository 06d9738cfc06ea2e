//! NPS NCP 0.4: one file per state machine of reference section 8, and the two endpoints that are
//! composed of them.

pub mod agent;
pub mod anchor_cache;
pub mod companion;
pub mod connection;
pub mod entities;
pub mod framing;
pub mod handshake;
pub mod negotiation;
pub mod node;
pub mod refusal;
pub mod registry;
pub mod sealing;
pub mod slots;
pub mod stream_receiver;
pub mod stream_sender;
pub mod subscription;

mod endpoint;

pub use agent::Agent;
pub use node::Node;
pub use refusal::Refusal;

#[cfg(test)]
mod samples;
