//! Defects of flow control: scopes, epochs and limits are taken wrongly.

use super::defect::Defect;
use super::edit::Edit;
use super::machine_operation::{forget_ended, is_known, note_session, refuse};
use super::memory::Memory;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::{INVALID_STATE, LIMIT_EXCEEDED, SERVER_BUSY};
use wireproof_wire::nnrp::flow::{BACKGROUND_ONLY, CREDIT_VALID, DRAIN_IN_FLIGHT_ONLY};
use wireproof_wire::nnrp::flow::{LEVEL_HARD, LEVEL_SOFT, REASON_PAUSE};
use wireproof_wire::nnrp::flow::{SCOPE_CONNECTION, SCOPE_OPERATION, SCOPE_SESSION};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::client(
        Machine,
        "connection_reads_session_credit",
        &["NNRP-FLOW-003"],
        "An update of the connection is read from session_credit.",
    )
    .incoming(|edit, _| {
        if at_scope(edit, SCOPE_CONNECTION) {
            edit.set("connection_credit", edit.get("session_credit"));
        }
    }),
    Defect::client(
        Machine,
        "session_reads_connection_credit",
        &["NNRP-FLOW-004"],
        "An update of a session is read from connection_credit.",
    )
    .incoming(|edit, _| {
        if at_scope(edit, SCOPE_SESSION) {
            edit.set("session_credit", edit.get("connection_credit"));
        }
    }),
    Defect::client(
        Machine,
        "operation_reads_session_credit",
        &["NNRP-FLOW-005"],
        "An update of an operation is read from session_credit.",
    )
    .incoming(|edit, _| {
        if at_scope(edit, SCOPE_OPERATION) {
            edit.set("operation_credit", edit.get("session_credit"));
        }
    }),
    Defect::server(
        Machine,
        "connection_update_names_a_session",
        &["NNRP-FLOW-003"],
        "An update of the connection carries the number of a session.",
    )
    .outgoing(|edit, memory| {
        note_session(edit, memory);
        if at_scope(edit, SCOPE_CONNECTION) {
            edit.set("header.session_id", memory.sessions.last().map_or(1, |&id| id.into()));
        }
    }),
    Defect::server(
        Machine,
        "session_update_names_an_operation",
        &["NNRP-FLOW-004"],
        "An update of a session carries the number of an operation.",
    )
    .outgoing(|edit, _| {
        if at_scope(edit, SCOPE_SESSION) {
            edit.set("operation_id", 1);
        }
    }),
    Defect::server(
        Machine,
        "epoch_of_three_bits",
        &["NNRP-FLOW-007"],
        "Epochs are counted from 0 to 7 and then from 0 again.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::FlowUpdate) {
            edit.set("credit_epoch", edit.get("credit_epoch") % 8);
        }
    }),
    Defect::client(
        Machine,
        "one_epoch_for_all",
        &["NNRP-FLOW-009"],
        "An update is stale if any scope has seen a higher epoch.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::FlowUpdate) {
            let epoch = edit.get("credit_epoch") + 1;
            if epoch <= memory.number {
                edit.withhold();
            }
            memory.number = memory.number.max(epoch);
        }
    }),
    Defect::client(
        Machine,
        "credit_only_grows",
        &["NNRP-FLOW-010"],
        "A new credit counts only if it is higher than the one in force.",
    )
    .incoming(|edit, memory| {
        if !edit.is(MessageType::FlowUpdate) || edit.get32("flow_flags") & CREDIT_VALID == 0 {
            return;
        }
        let field = credit_field(edit);
        let (session, scope) = (edit.get32("header.session_id"), edit.get32("scope_kind"));
        let credit = edit.get32(field);
        let highest = memory.operations.iter_mut().find(|o| (o.0, o.1) == (session, scope));
        match highest {
            Some(highest) => {
                highest.2 = highest.2.max(credit);
                edit.set(field, highest.2.into());
            }
            None => memory.operations.push((session, scope, credit)),
        }
    }),
    Defect::client(
        Machine,
        "client_ignores_strange_updates",
        &["NNRP-FLOW-022"],
        "An update for a session that is not there is thrown away without a word.",
    )
    .incoming(ignore_strange_updates),
    Defect::server(
        Machine,
        "server_ignores_strange_updates",
        &["NNRP-FLOW-022"],
        "An update for a session that is not there is thrown away without a word.",
    )
    .outgoing(note_session)
    .incoming(ignore_strange_updates),
    Defect::server(
        Machine,
        "draining_refuses_updates",
        &["NNRP-FLOW-023"],
        "A session that was asked to close takes no more updates.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionClose) {
            memory.sessions.push(edit.get32("header.session_id"));
        }
        refuse_updates_of_noted(edit, memory);
    }),
    Defect::client(
        Machine,
        "closing_client_refuses_updates",
        &["NNRP-FLOW-023"],
        "A session that the client is closing takes no more updates.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionClose) {
            memory.sessions.push(edit.get32("header.session_id"));
        }
    })
    .incoming(refuse_updates_of_noted),
    Defect::client(
        Machine,
        "hard_pressure_cancels",
        &["NNRP-FLOW-013"],
        "Hard backpressure makes the client cancel what is unfinished.",
    )
    .outgoing(note_submit)
    .incoming(|edit, memory| {
        forget_ended(edit, memory);
        if edit.is(MessageType::FlowUpdate)
            && edit.get("backpressure_level") == u64::from(LEVEL_HARD)
        {
            cancel_all(edit, memory);
        }
    }),
    Defect::client(
        Machine,
        "drain_cancels",
        &["NNRP-FLOW-018"],
        "drain_in_flight_only makes the client cancel what is unfinished.",
    )
    .outgoing(note_submit)
    .incoming(|edit, memory| {
        forget_ended(edit, memory);
        let drains = edit.get32("flow_flags") & DRAIN_IN_FLIGHT_ONLY != 0;
        if edit.is(MessageType::FlowUpdate) && drains {
            cancel_all(edit, memory);
        }
    }),
    Defect::client(
        Machine,
        "one_more_under_pressure",
        &["NNRP-FLOW-014"],
        "After hard backpressure has come one more operation is started.",
    )
    .outgoing(keep_submit)
    .incoming(|edit, memory| {
        if edit.is(MessageType::FlowUpdate)
            && edit.get("backpressure_level") == u64::from(LEVEL_HARD)
        {
            start_one_more(edit, memory);
        }
    }),
    Defect::client(
        Machine,
        "one_more_after_a_pause",
        &["NNRP-FLOW-017"],
        "After a pause has come one more operation is started.",
    )
    .outgoing(keep_submit)
    .incoming(|edit, memory| {
        if edit.is(MessageType::FlowUpdate) && edit.get("update_reason") == u64::from(REASON_PAUSE)
        {
            start_one_more(edit, memory);
        }
    }),
    Defect::server(
        Machine,
        "soft_pressure_refuses",
        &["NNRP-FLOW-016"],
        "A server that asked for less refuses everything.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::FlowUpdate) {
            memory.number = edit.get("backpressure_level");
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) && memory.number == u64::from(LEVEL_SOFT) {
            refuse(edit, SERVER_BUSY);
        }
    }),
    Defect::client(
        Machine,
        "balanced_counts_as_background",
        &["NNRP-FLOW-019"],
        "A balanced session starts operations where only background ones may.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("accepted_priority_class") == 1 {
            edit.set("accepted_priority_class", 2);
        }
    }),
    Defect::server(
        Machine,
        "background_flag_forgotten",
        &["NNRP-FLOW-019"],
        "The server announces background_only and takes everybody's submits.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionOpen) {
            edit.set("priority_class", 2);
        }
    })
    .outgoing(|edit, memory| match edit.kind() {
        Some(MessageType::FlowUpdate) => {
            memory.number = edit.get("flow_flags") & u64::from(BACKGROUND_ONLY);
        }
        Some(MessageType::SessionOpenAck) => edit.set("accepted_priority_class", 1),
        _ => {}
    }),
    Defect::client(
        Machine,
        "one_beyond_the_connection",
        &["NNRP-FLOW-020"],
        "The connection carries one operation more than its limit.",
    )
    .incoming(|edit, _| {
        let limit = edit.get("max_concurrent_frames");
        if edit.is(MessageType::ServerHelloAck) && limit != 0 {
            edit.set("max_concurrent_frames", limit + 1);
        }
    }),
    Defect::client(
        Machine,
        "connection_update_hits_one_session",
        &["NNRP-FLOW-021"],
        "An update of the connection is taken for one of the newest session.",
    )
    .incoming(|edit, memory| {
        note_session(edit, memory);
        if at_scope(edit, SCOPE_CONNECTION)
            && let Some(&session) = memory.sessions.last()
        {
            edit.set("scope_kind", SCOPE_SESSION.into());
            edit.set("header.session_id", session.into());
            edit.set("session_credit", edit.get("connection_credit"));
        }
    }),
    Defect::server(
        Machine,
        "over_credit_swallowed",
        &["NNRP-FLOW-024"],
        "A submit beyond the credit is thrown away without a word.",
    )
    .outgoing(|edit, _| {
        let code = edit.get32("error_code");
        if edit.is(MessageType::Error) && matches!(code, SERVER_BUSY | LIMIT_EXCEEDED) {
            edit.withhold();
        }
    }),
];

