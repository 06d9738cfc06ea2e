//! Defects of the deadlines of single operations.

use super::defect::Defect;
use crate::DefectLevel::Timing;
use wireproof_wire::nnrp::MessageType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Timing,
        "deadline_halved",
        &["NNRP-SUB-017"],
        "A frame gets half of its latency budget.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit) {
            edit.set("latency_budget_ms", edit.get("latency_budget_ms").div_ceil(2));
        }
    }),
    Defect::server(
        Timing,
        "no_deadline_is_a_second",
        &["NNRP-SUB-016"],
        "A frame without any deadline gets one second.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && memory.number == 0 {
            memory.sessions.push(edit.get32("session_id"));
        }
    })
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::SessionOpen) => memory.number = edit.get("default_deadline_ms"),
        Some(MessageType::FrameSubmit)
            if edit.get("latency_budget_ms") == 0
                && memory.sessions.contains(&edit.get32("header.session_id")) =>
        {
            edit.set("latency_budget_ms", 1_000);
        }
        _ => {}
    }),
];
