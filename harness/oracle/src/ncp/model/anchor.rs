//! Schemas as one node knows them: what it may use, and until when (reference 8.7, 8.8).

use super::Name;
use wireproof_base::{Duration, Instant};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::Schema;

/// How a schema reached a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum Way {
    /// In an AnchorFrame.
    Pushed,
    /// Inside of an answer.
    Inline,
    /// From outside the connection (`OP-20`).
    Fetched,
}

/// A verified schema that a connection has got.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Cached {
    /// Its identifier.
    pub id: Name,
    /// Place of the schema in [`super::Node::schemas`].
    pub schema: usize,
    /// When it came last.
    pub at: Instant,
    /// Seconds it may be kept.
    pub ttl: u32,
    /// How it came last.
    pub way: Way,
    /// Whether the receiver may have refused or dropped it.
    pub doubtful: bool,
    /// Whether the application was told of it.
    pub told: bool,
}

impl Cached {
    /// The instant from which on it cannot be used.
    pub fn expiry(&self) -> Instant {
        self.at + Duration::from_millis(1_000).times(u64::from(self.ttl))
    }
}

/// What a node knows of a schema at some instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum Knowledge {
    /// It may be used.
    Usable(usize),
    /// It may be used or not: nothing is certain.
    Doubtful(Option<usize>),
    /// Its time ran out just now (NCP-ANCHOR-035).
    AtExpiry,
    /// Its time has run out.
    Expired,
    /// It came with `ttl` 0 and was good for one exchange, which is over.
    Spent,
    /// Nobody ever showed it.
    Unknown,
}

impl Knowledge {
    /// The schema, if it may be used.
    pub const fn schema(self) -> Option<usize> {
        match self {
            Self::Usable(schema) | Self::Doubtful(Some(schema)) => Some(schema),
            _ => None,
        }
    }
}

/// A schema and its identifier.
#[derive(Debug)]
pub(in crate::ncp) struct Known {
    /// The identifier.
    pub id: Name,
    /// The schema.
    pub schema: Schema,
    /// The same as it stands, so that it need not be hashed again.
    pub value: Value,
}

/// State of an identifier in the registry of a Node (reference 8.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum Listing {
    /// Never published, or dropped.
    Unregistered,
    /// In force.
    Current,
    /// Replaced by another.
    Superseded(Name),
    /// Nothing is certain (`OP-59`).
    Doubtful,
}

/// An entry of the registry of a Node.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Entry {
    /// The identifier.
    pub id: Name,
    /// Its state.
    pub listing: Listing,
    /// What the Node last said of it, and in which epoch of the registry.
    pub said: Option<(Said, u32)>,
}

/// What a Node said of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum Said {
    /// NCP-ANCHOR-NOT-FOUND.
    NotFound,
    /// NCP-ANCHOR-STALE.
    Stale,
}
