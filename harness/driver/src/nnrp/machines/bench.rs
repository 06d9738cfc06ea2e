//! The machines there are, by name.

use super::{cache, flow, operation, policy, probing, recovery, schema, states};
use crate::bench::{self, Created, Mechanics};
use serde_json::Value;
use wireproof_wire::nnrp::Nnrp;

pub use crate::bench::Machine;

/// Every machine that was created.
pub type Bench = bench::Bench<Nnrp>;

impl Mechanics for Nnrp {
    fn make(machine: &str, config: Value) -> Option<Created> {
        Some(match machine {
            "operation" => operation::create(config),
            "flow" => flow::create(config),
            "schema" => schema::create(config),
            "cache" => cache::create(config),
            "session" => states::create_session(config),
            "connection" => states::create_connection(config),
            "recovery" => recovery::create(config),
            "policy" => policy::create(config),
            "probing" => probing::create(config),
            _ => return None,
        })
    }
}
