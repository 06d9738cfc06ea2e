//! Entities that are followed: schema, version, record (reference 8.9, `OP-56`).

use super::Name;
use wireproof_wire::ncp::Value;

/// One entity.
#[derive(Clone, Debug)]
pub(in crate::ncp) struct Entity {
    /// Its schema.
    pub anchor: Name,
    /// Which.
    pub id: Name,
    /// The subscription whose versions these are; none for the entity's own.
    pub subscription: Name,
    /// Versions it may have: an implementation may count by `seq` or by `base_seq`.
    pub versions: [u64; 2],
    /// Its record.
    pub record: Value,
    /// Whether nothing certain is known of it any more.
    pub doubtful: bool,
}

impl Entity {
    /// Whether a diff that starts from `base` fits.
    pub fn fits(&self, base: u64) -> bool {
        self.versions.contains(&base)
    }
}

/// What the judge makes of a DiffFrame that a node received.
#[derive(Clone, Debug)]
pub(in crate::ncp) struct Patched {
    /// The subscription; none for none.
    pub stream: Name,
    /// The entity; none for the one under the schema.
    pub id: Name,
    /// What became of it.
    pub fate: Fate,
    /// `base_seq`.
    pub base: u64,
    /// `seq`.
    pub seq: Option<u64>,
    /// Digest of the record afterwards, if the judge knows it.
    pub digest: Option<u64>,
}

/// What should become of a DiffFrame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum Fate {
    /// It is applied (D01, D02).
    Applied,
    /// Nothing certain can be said.
    Open,
    /// The entity is not followed (`OP-56`).
    Unfollowed,
    /// A heartbeat (D08).
    Heartbeat,
    /// Its base is another version (D03).
    Base,
    /// Its schema is unknown (D04).
    Anchor,
    /// Its format is not in use (D05).
    Format,
    /// It is malformed (D06).
    Malformed,
    /// It cannot be carried out (D07).
    Failed,
}
