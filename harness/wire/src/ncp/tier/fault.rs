//! What can be wrong with a payload as a whole.

use crate::ncp::violation::Violation;

/// Why a payload does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not the encoding its header names, or cut short.
    Syntax,
    /// Bytes after the value.
    Trailing,
    /// A root that is no object.
    Root,
    /// A name that is no text.
    Key,
    /// A member that stands twice.
    Twice,
    /// A surrogate without its other half.
    Surrogate,
    /// A float that is infinite or no number.
    NotANumber,
    /// An extension type.
    Extension,
    /// Nested too deeply.
    Depth,
}

impl Fault {
    /// The broken rule.
    #[cold]
    pub(crate) const fn violation(self) -> Violation {
        let (requirement, field) = match self {
            Self::Syntax => ("NCP-HDR-006", "payload"),
            Self::Trailing => ("NCP-TIER-003", "trailing"),
            Self::Root => ("NCP-TIER-003", "root"),
            Self::Key => ("NCP-TIER-003", "name"),
            Self::Twice => ("NCP-TIER-007", "duplicate"),
            Self::Surrogate => ("NCP-TIER-007", "surrogate"),
            Self::NotANumber => ("NCP-TIER-007", "not_a_number"),
            Self::Extension => ("NCP-TIER-007", "extension"),
            Self::Depth => ("NCP-TIER-007", "depth"),
        };
        let violation = Violation::bad_frame(10, requirement, field);
        match self {
            Self::Syntax => violation,
            Self::Trailing | Self::Root | Self::Key | Self::Extension => violation.read("3.2"),
            Self::Twice => violation.read("OP-47"),
            Self::Surrogate | Self::NotANumber => violation.read("OP-53").lenient(),
            Self::Depth => violation.read("3.2").lenient(),
        }
    }
}
