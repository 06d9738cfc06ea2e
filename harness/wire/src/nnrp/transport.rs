//! TRANSPORT_PROBE, TRANSPORT_PROBE_ACK, SESSION_MIGRATE, SESSION_MIGRATE_ACK,
//! NNRP preview2 §10.3, §10.4.

use super::layout::{Rule, layout};

/// Transport id of QUIC.
pub const QUIC: u32 = 1;
/// Transport id of TCP.
pub const TCP: u32 = 2;

layout! {
    /// TRANSPORT_PROBE metadata.
    pub struct TransportProbe[16] {
        probe_id: u32 @ 0,
        probe_payload_bytes: u32 @ 4,
        client_send_ts_us: u64 @ 8,
    }

    /// TRANSPORT_PROBE_ACK metadata.
    pub struct TransportProbeAck[16] {
        probe_id: u32 @ 0,
        reserved0: u32 @ 4 => Rule::Zero, "NNRP-ENC-003",
        server_recv_ts_us: u64 @ 8,
    }

    /// SESSION_MIGRATE metadata.
    pub struct SessionMigrate[24] {
        old_transport_id: u32 @ 0 => Rule::Range(1, 2), "NNRP-MIG-002",
        new_transport_id: u32 @ 4 => Rule::Range(1, 2), "NNRP-MIG-002",
        last_result_frame_id: u64 @ 8 => Rule::Max(0xFFFF_FFFF), "NNRP-ENC-005", "R-38",
        client_migrate_ts_us: u64 @ 16,
    }

    /// SESSION_MIGRATE_ACK metadata.
    pub struct SessionMigrateAck[24] {
        accept_code: u32 @ 0,
        resume_from_frame_id: u64 @ 4,
        grace_window_ms: u32 @ 12,
        server_migrate_ts_us: u64 @ 16,
    }
}
