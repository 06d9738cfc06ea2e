//! SESSION_OPEN, SESSION_OPEN_ACK, SESSION_CLOSE, SESSION_CLOSE_ACK, NNRP §12.1 to §12.4.

use super::layout::{Rule, layout};

/// `session_flags`: token and resume window wanted; granted in `session_flags_ack`.
pub const ALLOW_RESUME: u8 = 0x01;
/// `session_flags`: results outside submit calls wanted.
pub const ALLOW_BACKGROUND_RESULTS: u8 = 0x02;
/// `session_flags`: leases wanted.
pub const ALLOW_CACHE_LEASES: u8 = 0x04;
/// `session_flags`: other schemas than the default wanted.
pub const ALLOW_SCHEMA_OVERRIDE: u8 = 0x08;
/// `session_flags_ack`: the class granted is lower than the one asked for.
pub const PRIORITY_DOWNGRADED: u32 = 0x10;

/// `session_status`: new session exists.
pub const OPENED: u8 = 0;
/// `session_status`: refused for good.
pub const REJECTED: u8 = 1;
/// `session_status`: refused for now.
pub const RETRY_LATER: u8 = 2;
/// `session_status`: earlier session continues.
pub const RESUMED: u8 = 3;

/// `in_flight_policy`: unfinished operations may end.
pub const POLICY_DRAIN: u8 = 0;
/// `in_flight_policy`: unfinished operations are stopped.
pub const POLICY_ABORT: u8 = 1;

/// `close_status`: accepted and under way.
pub const CLOSE_ACKNOWLEDGED: u8 = 0;
/// `close_status`: unfinished operations still run.
pub const CLOSE_DRAINING: u8 = 1;
/// `close_status`: the session is gone.
pub const CLOSE_CLOSED: u8 = 2;
/// `close_status`: the close was turned down.
pub const CLOSE_REJECTED: u8 = 3;

layout! {
    /// SESSION_OPEN metadata.
    pub struct SessionOpen[48] {
        requested_session_id: u32 @ 0,
        profile_id: u16 @ 4,
        priority_class: u8 @ 6 => Rule::Max(2), "NNRP-SES-013", "R-51",
        session_flags: u8 @ 7 => Rule::Bits(0x0F), "NNRP-SES-022",
        schema_id: u32 @ 8,
        schema_version: u32 @ 12,
        default_deadline_ms: u32 @ 16,
        max_in_flight_operations: u16 @ 20,
        reserved0: u16 @ 22 => Rule::Zero, "NNRP-ENC-003",
        lease_ttl_hint_ms: u32 @ 24,
        resume_token_bytes: u32 @ 28,
        auth_bytes: u32 @ 32,
        session_extension_bytes: u32 @ 36,
        client_session_tag: u64 @ 40,
    }

    /// SESSION_OPEN_ACK metadata.
    pub struct SessionOpenAck[56] {
        session_id: u32 @ 0,
        accepted_profile_id: u16 @ 4,
        accepted_priority_class: u8 @ 6 => Rule::Max(2), "NNRP-SES-013", "R-51",
        session_status: u8 @ 7 => Rule::Max(3), "NNRP-SES-013", "R-51",
        schema_id: u32 @ 8,
        schema_version: u32 @ 12,
        granted_operation_credit: u16 @ 16,
        max_in_flight_operations: u16 @ 18,
        lease_ttl_ms: u32 @ 20,
        resume_window_ms: u32 @ 24,
        resume_token_bytes: u32 @ 28,
        session_extension_bytes: u32 @ 32,
        server_session_tag: u64 @ 36,
        route_scope_id: u32 @ 44,
        session_error_code: u32 @ 48,
        session_flags_ack: u32 @ 52 => Rule::Bits(0x1F), "NNRP-SES-022",
    }

    /// SESSION_CLOSE metadata.
    pub struct SessionClose[24] {
        close_reason: u16 @ 0 => Rule::Max(5), "NNRP-SES-013", "R-51",
        in_flight_policy: u8 @ 2 => Rule::Max(1), "NNRP-SES-013", "R-51",
        reserved0: u8 @ 3 => Rule::Zero, "NNRP-ENC-003",
        drain_timeout_ms: u32 @ 4,
        last_operation_id: u64 @ 8,
        session_error_code: u32 @ 16,
        session_close_tag: u32 @ 20,
    }

    /// SESSION_CLOSE_ACK metadata.
    pub struct SessionCloseAck[16] {
        close_status: u8 @ 0 => Rule::Max(3), "NNRP-SES-013", "R-51",
        reserved0: u8 @ 1 => Rule::Zero, "NNRP-ENC-003",
        reserved1: u16 @ 2 => Rule::Zero, "NNRP-ENC-003",
        last_operation_id: u64 @ 4,
        session_error_code: u32 @ 12,
    }
}
