//! Generated traffic: the applications of both sides, played from one seed.

use serde_json::Value;
use wireproof_base::{Carrier, ConnId, Instant, Protocol, Role, Seed};

/// What generated traffic wants next.
#[derive(Clone, Debug, PartialEq)]
pub enum Action<P: Protocol> {
    /// A new connection.
    Connect {
        /// Of this kind.
        carrier: Carrier,
    },
    /// The connection is lost.
    Kill {
        /// Which.
        conn: ConnId,
    },
    /// A command to one side.
    Command {
        /// Which side.
        node: Role,
        /// What it is to do.
        command: P::Command,
    },
    /// Nothing before `until`, unless an event comes first.
    Wait {
        /// When to ask again.
        until: Instant,
    },
    /// Nothing ever again.
    Done,
}

/// A source of traffic. Whoever runs it asks `next` at the start and after every event, until it
/// answers `Wait` or `Done`; connections are numbered in the order of the `Connect` actions.
///
/// It draws from its own generator alone and ends under any faults: every wait has a limit.
pub trait Workload<P: Protocol> {
    /// Takes its settings; a mistake is described for the author of the scenario.
    fn configure(&mut self, config: &Value, seed: Seed) -> Result<(), String>;

    /// Gets ready for another run with the settings it has.
    fn reset(&mut self, seed: Seed);

    /// Sees an event that `node` reported.
    fn observe(&mut self, now: Instant, node: Role, event: &P::Event);

    /// What is wanted now.
    fn next(&mut self, now: Instant) -> Action<P>;
}
