//! Defects of operations: what becomes of their results is wrong.

use super::defect::Defect;
use super::edit::Edit;
use super::machine_operation::{clear_critical, extension_entry, operation_of, refuse};
use super::memory::Memory;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::UNSUPPORTED_CAPABILITY;
use wireproof_wire::nnrp::header::CAN_DROP;
use wireproof_wire::nnrp::result::{CLASS_PARTIAL, CLASS_STALE_REUSE};
use wireproof_wire::nnrp::submit::FIRE_AND_FORGET;

/// `result_class`: degraded.
const CLASS_DEGRADED: u8 = 3;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::client(
        Machine,
        "first_piece_is_all",
        &["NNRP-OP-008"],
        "What follows a partial result of an operation is thrown away.",
    )
    .incoming(|edit, memory| {
        if !edit.is(MessageType::ResultPush) {
            return;
        }
        if memory.operations.contains(&edit.operation()) {
            edit.withhold();
        } else if !edit.is_terminal_result() {
            memory.operations.push(edit.operation());
        }
    }),
    Defect::client(
        Machine,
        "any_degradation_is_fine",
        &["NNRP-RLT-003"],
        "What a result says of its degradations is not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            edit.set("applied_budget_policy", 0);
        }
    }),
    Defect::client(
        Machine,
        "degraded_taken_for_complete",
        &["NNRP-RLT-004"],
        "A degraded result is handed on as a complete one.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::ResultPush) && edit.get("result_class") == u64::from(CLASS_DEGRADED)
        {
            edit.set("result_class", 0);
        }
    }),
    Defect::server(
        Machine,
        "degraded_sent_as_complete",
        &["NNRP-RLT-004"],
        "A degraded result is sent as a complete one.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) && edit.get("result_class") == u64::from(CLASS_DEGRADED)
        {
            edit.set("result_class", 0);
        }
    }),
    Defect::client(
        Machine,
        "late_comers_lost",
        &["NNRP-RLT-006"],
        "A result of a frame is thrown away once one of a later frame was there.",
    )
    .incoming(|edit, memory| {
        if !edit.is(MessageType::ResultPush) {
            return;
        }
        let (session, lane, frame) = edit.operation();
        match memory.operations.iter_mut().find(|o| (o.0, o.1) == (session, lane)) {
            Some(last) if frame < last.2 => edit.withhold(),
            Some(last) => last.2 = frame,
            None => memory.operations.push((session, lane, frame)),
        }
    }),
    Defect::server(
        Machine,
        "stale_without_source",
        &["NNRP-RLT-008"],
        "A stale result does not say where it was taken from.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush)
            && edit.get("result_class") == u64::from(CLASS_STALE_REUSE)
        {
            edit.set("reused_frame_id", 0);
        }
    }),
    Defect::client(Machine, "drop_ignored", &["NNRP-RLT-011"], "RESULT_DROP is not looked at.")
        .incoming(|edit, _| {
            if edit.is(MessageType::ResultDrop) {
                edit.withhold();
            }
        }),
    Defect::server(
        Machine,
        "every_result_droppable",
        &["NNRP-RLT-012"],
        "Every result is marked CAN_DROP.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            edit.set("header.flags", edit.get("header.flags") | u64::from(CAN_DROP));
        }
    }),
    Defect::server(
        Machine,
        "fire_and_forget_kept",
        &["NNRP-RLT-013"],
        "The result of a fire_and_forget frame is kept and sent again after a resume.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit)
            && edit.get("loss_tolerance_policy") == u64::from(FIRE_AND_FORGET)
        {
            edit.set("loss_tolerance_policy", 0);
        }
    }),
    Defect::client(
        Machine,
        "hint_stops_submits",
        &["NNRP-RLT-015"],
        "After a hint of saturation nothing more is submitted.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::ResultHint) {
            memory.number = edit.get("congestion_state");
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) && memory.number == 3 {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "hint_names_a_strange_frame",
        &["NNRP-RLT-015"],
        "A hint names a frame that was never submitted.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultHint) {
            edit.set("header.frame_id", edit.get("header.frame_id") + 1_000);
        }
    }),
    Defect::server(
        Machine,
        "failure_says_success",
        &["NNRP-RLT-016"],
        "The result of a failed operation carries the status of success.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) && edit.get("status_code") >= 2 {
            edit.set("status_code", 0);
        }
    }),
    Defect::server(
        Machine,
        "times_left_out",
        &["NNRP-RLT-017"],
        "Results do not say how long they took.",
    )
    .outgoing(|edit, _| {
        for field in ["queue_ms", "inference_ms", "server_total_ms"] {
            if edit.is(MessageType::ResultPush) {
                edit.set(field, 0);
            }
        }
    }),
    Defect::server(
        Machine,
        "extension_frames_refused",
        &["NNRP-PAY-021"],
        "A submit with an extension frame is refused, whether that is critical or not.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit) && extension_entry(edit).is_some() {
            refuse(edit, UNSUPPORTED_CAPABILITY);
        }
    }),
    Defect::server(
        Machine,
        "critical_frames_stepped_over",
        &["NNRP-PAY-021"],
        "A critical extension frame of a submit is stepped over like any other.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit) {
            clear_critical(edit);
        }
    }),
    Defect::client(
        Machine,
        "client_steps_over_critical_frames",
        &["NNRP-PAY-021"],
        "A critical extension frame of a result is stepped over like any other.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            clear_critical(edit);
        }
    }),
    Defect::client(
        Machine,
        "chunks_collected",
        &["NNRP-PRO-006"],
        "The chunks of a sequence are handed on when the last one is there.",
    )
    .incoming(save_up),
    Defect::server(
        Machine,
        "chunks_saved_up",
        &["NNRP-PRO-006"],
        "The chunks of a sequence are sent together with the last one.",
    )
    .outgoing(save_up),
];

/// Keeps partial results until the terminal one of their operation.
fn save_up(edit: &mut Edit<'_>, memory: &mut Memory) {
    if !edit.is(MessageType::ResultPush) {
        return;
    }
    let operation = edit.operation();
    if edit.get("result_class") == u64::from(CLASS_PARTIAL) && !edit.is_terminal_result() {
        memory.kept.push((operation.0, edit.bytes.clone()));
        edit.withhold();
    } else {
        for (_, piece) in memory.kept.extract_if(.., |kept| operation_of(&kept.1) == operation) {
            edit.added.before.push(piece);
        }
    }
}
