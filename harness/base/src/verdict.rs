//! What a run can come to.

use core::fmt;
use serde::{Deserialize, Serialize};

/// Outcome of a case. Ordered: the worst of several wins.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The SUT does not declare what the case needs.
    NotApplicable,
    /// Everything held.
    #[default]
    Pass,
    /// A SHOULD was missed.
    PassWithWarning,
    /// The SUT differs on a reading, not on the text.
    Divergence,
    /// Nothing was broken, and what was to be seen was not seen for a reason outside the SUT.
    Inconclusive,
    /// A MUST was broken.
    Fail,
    /// Crash, hang, garbage, or a bug of our own.
    Error,
}

impl Verdict {
    /// Name as printed and stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Pass => "pass",
            Self::PassWithWarning => "pass-with-warning",
            Self::Divergence => "divergence",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// A breach fails.
    Must,
    /// A breach warns.
    Should,
    /// Free; checked only for consistency.
    May,
}

impl Level {
    /// `MUST`, `SHOULD` or `MAY`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
        }
    }
}
