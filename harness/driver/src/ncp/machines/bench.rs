//! The machines there are, by name.

use super::{
    anchor_cache, connection, entities, negotiation, registry, stream_receiver, stream_sender,
    subscription,
};
use crate::bench::{self, Created, Mechanics};
use serde_json::Value;
use wireproof_wire::ncp::Ncp;

/// Every machine that was created.
pub type Bench = bench::Bench<Ncp>;

impl Mechanics for Ncp {
    fn make(machine: &str, config: Value) -> Option<Created> {
        Some(match machine {
            "anchor_cache" => anchor_cache::create(config),
            "connection" => connection::create(config),
            "entities" => entities::create(config),
            "negotiation" => negotiation::create(config),
            "registry" => registry::create(config),
            "stream_receiver" => stream_receiver::create(config),
            "stream_sender" => stream_sender::create(config),
            "subscription" => subscription::create(config),
            _ => return None,
        })
    }
}
