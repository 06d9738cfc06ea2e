//! Who a SUT says it is and what it says it can do.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use wireproof_base::Role;

/// How much of itself a SUT offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Encoding and decoding.
    Vectors,
    /// Single state machines, called directly.
    Machines,
    /// Whole endpoints in virtual time.
    Stepped,
    /// A server on loopback, in wall-clock time, reached only through bytes.
    Live,
}

impl Depth {
    /// Name as written in scenarios and on the adapter protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vectors => "vectors",
            Self::Machines => "machines",
            Self::Stepped => "stepped",
            Self::Live => "live",
        }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a SUT takes the time from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// From the call: replay is exact.
    Virtual,
    /// From the machine: best effort, and reports say so.
    Wall,
}

/// What a SUT declares about itself. A capability that is not declared makes the cases that need
/// it not applicable; one that is declared and then answered `unsupported` is a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What it calls itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Sides it can play.
    pub roles: Vec<Role>,
    /// Depths it offers.
    pub depths: Vec<Depth>,
    /// Names from [`crate::Speaks::capabilities`].
    pub capabilities: BTreeSet<String>,
    /// Where it takes the time from.
    pub clock: Clock,
    /// It took an operation that does not exist. Nothing it claims can be believed, so it cannot
    /// be certified.
    pub claims_everything: bool,
}

impl Identity {
    /// Whether `capability` is declared.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// Whether its endpoints are reached only through bytes, in wall-clock time.
    pub fn is_black_box(&self) -> bool {
        self.depths.contains(&Depth::Live) && !self.depths.contains(&Depth::Stepped)
    }
}
