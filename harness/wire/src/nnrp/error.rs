//! ERROR in the 32-byte layout of R-13.

use super::layout::{Rule, layout};

/// `error_scope`: the connection.
pub const SCOPE_CONNECTION: u32 = 0;
/// `error_scope`: one session.
pub const SCOPE_SESSION: u32 = 1;
/// `error_scope`: one frame.
pub const SCOPE_FRAME: u32 = 2;

layout! {
    /// ERROR metadata.
    pub struct Error[32] {
        error_code: u32 @ 0,
        error_scope: u32 @ 4 => Rule::Max(2), "NNRP-ERR-001", "R-13",
        is_fatal: u32 @ 8 => Rule::Max(1), "NNRP-ERR-001", "R-13",
        retry_after_ms: u32 @ 12,
        related_session_id: u32 @ 16,
        related_frame_id: u32 @ 20,
        related_view_id: u32 @ 24,
        diagnostic_bytes: u32 @ 28,
    }
}
