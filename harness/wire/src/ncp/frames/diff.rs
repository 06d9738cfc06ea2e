//! DiffFrame 0x02 (NCP §4.2, NWP §8.2, reference 4.2 and 5.2).

use super::macros::frame;
use crate::ncp::code::{NCP_DIFF_FORMAT_UNSUPPORTED, NPS_CLIENT_BAD_FRAME};
use crate::ncp::command::Tier;
use crate::ncp::table::{Default as Absent, Kind, Member, U64};
use crate::ncp::value::Value;
use crate::ncp::violation::Violation;
use alloc::string::String;

const ASKS: &str = "NCP-DIFF-001";

/// RFC 6902 operations.
pub const JSON_PATCH: &str = "json_patch";
/// A bitset and values, in Tier-2 alone.
pub const BINARY_BITSET: &str = "binary_bitset";
/// What happened to the entity of an event.
pub const EVENT_TYPES: &[&str] = &["create", "update", "delete"];

frame! {
    /// A change of one entity, alone or as an event of a subscription.
    Diff {
        /// Schema the entity follows.
        anchor_ref: String = Member::new(Kind::Text).required(ASKS);
        /// Version the patch starts from; no part of a heartbeat means anything by it (`OP-43`).
        base_seq: u64 = Member::new(U64).required(ASKS);
        /// Which entity.
        entity_id: Option<String> = Member::new(Kind::Text);
        /// Event: what happened; absent on a heartbeat.
        event_type: Option<String> = Member::new(Kind::OneOf(EVENT_TYPES));
        /// An array of operations, or bytes.
        patch: Value = Member::new(Kind::Patch).required(ASKS);
        /// [`JSON_PATCH`] or [`BINARY_BITSET`].
        patch_format: Option<String> = Member::new(Kind::OneOf(&[JSON_PATCH, BINARY_BITSET]))
            .default(Absent::Text(JSON_PATCH)).bound("NCP-DIFF-010").reading("8.9")
            .code(NCP_DIFF_FORMAT_UNSUPPORTED, &[NPS_CLIENT_BAD_FRAME]);
        /// Event: its number in the subscription, from 1.
        seq: Option<u64> = Member::new(U64);
        /// Event: the subscription.
        stream_id: Option<String> = Member::new(Kind::Text);
        /// Event: when, ISO 8601.
        timestamp: Option<String> = Member::new(Kind::Text);
    }
}

impl Diff {
    /// The format in force (NCP-DIFF-002).
    pub fn format(&self) -> &str {
        self.patch_format.as_deref().unwrap_or(JSON_PATCH)
    }

    /// Whether the patch is a bitset.
    pub fn is_bitset(&self) -> bool {
        self.format() == BINARY_BITSET
    }

    /// Whether it belongs to a subscription and changes nothing (`OP-43`).
    pub fn is_heartbeat(&self) -> bool {
        let empty = match &self.patch {
            Value::Array(items) => items.is_empty(),
            Value::Bytes(bytes) => bytes.is_empty(),
            _ => false,
        };
        empty && self.stream_id.is_some()
    }

    /// A bitset travels in Tier-2, as bytes, and operations as an array (NCP-DIFF-003, -004, -007).
    pub fn check_format(&self, tier: Tier) -> Result<(), Violation> {
        let bitset = self.is_bitset();
        if bitset && tier == Tier::Json {
            let code = NCP_DIFF_FORMAT_UNSUPPORTED;
            let violation = Violation::new(12, code, "NCP-DIFF-007", "patch_format");
            return Err(violation.or(&[NPS_CLIENT_BAD_FRAME]));
        }
        let requirement = match &self.patch {
            Value::Bytes(_) if bitset => return Ok(()),
            Value::Array(_) if !bitset => return Ok(()),
            _ if bitset => "NCP-DIFF-004",
            _ => "NCP-DIFF-003",
        };
        Err(Violation::bad_frame(12, requirement, "patch"))
    }
}
