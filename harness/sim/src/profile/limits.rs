//! How far a profile may go, as a scenario states it.

use super::Kind;
use alloc::collections::BTreeMap;
use serde::{Deserialize, Serialize};
use wireproof_base::Duration;

/// Named limits.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Nothing goes wrong.
    Calm,
    /// A decent network.
    #[default]
    Mild,
    /// A bad one.
    Rough,
    /// One that is out to break things.
    Hostile,
}

/// What a seed may draw. A field that is left out has the value of the preset `mild`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileLimits {
    /// The allowed kinds, each with the most transmissions of a million that it may strike.
    pub kinds: BTreeMap<Kind, u32>,
    /// Whether each seed draws a subset and rates of its own. If not, every kind strikes at its
    /// highest rate and bounds.
    pub swarm: bool,
    /// The longest delay.
    #[serde(rename = "delay_ns")]
    pub delay: Duration,
    /// The longest time by which a packet is held back.
    #[serde(rename = "reorder_ns")]
    pub reorder: Duration,
    /// The longest time until a copy follows.
    #[serde(rename = "duplicate_ns")]
    pub duplicate: Duration,
    /// The longest stall.
    #[serde(rename = "stall_ns")]
    pub stall: Duration,
    /// The longest partition.
    #[serde(rename = "partition_ns")]
    pub partition: Duration,
    /// The highest mean length of a burst of lost packets.
    pub max_burst: u32,
    /// At most so many killed connections.
    pub max_kills: u32,
    /// At most so many partitions.
    pub max_partitions: u32,
    /// At most so many path changes.
    pub max_rebinds: u32,
}

impl Default for ProfileLimits {
    fn default() -> Self {
        Self::preset(Preset::Mild)
    }
}

impl ProfileLimits {
    /// The limits of that name.
    pub fn preset(preset: Preset) -> Self {
        // Rates in the order of `Kind::ALL`, per million; longest times in milliseconds.
        let (rates, [delay, reorder, duplicate, stall, partition], [burst, kills, cuts, rebinds]) =
            match preset {
                Preset::Calm => ([0; 11], [0; 5], [1, 0, 0, 0]),
                Preset::Mild => (
                    [20_000, 10_000, 30_000, 0, 0, 50_000, 100_000, 2_000, 1_000, 1_000, 1_000],
                    [20, 5, 5, 200, 1_000],
                    [1, 1, 1, 1],
                ),
                Preset::Rough => (
                    [
                        100_000, 50_000, 100_000, 5_000, 5_000, 200_000, 300_000, 20_000, 10_000,
                        10_000, 10_000,
                    ],
                    [200, 20, 20, 2_000, 5_000],
                    [4, 3, 3, 3],
                ),
                Preset::Hostile => (
                    [
                        300_000, 200_000, 300_000, 50_000, 50_000, 500_000, 400_000, 50_000,
                        50_000, 50_000, 50_000,
                    ],
                    [2_000, 100, 100, 10_000, 30_000],
                    [16, 16, 8, 16],
                ),
            };
        let kinds = Kind::ALL.into_iter().zip(rates).filter(|&(_, rate)| rate > 0).collect();
        Self {
            kinds,
            swarm: true,
            delay: Duration::from_millis(delay),
            reorder: Duration::from_millis(reorder),
            duplicate: Duration::from_millis(duplicate),
            stall: Duration::from_millis(stall),
            partition: Duration::from_millis(partition),
            max_burst: burst,
            max_kills: kills,
            max_partitions: cuts,
            max_rebinds: rebinds,
        }
    }
}
