//! Error numbers, NNRP §16.2, §7.1B, §8.1, §9.4 (reference 3.11).

/// `unsupported_version`, fatal.
pub const UNSUPPORTED_VERSION: u32 = 0x0000_0001;
/// `auth_failed` of the base family, fatal.
pub const AUTH_FAILED: u32 = 0x0000_0002;
/// `invalid_state`.
pub const INVALID_STATE: u32 = 0x0000_0003;
/// `malformed_header`, fatal.
pub const MALFORMED_HEADER: u32 = 0x0000_0004;
/// `malformed_body`.
pub const MALFORMED_BODY: u32 = 0x0000_0005;
/// `unsupported_capability`.
pub const UNSUPPORTED_CAPABILITY: u32 = 0x0000_0006;
/// `limit_exceeded`.
pub const LIMIT_EXCEEDED: u32 = 0x0000_0007;
/// `frame_expired`.
pub const FRAME_EXPIRED: u32 = 0x0000_0008;
/// `frame_cancelled`.
pub const FRAME_CANCELLED: u32 = 0x0000_0009;
/// `cache_miss` of the base family; senders use [`CACHE_MISS`].
pub const LEGACY_CACHE_MISS: u32 = 0x0000_000A;
/// `server_busy`.
pub const SERVER_BUSY: u32 = 0x0000_000B;
/// `internal_error`.
pub const INTERNAL_ERROR: u32 = 0x0000_000C;

/// `auth_failed` of the session family.
pub const SESSION_AUTH_FAILED: u32 = 0x0001_0001;
/// `profile_unsupported`.
pub const PROFILE_UNSUPPORTED: u32 = 0x0001_0002;
/// `schema_unsupported`.
pub const SCHEMA_UNSUPPORTED: u32 = 0x0001_0003;
/// `priority_rejected`.
pub const PRIORITY_REJECTED: u32 = 0x0001_0004;
/// `lease_policy_rejected`.
pub const LEASE_POLICY_REJECTED: u32 = 0x0001_0005;
/// `resume_rejected`.
pub const RESUME_REJECTED: u32 = 0x0001_0006;
/// `session_limit_reached`.
pub const SESSION_LIMIT_REACHED: u32 = 0x0001_0007;

/// `cache_miss`.
pub const CACHE_MISS: u32 = 0x0003_0001;
/// `lease_expired`.
pub const LEASE_EXPIRED: u32 = 0x0003_0002;
/// `version_mismatch`.
pub const VERSION_MISMATCH: u32 = 0x0003_0003;
/// `dependency_invalid`.
pub const DEPENDENCY_INVALID: u32 = 0x0003_0004;
/// `schema_mismatch`.
pub const SCHEMA_MISMATCH: u32 = 0x0003_0005;

/// `schema_unknown`.
pub const SCHEMA_UNKNOWN: u32 = 0x0004_0001;
/// `schema_version_unknown`.
pub const SCHEMA_VERSION_UNKNOWN: u32 = 0x0004_0002;
/// `schema_hash_conflict`.
pub const SCHEMA_HASH_CONFLICT: u32 = 0x0004_0003;
/// `schema_incompatible`.
pub const SCHEMA_INCOMPATIBLE: u32 = 0x0004_0004;
/// `schema_dependency_missing`.
pub const SCHEMA_DEPENDENCY_MISSING: u32 = 0x0004_0005;
/// `schema_update_rejected`.
pub const SCHEMA_UPDATE_REJECTED: u32 = 0x0004_0006;

const NAMES: &[(u32, &str)] = &[
    (UNSUPPORTED_VERSION, "unsupported_version"),
    (AUTH_FAILED, "auth_failed"),
    (INVALID_STATE, "invalid_state"),
    (MALFORMED_HEADER, "malformed_header"),
    (MALFORMED_BODY, "malformed_body"),
    (UNSUPPORTED_CAPABILITY, "unsupported_capability"),
    (LIMIT_EXCEEDED, "limit_exceeded"),
    (FRAME_EXPIRED, "frame_expired"),
    (FRAME_CANCELLED, "frame_cancelled"),
    (LEGACY_CACHE_MISS, "legacy_cache_miss"),
    (SERVER_BUSY, "server_busy"),
    (INTERNAL_ERROR, "internal_error"),
    (SESSION_AUTH_FAILED, "session_auth_failed"),
    (PROFILE_UNSUPPORTED, "profile_unsupported"),
    (SCHEMA_UNSUPPORTED, "schema_unsupported"),
    (PRIORITY_REJECTED, "priority_rejected"),
    (LEASE_POLICY_REJECTED, "lease_policy_rejected"),
    (RESUME_REJECTED, "resume_rejected"),
    (SESSION_LIMIT_REACHED, "session_limit_reached"),
    (CACHE_MISS, "cache_miss"),
    (LEASE_EXPIRED, "lease_expired"),
    (VERSION_MISMATCH, "version_mismatch"),
    (DEPENDENCY_INVALID, "dependency_invalid"),
    (SCHEMA_MISMATCH, "schema_mismatch"),
    (SCHEMA_UNKNOWN, "schema_unknown"),
    (SCHEMA_VERSION_UNKNOWN, "schema_version_unknown"),
    (SCHEMA_HASH_CONFLICT, "schema_hash_conflict"),
    (SCHEMA_INCOMPATIBLE, "schema_incompatible"),
    (SCHEMA_DEPENDENCY_MISSING, "schema_dependency_missing"),
    (SCHEMA_UPDATE_REJECTED, "schema_update_rejected"),
];

/// Name of an error number; the two `auth_failed` and `cache_miss` carry their family.
pub fn name(code: u32) -> Option<&'static str> {
    NAMES.iter().find(|(number, _)| *number == code).map(|(_, name)| *name)
}

/// Number of an error name as [`name`] gives it.
pub fn number(name: &str) -> Option<u32> {
    NAMES.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
}

/// Whether `code` may stand in `session_error_code` (NNRP-SES-015).
pub const fn is_session_family(code: u32) -> bool {
    code == 0 || (code >= SESSION_AUTH_FAILED && code <= SESSION_LIMIT_REACHED)
}
