//! The network: nodes, connections, and what happens on the way.

mod arrive;
mod buffers;
mod conn;
mod delivery;
mod event;
mod heal;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod transmit;
mod world;

pub use crate::link::rate::Rate;
pub use delivery::{Applied, Delivery, Slot, What};
pub use settings::{Chunking, LinkConfig};
pub use source::FaultSource;
pub use world::Network;
