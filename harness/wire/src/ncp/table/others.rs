//! Frames of NIP 0.2 and NDP 0.2 (reference 5.3, 5.4).

use super::{Kind, Member, OBJECT, OBJECTS, TEXTS, U32, U64, members};

const IDENT_ASKS: &str = "NIP-FRM-001";
const ANNOUNCE_ASKS: &str = "NDP-FRM-001";
const GRAPH_ASKS: &str = "NDP-FRM-004";

/// The five reasons (NIP-FRM-005).
pub const REASONS: &[&str] = &[
    "key_compromise",
    "ca_compromise",
    "affiliation_changed",
    "superseded",
    "cessation_of_operation",
];

const fn text() -> Member {
    Member::new(Kind::Text)
}

/// IdentFrame.
pub const IDENT: &[Member] = members! {
    capabilities: Member::new(TEXTS).required(IDENT_ASKS);
    expires_at: text().required(IDENT_ASKS);
    issued_at: text().required(IDENT_ASKS);
    issued_by: text().required(IDENT_ASKS);
    metadata: Member::new(OBJECT);
    nid: text().required(IDENT_ASKS);
    pub_key: text().required(IDENT_ASKS);
    scope: Member::new(Kind::Object(SCOPE)).required(IDENT_ASKS);
    serial: text().required(IDENT_ASKS);
    signature: text().required(IDENT_ASKS);
};

/// `scope` of a certificate and `delegated_scope` of a delegation.
pub const SCOPE: &[Member] = members! {
    actions: Member::new(TEXTS);
    max_token_budget: Member::new(U32);
    nodes: Member::new(TEXTS);
};

// TrustFrame and RevokeFrame are shown by example only; that all members are required is a reading.

/// TrustFrame.
pub const TRUST: &[Member] = members! {
    expires_at: text().asked("NCP-TIER-011", "5.3");
    grantee_ca: text().asked("NCP-TIER-011", "5.3");
    grantor_nid: text().asked("NCP-TIER-011", "5.3");
    nodes: Member::new(TEXTS).asked("NCP-TIER-011", "5.3");
    signature: text().asked("NCP-TIER-011", "5.3");
    trust_scope: Member::new(TEXTS).asked("NCP-TIER-011", "5.3");
};

/// RevokeFrame.
pub const REVOKE: &[Member] = members! {
    reason: Member::new(Kind::OneOf(REASONS))
        .asked("NCP-TIER-011", "5.3").bound("NIP-FRM-005");
    revoked_at: text().asked("NCP-TIER-011", "5.3");
    serial: text().asked("NCP-TIER-011", "5.3");
    signature: text().asked("NCP-TIER-011", "5.3");
    target_nid: text().asked("NCP-TIER-011", "5.3");
};

const ADDRESS: Kind = Kind::Object(members! {
    host: text();
    port: Member::new(Kind::Uint(65_535));
    protocol: text();
});

/// AnnounceFrame. Only nodes need `node_type`, which the table cannot say.
pub const ANNOUNCE: &[Member] = members! {
    addresses: Member::new(Kind::List(&ADDRESS)).required(ANNOUNCE_ASKS);
    capabilities: Member::new(TEXTS).required(ANNOUNCE_ASKS);
    nid: text().required(ANNOUNCE_ASKS);
    node_type: text();
    signature: text().required(ANNOUNCE_ASKS);
    timestamp: text().required(ANNOUNCE_ASKS);
    ttl: Member::new(U32).required(ANNOUNCE_ASKS);
};

const RESOLVED: Kind = Kind::Object(members! {
    cert_fingerprint: text();
    host: text();
    port: Member::new(Kind::Uint(65_535));
    ttl: Member::new(U32);
});

/// ResolveFrame, the question and its answer alike (`OP-50`).
pub const RESOLVE: &[Member] = members! {
    requester_nid: text();
    resolved: Member::new(RESOLVED);
    target: text().required("NDP-FRM-003");
};

/// GraphFrame. Which of `nodes` and `patch` is needed follows from `initial_sync`.
pub const GRAPH: &[Member] = members! {
    initial_sync: Member::new(Kind::Bool).required(GRAPH_ASKS);
    nodes: Member::new(OBJECTS);
    patch: Member::new(OBJECTS);
    seq: Member::new(U64).required(GRAPH_ASKS);
};
