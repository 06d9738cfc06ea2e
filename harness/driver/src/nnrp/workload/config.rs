//! Settings of generated traffic. Every one has a default; rates are percentages.

use serde::Deserialize;
use wireproof_base::Carrier;

macro_rules! settings {
    (
        $($(#[doc = $doc:literal])+ $field:ident : $ty:ty = $default:expr,)*
        rates: $($(#[doc = $says:literal])+ $rate:ident = $percent:expr,)*
    ) => {
        /// What `workload:` of a scenario takes.
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $field: $ty,)*
            $($(#[doc = $says])+ pub $rate: u32,)*
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($field: $default,)* $($rate: $percent,)* }
            }
        }

        impl Config {
            /// The percentages with their names.
            fn rates(&self) -> impl Iterator<Item = (&'static str, u32)> {
                [$((stringify!($rate), self.$rate)),*].into_iter()
            }
        }
    };
}

settings! {
    /// Operations to submit in all.
    operations: u32 = 40,
    /// Sessions to open.
    sessions: u32 = 3,
    /// Lanes used by each.
    lanes: u16 = 2,
    /// Connections used side by side.
    connections: u32 = 2,
    /// Kind of connection.
    carrier: Carrier = Carrier::Stream,
    /// Connections to kill on purpose.
    kills: u32 = 1,
    /// Connections to close while they are busy.
    shutdowns: u32 = 1,
    /// Nothing that an endpoint can do without: opens with no wish but the anchor schema, frame ids
    /// without gaps, closes by the client alone, no CLOSE at the end.
    plain: bool = false,
    /// Credentials that the server asks for.
    auth: String = String::new(),
    /// Longest time between two actions of the client, in microseconds.
    gap_us: u32 = 4_000,
    /// Longest time until the server answers, in microseconds.
    service_us: u32 = 20_000,
    /// Longest payload in bytes.
    payload: u32 = 24,
    /// Virtual time after which nothing new is started, in ms.
    limit_ms: u32 = 8_000,
    rates:
    /// Results that come in several pushes.
    partials = 40,
    /// Operations that are dropped instead of answered.
    drops = 8,
    /// Results that report failure.
    failures = 8,
    /// Results that were degraded, left incomplete or made from an earlier one.
    degraded = 15,
    /// Operations that the client cancels.
    cancels = 8,
    /// Cancels that take everything on the lane along.
    bursts = 20,
    /// Operations that are hinted about.
    hints = 8,
    /// Submits that have little time.
    hurried = 6,
    /// Submits that take the place of an earlier frame of their lane.
    superseding = 5,
    /// Submits that build on an earlier frame of their lane.
    dependent = 6,
    /// Submits that refer to an object which was put into the cache.
    references = 10,
    /// Objects put into the cache by either side, per operation.
    puts = 12,
    /// Invalidations by either side, per operation.
    invalidations = 4,
    /// Flow updates, per operation.
    flow_updates = 25,
    /// Flow updates that carry an epoch that is over.
    stale = 25,
    /// Pings of either side, per operation.
    pings = 5,
    /// Transport probes, per operation.
    probes = 3,
    /// Patches, per operation.
    patches = 5,
    /// Moves of a session to another connection, per operation.
    migrations = 5,
    /// Connections of the other reliable kind.
    mixed = 30,
    /// Hellos that the server has to refuse.
    wrong_hellos = 5,
    /// Opens that the server has to refuse.
    wrong_opens = 8,
    /// Resumes that are asked for on two connections at once.
    races = 15,
    /// Sessions that are closed by abort; the rest is drained.
    aborts = 30,
    /// Sessions that are closed while operations run.
    early_closes = 30,
    /// Sessions that ask for no resume.
    forgetful = 20,
    /// Sessions that ask for no leases, no background results or no overriding of schemas.
    modest = 20,
}

impl Config {
    /// What is wrong with it, if anything.
    pub fn fault(&self) -> Option<String> {
        if let Some((name, rate)) = self.rates().find(|(_, rate)| *rate > 100) {
            return Some(format!("`{name}` is a percentage, not {rate}"));
        }
        let least = [
            ("sessions", self.sessions),
            ("lanes", u32::from(self.lanes)),
            ("connections", self.connections),
        ];
        if let Some((name, _)) = least.into_iter().find(|(_, count)| *count == 0) {
            return Some(format!("`{name}` is at least 1"));
        }
        None
    }
}
