//! What a defect has seen so far. Forgotten with every start.

use std::collections::BTreeMap;
use wireproof_base::{ConnId, StreamId};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::Setup;

/// Notes of one defect; each uses what it needs.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The setup as it was asked for.
    pub setup: Setup,
    /// A number.
    pub number: u64,
    /// Numbers by name: of a stream, a schema, a connection.
    pub numbers: BTreeMap<String, u64>,
    /// Names seen, in order.
    pub names: Vec<String>,
    /// Frames kept, and where they came or went.
    pub kept: Vec<(ConnId, StreamId, Vec<u8>)>,
    /// Events kept.
    pub events: Vec<Event>,
}

impl Memory {
    /// Counts under `name`: how often it was counted before.
    pub fn count(&mut self, name: impl Into<String>) -> u64 {
        let number = self.numbers.entry(name.into()).or_default();
        *number += 1;
        *number - 1
    }

    /// Whether `name` was noted before; notes it.
    pub fn knows(&mut self, name: &str) -> bool {
        let known = self.names.iter().any(|known| known == name);
        if !known {
            self.names.push(name.to_owned());
        }
        known
    }
}
