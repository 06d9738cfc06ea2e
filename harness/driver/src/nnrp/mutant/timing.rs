//! Defects of time: something happens too early, too late, or never.

use super::defect::Defect;
use crate::DefectLevel::Timing;
use wireproof_base::Duration;
use wireproof_wire::nnrp::MessageType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Timing,
        "deadline_never_fires",
        &["NNRP-SUB-017"],
        "Frames are taken to have no deadline.",
    )
    .incoming(|edit, _| match edit.kind() {
        Some(MessageType::FrameSubmit) => edit.set("latency_budget_ms", 0),
        Some(MessageType::SessionOpen) => edit.set("default_deadline_ms", 0),
        _ => {}
    }),
    Defect::server(
        Timing,
        "default_deadline_forgotten",
        &["NNRP-SUB-016"],
        "The default deadline of the session is not used.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionOpen) {
            edit.set("default_deadline_ms", 0);
        }
    }),
    Defect::server(
        Timing,
        "window_never_over",
        &["NNRP-RES-012"],
        "A lost session waits a thousand times as long as it was promised.",
    )
    .setup(|setup| setup.resume_window_ms = setup.resume_window_ms.saturating_mul(1_000))
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("resume_window_ms") != 0 {
            edit.set("resume_window_ms", u64::from(memory.setup.resume_window_ms));
        }
    }),
    Defect::server(
        Timing,
        "window_over_early",
        &["NNRP-RES-008"],
        "A lost session waits one millisecond, whatever it was promised.",
    )
    .setup(|setup| setup.resume_window_ms = setup.resume_window_ms.min(1))
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("resume_window_ms") != 0 {
            edit.set("resume_window_ms", u64::from(memory.setup.resume_window_ms));
        }
    }),
    Defect::server(
        Timing,
        "drains_too_long",
        &["NNRP-SES-029"],
        "A drain gets twice the time it was promised.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionClose) {
            edit.set("drain_timeout_ms", edit.get("drain_timeout_ms") * 2);
        }
    }),
    Defect::server(
        Timing,
        "grace_never_over",
        &["NNRP-MIG-008"],
        "Results keep going out on the old path of a migration, however long ago it was.",
    )
    .outgoing(|edit, memory| match edit.kind() {
        Some(MessageType::SessionOpenAck) => {
            memory.paths.push((edit.get32("session_id"), edit.conn));
        }
        Some(MessageType::ResultPush | MessageType::ResultDrop) => {
            let session = edit.get32("header.session_id");
            let known = memory.paths.iter().rev().find(|(of, _)| *of == session);
            edit.conn = known.map_or(edit.conn, |(_, path)| *path);
        }
        _ => {}
    }),
    Defect::server(
        Timing,
        "lease_never_over",
        &["NNRP-CACHE-015", "NNRP-CACHE-013"],
        "Cache objects live a thousand times as long as was said.",
    )
    .setup(|setup| setup.lease_ttl_ms = setup.lease_ttl_ms.saturating_mul(1_000))
    .incoming(|edit, memory| {
        if edit.is(MessageType::CachePut) {
            memory.number = edit.get("ttl_ms");
            edit.set("ttl_ms", memory.number.saturating_mul(1_000));
        }
    })
    .outgoing(|edit, memory| match edit.kind() {
        Some(MessageType::CacheAck) if edit.get("accepted_ttl_ms") != 0 => {
            let said = match memory.number {
                0 => u64::from(memory.setup.lease_ttl_ms),
                asked => asked,
            };
            edit.set("accepted_ttl_ms", said);
        }
        Some(MessageType::SessionOpenAck) if edit.get("lease_ttl_ms") != 0 => {
            edit.set("lease_ttl_ms", u64::from(memory.setup.lease_ttl_ms));
        }
        _ => {}
    }),
    Defect::server(
        Timing,
        "timers_fire_late",
        &["NNRP-SUB-017", "NNRP-SES-029"],
        "Everything that is due happens 80 ms later.",
    )
    .wake(|wanted| wanted + Duration::from_millis(80)),
    Defect::client(
        Timing,
        "draining_taken_for_closed",
        &["NNRP-SES-031"],
        "A close that still drains is taken as done at once.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionCloseAck) && edit.get("close_status") == 1 {
            edit.set("close_status", 2);
        }
    }),
];
