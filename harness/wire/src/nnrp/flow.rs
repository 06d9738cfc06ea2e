//! FLOW_UPDATE, NNRP §11.1, §12.5.

use super::layout::{Rule, layout};

/// `scope_kind`: the whole connection.
pub const SCOPE_CONNECTION: u8 = 0;
/// `scope_kind`: one session.
pub const SCOPE_SESSION: u8 = 1;
/// `scope_kind`: one operation.
pub const SCOPE_OPERATION: u8 = 2;

/// `update_reason`: gives credit or loosens.
pub const REASON_GRANT: u8 = 0;
/// `update_reason`: tightens.
pub const REASON_REDUCE: u8 = 1;
/// `update_reason`: stops new operations.
pub const REASON_PAUSE: u8 = 2;
/// `update_reason`: ends a pause.
pub const REASON_RESUME: u8 = 3;

/// `backpressure_level`: no pressure.
pub const LEVEL_NONE: u8 = 0;
/// `backpressure_level`: slow down.
pub const LEVEL_SOFT: u8 = 1;
/// `backpressure_level`: stop.
pub const LEVEL_HARD: u8 = 2;

/// `flow_flags`: the credit of this scope counts.
pub const CREDIT_VALID: u32 = 0x1;
/// `flow_flags`: `retry_after_ms` counts.
pub const RETRY_AFTER_VALID: u32 = 0x2;
/// `flow_flags`: only background sessions start anything.
pub const BACKGROUND_ONLY: u32 = 0x4;
/// `flow_flags`: nothing new, unfinished work may end.
pub const DRAIN_IN_FLIGHT_ONLY: u32 = 0x8;

layout! {
    /// FLOW_UPDATE metadata.
    pub struct FlowUpdate[32] {
        scope_kind: u8 @ 0 => Rule::Max(2), "NNRP-FLOW-002", "R-51",
        update_reason: u8 @ 1 => Rule::Max(4), "NNRP-FLOW-002", "R-51",
        backpressure_level: u8 @ 2 => Rule::Max(2), "NNRP-FLOW-002", "R-51",
        reserved0: u8 @ 3 => Rule::Zero, "NNRP-ENC-003",
        connection_credit: u16 @ 4,
        session_credit: u16 @ 6,
        operation_credit: u16 @ 8,
        reserved1: u16 @ 10 => Rule::Zero, "NNRP-ENC-003",
        operation_id: u64 @ 12,
        retry_after_ms: u32 @ 20,
        credit_epoch: u32 @ 24,
        flow_flags: u32 @ 28 => Rule::Bits(0xF), "NNRP-FLOW-002",
    }
}

impl FlowUpdate {
    /// The credit field of the scope the update addresses.
    pub const fn credit(&self) -> u16 {
        match self.scope_kind {
            SCOPE_CONNECTION => self.connection_credit,
            SCOPE_SESSION => self.session_credit,
            _ => self.operation_credit,
        }
    }
}
