//! AnchorFrame 0x01 (NCP §4.1, reference 4.1).

use super::macros::frame;
use crate::ncp::code::{NCP_ANCHOR_ID_MISMATCH, NCP_ANCHOR_SCHEMA_INVALID};
use crate::ncp::table::{Default as Absent, Kind, Member, U32};
use crate::ncp::value::Value;
use alloc::string::String;

const ASKS: &str = "NCP-ANCHOR-001";

frame! {
    /// A schema under the digest of its canonical form.
    Anchor {
        /// `sha256:` and 64 lower-case hexadecimal digits. Whether it is the digest is no question
        /// of reading the frame (reference 8.8 A03).
        anchor_id: String = Member::new(Kind::AnchorId).required(ASKS).bound("NCP-ANCHOR-002")
            .code(NCP_ANCHOR_SCHEMA_INVALID, &[NCP_ANCHOR_ID_MISMATCH]);
        /// The schema definition as it stood: the digest covers it literally (`OP-32`).
        schema: Value = Member::new(Kind::Schema).required(ASKS);
        /// Seconds an Agent may keep it; 0 forbids it.
        ttl: Option<u32> = Member::new(U32).default(Absent::Uint(Anchor::TTL as u64));
    }
}

impl Anchor {
    /// `ttl` where none is sent (NCP-ANCHOR-012).
    pub const TTL: u32 = 3600;

    /// Seconds an Agent may keep it.
    pub fn lifetime(&self) -> u32 {
        self.ttl.unwrap_or(Self::TTL)
    }
}
