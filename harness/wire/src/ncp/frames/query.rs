//! QueryFrame 0x10 (NWP §6, reference 5.2).

use super::macros::frame;
use crate::ncp::code::{NPS_CLIENT_BAD_PARAM, NWP_DEPTH_EXCEEDED};
use crate::ncp::table::{Default as Absent, Kind, Member, OBJECT, OBJECTS, TEXTS, U32};
use crate::ncp::value::Value;
use crate::ncp::violation::Violation;
use alloc::string::String;
use alloc::vec::Vec;

/// Largest `limit` (NWP-FRM-002).
pub const MAX_LIMIT: u64 = 1000;
/// Largest `depth`.
pub const MAX_DEPTH: u64 = 5;

frame! {
    /// A request for records.
    Query {
        /// Aggregation.
        aggregate: Option<Value> = Member::new(OBJECT);
        /// Schema; needed unless `aggregate` is there.
        anchor_ref: Option<String> = Member::new(Kind::Text);
        /// Whether a replaced schema may be answered with its successor.
        auto_anchor: Option<bool> = Member::new(Kind::Bool).default(Absent::Bool(true));
        /// `next_cursor` of the page before.
        cursor: Option<String> = Member::new(Kind::Text);
        /// Levels to resolve.
        depth: Option<u8> = Member::new(Kind::Uint(MAX_DEPTH)).default(Absent::Uint(1))
            .bound("NPS-ADDR-010").reading("5.2").or(&[NWP_DEPTH_EXCEEDED, NPS_CLIENT_BAD_PARAM]);
        /// Projection.
        fields: Option<Vec<String>> = Member::new(TEXTS);
        /// Filter; its operators have rules of their own.
        filter: Option<Value> = Member::new(OBJECT);
        /// Records per page or chunk.
        limit: Option<u32> = Member::new(Kind::Uint(MAX_LIMIT)).default(Absent::Uint(20))
            .bound("NWP-FRM-002").or(&[NPS_CLIENT_BAD_PARAM]);
        /// Any text, of no meaning (`OP-46`).
        nonce: Option<String> = Member::new(Kind::Text).reading("OP-46");
        /// `{field, dir}` entries.
        order: Option<Vec<Value>> = Member::new(OBJECTS);
        /// Echoed, UUID v4.
        request_id: Option<String> = Member::new(Kind::Text);
        /// Whether the answer is a stream.
        stream: Option<bool> = Member::new(Kind::Bool).default(Absent::Bool(false));
        /// NPT limit.
        token_budget: Option<u32> = Member::new(U32);
        /// Its tokenizer.
        tokenizer: Option<String> = Member::new(Kind::Text);
        /// Search by likeness.
        vector_search: Option<Value> = Member::new(OBJECT);
    }
}

impl Query {
    /// Whether a successor may answer (NCP-ANCHOR-023).
    pub fn takes_successor(&self) -> bool {
        self.auto_anchor.unwrap_or(true)
    }

    /// Whether the answer is a stream.
    pub fn streams(&self) -> bool {
        self.stream.unwrap_or(false)
    }

    /// Whether no member needs a closer look than its type.
    pub(crate) fn is_plain(&self) -> bool {
        self.aggregate.is_none()
            && self.fields.is_none()
            && self.filter.is_none()
            && self.order.is_none()
            && self.vector_search.is_none()
    }

    /// `anchor_ref` is there unless `aggregate` is (NWP-FRM-001).
    pub fn check_reference(&self) -> Result<(), Violation> {
        if self.anchor_ref.is_some() || self.aggregate.is_some() {
            return Ok(());
        }
        Err(Violation::bad_frame(12, "NWP-FRM-001", "anchor_ref"))
    }
}
