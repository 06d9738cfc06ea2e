//! ActionFrame 0x11 (NWP §7, reference 5.2).

use super::macros::frame;
use crate::ncp::code::NPS_CLIENT_BAD_PARAM;
use crate::ncp::table::{Default as Absent, Kind, Member, OBJECT};
use crate::ncp::value::Value;
use alloc::string::String;

/// Largest `timeout_ms` (NWP-FRM-006).
pub const MAX_TIMEOUT_MS: u64 = 300_000;
/// How urgent something is.
pub const PRIORITIES: &[&str] = &["low", "normal", "high"];

frame! {
    /// A request to run an operation.
    Action {
        /// `{domain}.{verb}`.
        action_id: String = Member::new(Kind::Text).required("NWP-FRM-006");
        /// Whether a task id answers.
        r#async: Option<bool> = Member::new(Kind::Bool).default(Absent::Bool(false));
        /// Where a task reports; `https://` alone (NWP-FRM-007).
        callback_url: Option<String> = Member::new(Kind::Https).bound("NWP-FRM-007")
            .or(&[NPS_CLIENT_BAD_PARAM]);
        /// UUID v4, valid for 24 hours.
        idempotency_key: Option<String> = Member::new(Kind::Text);
        /// Arguments.
        params: Option<Value> = Member::new(OBJECT);
        /// `low`, `normal` or `high`.
        priority: Option<String> = Member::new(Kind::OneOf(PRIORITIES))
            .default(Absent::Text("normal")).or(&[NPS_CLIENT_BAD_PARAM]);
        /// Echoed, UUID v4.
        request_id: Option<String> = Member::new(Kind::Text);
        /// How long the caller waits.
        timeout_ms: Option<u32> = Member::new(Kind::Uint(MAX_TIMEOUT_MS))
            .default(Absent::Uint(5000)).bound("NWP-FRM-006").or(&[NPS_CLIENT_BAD_PARAM]);
    }
}
