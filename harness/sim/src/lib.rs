//! The deterministic kernel: order, chance, faults and the network of a run.
//!
//! It moves opaque bytes between nodes in virtual time and knows no protocol. Everything that
//! happens follows from its inputs: no clock, no thread, no float, no unordered map.
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod hash;
pub mod link;
pub mod network;
pub mod plan;
pub mod profile;
pub mod queue;
pub mod rng;

pub use hash::{TraceHash, first_difference};
pub use network::{
    Applied, Chunking, Delivery, FaultSource, LinkConfig, Network, Rate, Slot, What,
};
pub use plan::{Fault, FaultKey, FaultKind, Plan, Site, Stage, TokenError, Way};
pub use profile::{Kind, Preset, Profile, ProfileLimits};
pub use queue::EventQueue;
pub use rng::Rng;