fn at_scope(edit: &Edit<'_>, scope: u8) -> bool {
    edit.is(MessageType::FlowUpdate) && edit.get("scope_kind") == u64::from(scope)
}

fn credit_field(edit: &Edit<'_>) -> &'static str {
    match edit.get32("scope_kind") as u8 {
        SCOPE_CONNECTION => "connection_credit",
        SCOPE_SESSION => "session_credit",
        _ => "operation_credit",
    }
}

fn ignore_strange_updates(edit: &mut Edit<'_>, memory: &mut Memory) {
    note_session(edit, memory);
    let narrow = edit.is(MessageType::FlowUpdate) && !at_scope(edit, SCOPE_CONNECTION);
    if narrow && !is_known(edit, memory) {
        edit.withhold();
    }
}

fn refuse_updates_of_noted(edit: &mut Edit<'_>, memory: &mut Memory) {
    if edit.is(MessageType::FlowUpdate) && is_known(edit, memory) {
        refuse(edit, INVALID_STATE);
    }
}

fn note_submit(edit: &mut Edit<'_>, memory: &mut Memory) {
    if edit.is(MessageType::FrameSubmit) {
        memory.operations.push(edit.operation());
    }
}

fn keep_submit(edit: &mut Edit<'_>, memory: &mut Memory) {
    if edit.is(MessageType::FrameSubmit) {
        memory.kept.retain(|(session, _)| *session != edit.operation().0);
        memory.kept.push((edit.operation().0, edit.bytes.clone()));
    }
}

/// Repeats the last submit of the scope under a number that was never used.
fn start_one_more(edit: &mut Edit<'_>, memory: &Memory) {
    let session = edit.get32("header.session_id");
    let last = memory.kept.iter().rev().find(|(of, _)| session == 0 || *of == session);
    if edit.get("operation_id") == 0
        && let Some((_, submit)) = last
    {
        edit.added.replies.push(super::machine_client::later(submit));
    }
}

/// Cancels every operation that the update concerns.
fn cancel_all(edit: &mut Edit<'_>, memory: &Memory) {
    let session = edit.get32("header.session_id");
    for &operation in memory.operations.iter().filter(|o| session == 0 || o.0 == session) {
        let cancel = super::machine_client::plain(MessageType::FrameCancel, operation);
        edit.added.replies.push(cancel);
    }
}
