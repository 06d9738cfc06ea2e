//! Settings of generated traffic. Every one has a default; rates are percentages.

use serde::Deserialize;
use wireproof_base::Carrier;

/// What `workload:` of a scenario takes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Operations to submit in all.
    pub operations: u32,
    /// Sessions to open.
    pub sessions: u32,
    /// Lanes used by each.
    pub lanes: u16,
    /// Kind of connection.
    pub carrier: Carrier,
    /// Connections to kill on purpose.
    pub kills: u32,
    /// Longest time between two actions of the client, in microseconds.
    pub gap_us: u32,
    /// Longest time until the server answers, in microseconds.
    pub service_us: u32,
    /// Longest payload in bytes.
    pub payload: u32,
    /// Results that come in several pushes.
    pub partials: u32,
    /// Operations that are dropped instead of answered.
    pub drops: u32,
    /// Results that report failure.
    pub failures: u32,
    /// Operations that the client cancels.
    pub cancels: u32,
    /// Operations that are hinted about.
    pub hints: u32,
    /// Flow updates, per operation.
    pub flow_updates: u32,
    /// Flow updates that carry an epoch that is over.
    pub stale: u32,
    /// Pings of either side, per operation.
    pub pings: u32,
    /// Patches, per operation.
    pub patches: u32,
    /// Sessions that are closed by abort; the rest is drained.
    pub aborts: u32,
    /// Sessions that are closed while operations run.
    pub early_closes: u32,
    /// Sessions that ask for no resume.
    pub forgetful: u32,
    /// Virtual time after which nothing new is started, in ms.
    pub limit_ms: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            operations: 40,
            sessions: 3,
            lanes: 2,
            carrier: Carrier::Stream,
            kills: 1,
            gap_us: 4_000,
            service_us: 20_000,
            payload: 24,
            partials: 40,
            drops: 8,
            failures: 8,
            cancels: 8,
            hints: 8,
            flow_updates: 25,
            stale: 25,
            pings: 5,
            patches: 3,
            aborts: 30,
            early_closes: 30,
            forgetful: 20,
            limit_ms: 8_000,
        }
    }
}

impl Config {
    /// What is wrong with it, if anything.
    pub fn fault(&self) -> Option<String> {
        let rates = [
            ("partials", self.partials),
            ("drops", self.drops),
            ("failures", self.failures),
            ("cancels", self.cancels),
            ("hints", self.hints),
            ("flow_updates", self.flow_updates),
            ("stale", self.stale),
            ("pings", self.pings),
            ("patches", self.patches),
            ("aborts", self.aborts),
            ("early_closes", self.early_closes),
            ("forgetful", self.forgetful),
        ];
        if let Some((name, rate)) = rates.into_iter().find(|(_, rate)| *rate > 100) {
            return Some(format!("`{name}` is a percentage, not {rate}"));
        }
        let least = [("sessions", self.sessions), ("lanes", u32::from(self.lanes))];
        if let Some((name, _)) = least.into_iter().find(|(_, count)| *count == 0) {
            return Some(format!("`{name}` is at least 1"));
        }
        None
    }
}
