//! Why a sub-machine did not do what an event asked for, and whose fault that is.

use wireproof_wire::ncp::event::Hold;

/// A step that was not taken. `row` is that of the reference table, or the open point that decides
/// where there is no table; empty where neither says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The peer broke a rule. `code` answers it, with the status it maps to (`OP-05` where it is
    /// a status itself).
    Peer {
        /// Row of reference section 8.
        row: &'static str,
        /// Protocol error code.
        code: &'static str,
    },
    /// This side asked for what it may not do now; nothing is sent.
    Local {
        /// Row of reference section 8.
        row: &'static str,
        /// How the endpoint reports it.
        why: Hold,
    },
}

impl Refusal {
    /// The peer broke the rule of `row`.
    pub const fn peer(row: &'static str, code: &'static str) -> Self {
        Self::Peer { row, code }
    }

    /// This side may not do that.
    pub const fn local(row: &'static str, why: Hold) -> Self {
        Self::Local { row, why }
    }

    /// The row of the reference table; empty for none.
    pub const fn row(self) -> &'static str {
        match self {
            Self::Peer { row, .. } | Self::Local { row, .. } => row,
        }
    }

    /// What to answer the peer.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::Peer { code, .. } => Some(code),
            Self::Local { .. } => None,
        }
    }

    /// What to tell the own application, where this side would have been the one to break a rule.
    pub const fn why(self) -> Hold {
        match self {
            Self::Peer { .. } => Hold::Malformed,
            Self::Local { why, .. } => why,
        }
    }
}
