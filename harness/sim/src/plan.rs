//! The plan: what goes wrong in a run, and where.
//!
//! A decision is addressed by its site and the how-manyeth transmission it hits there, never by
//! its place in a stream of random numbers, so removing one leaves the others where they are.
//! Seeds, fuzzers, the shrinker and files all produce this one type.

use alloc::collections::BTreeMap;
use alloc::string::String;
use serde::{Deserialize, Serialize};

mod fault;
mod site;
#[cfg(test)]
mod tests;
mod token;
mod token_error;

pub use fault::{Fault, FaultKind, Way};
pub use site::{FaultKey, KeyError, Site, Stage};
pub use token_error::TokenError;

/// Everything that tells one run of a scenario from another. An absent key means that nothing
/// happens there.
///
/// As a file it is plain YAML or JSON; as one word it is [`Plan::token`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Id of the scenario.
    pub scenario: String,
    /// The seed that drew the faults, for information: replay takes them from `faults`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Parameters of the scenario, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// What goes wrong.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub faults: BTreeMap<FaultKey, Fault>,
}

impl Plan {
    /// The plan as one word of letters, digits, `-` and `_` that [`Plan::from_token`] reads.
    pub fn token(&self) -> String {
        token::encode(self)
    }

    /// Reads what [`Plan::token`] wrote, and nothing else: no other word gives the same plan.
    pub fn from_token(token: &str) -> Result<Self, TokenError> {
        token::decode(token)
    }
}
