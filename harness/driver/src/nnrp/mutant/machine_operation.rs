//! Defects of operations: what becomes of submits and cancels is wrong.

use super::defect::Defect;
use super::edit::Edit;
use super::memory::{Memory, Operation};
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::code::{CACHE_MISS, INTERNAL_ERROR, INVALID_STATE, SERVER_BUSY};
use wireproof_wire::nnrp::code::{FRAME_CANCELLED, UNSUPPORTED_CAPABILITY};
use wireproof_wire::nnrp::error::{Error, SCOPE_FRAME, SCOPE_SESSION};
use wireproof_wire::nnrp::flow::SCOPE_OPERATION;
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::{Frame, Header, MessageType};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Machine,
        "strange_submit_swallowed",
        &["NNRP-SUB-002"],
        "A submit for a session that is not there is thrown away without a word.",
    )
    .outgoing(note_session)
    .incoming(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) && !is_known(edit, memory) {
            edit.withhold();
        }
    }),
    Defect::client(
        Machine,
        "one_at_a_time",
        &["NNRP-SUB-003"],
        "The next submit of a session waits for the end of the one before.",
    )
    .outgoing(|edit, memory| {
        if !edit.is(MessageType::FrameSubmit) {
            return;
        }
        let session = edit.operation().0;
        if memory.operations.iter().any(|other| other.0 == session) {
            memory.kept.push((session, edit.bytes.clone()));
            edit.withhold();
        } else {
            memory.operations.push(edit.operation());
        }
    })
    .incoming(|edit, memory| {
        if forget_ended(edit, memory)
            && let Some(at) = memory.kept.iter().position(|(of, _)| *of == edit.operation().0)
        {
            let (_, submit) = memory.kept.remove(at);
            memory.operations.push(operation_of(&submit));
            edit.added.replies.push(submit);
        }
    }),
    Defect::server(
        Machine,
        "frames_without_gaps_only",
        &["NNRP-SUB-004"],
        "A frame number is refused unless it follows on the one before.",
    )
    .incoming(|edit, memory| {
        if !edit.is(MessageType::FrameSubmit) {
            return;
        }
        let (session, lane, frame) = edit.operation();
        match memory.operations.iter_mut().find(|o| (o.0, o.1) == (session, lane)) {
            Some(last) if last.2 + 1 == frame => last.2 = frame,
            None if frame == 1 => memory.operations.push((session, lane, 1)),
            _ => refuse(edit, INVALID_STATE),
        }
    }),
    Defect::server(
        Machine,
        "missing_object_made_up",
        &["NNRP-SUB-012"],
        "A reference that leads nowhere is taken for one that was not made.",
    )
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::CachePut) => memory.number += 1,
        Some(MessageType::FrameSubmit) if memory.number == 0 => strip_references(edit),
        _ => {}
    }),
    Defect::server(
        Machine,
        "missing_object_by_another_name",
        &["NNRP-SUB-012"],
        "A reference that leads nowhere is reported as an internal error.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) && edit.get32("error_code") == CACHE_MISS {
            edit.set("error_code", INTERNAL_ERROR.into());
        }
    }),
    Defect::server(
        Machine,
        "cancel_spreads",
        &["NNRP-SUB-014"],
        "A cancel reaches every unfinished operation of its session.",
    )
    .incoming(|edit, memory| {
        note_arrived(edit, memory);
        if edit.is(MessageType::FrameCancel) {
            let named = edit.operation();
            for &other in memory.operations.iter().filter(|o| o.0 == named.0 && **o != named) {
                let cancel = super::machine_client::plain(MessageType::FrameCancel, other);
                edit.added.after.push(cancel);
            }
        }
    }),
    Defect::server(
        Machine,
        "strange_cancel_is_fatal",
        &["NNRP-SUB-015"],
        "A cancel of an operation that nobody knows is answered by a fatal ERROR.",
    )
    .incoming(|edit, memory| {
        note_arrived(edit, memory);
        let operation = edit.operation();
        if edit.is(MessageType::FrameCancel) && !memory.operations.contains(&operation) {
            let trace = edit.get("header.trace_id");
            edit.added.replies.push(error(operation, (FRAME_CANCELLED, 1), trace));
        }
    }),
    Defect::server(
        Machine,
        "all_inline_or_none",
        &["NNRP-SUB-018"],
        "A submit that mixes references with inline objects is refused.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit) && edit.get("submit_mode") == 2 {
            refuse(edit, UNSUPPORTED_CAPABILITY);
        }
    }),
    Defect::server(
        Machine,
        "other_lanes_lost",
        &["NNRP-OP-002"],
        "Submits on lanes other than the first make no operation.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit) && edit.get("header.view_id") != 0 {
            edit.withhold();
        }
    }),
    Defect::client(
        Machine,
        "cancel_forgets_the_lane",
        &["NNRP-OP-004"],
        "FRAME_CANCEL names session and frame and leaves the lane out.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::FrameCancel) {
            edit.set("header.view_id", 0);
        }
    }),
    Defect::client(
        Machine,
        "half_named_update_ignored",
        &["NNRP-OP-004"],
        "An update of an operation that lacks one of its two names is thrown away without a word.",
    )
    .incoming(|edit, _| {
        let half = edit.get("header.session_id") == 0 || edit.get("operation_id") == 0;
        let narrow = edit.get("scope_kind") == u64::from(SCOPE_OPERATION);
        if edit.is(MessageType::FlowUpdate) && narrow && half {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "interactive_shuts_others_out",
        &["NNRP-OP-019"],
        "While an interactive session is open no other session gets anything done.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck)
            && edit.get("session_id") != 0
            && edit.get("accepted_priority_class") == 0
        {
            memory.sessions.push(edit.get32("session_id"));
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::FrameSubmit)
            && !memory.sessions.is_empty()
            && !is_known(edit, memory)
        {
            refuse(edit, SERVER_BUSY);
        }
    }),
    Defect::client(
        Machine,
        "interactive_goes_alone",
        &["NNRP-OP-019"],
        "While an interactive session is open the client holds back the submits of the others.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("accepted_priority_class") == 0 {
            note_session(edit, memory);
        }
    })
    .outgoing(|edit, memory| {
        let others = !memory.sessions.is_empty() && !is_known(edit, memory);
        if edit.is(MessageType::FrameSubmit) && others {
            edit.withhold();
        }
    }),
];

/// Notes the session that an acknowledgement opens.
pub fn note_session(edit: &mut Edit<'_>, memory: &mut Memory) {
    if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
        memory.sessions.push(edit.get32("session_id"));
    }
}

/// Whether the session in the header was noted.
pub fn is_known(edit: &Edit<'_>, memory: &Memory) -> bool {
    memory.sessions.contains(&edit.get32("header.session_id"))
}

/// Forgets the operation that a packet from the server ends; whether it does.
pub fn forget_ended(edit: &Edit<'_>, memory: &mut Memory) -> bool {
    let ends = edit.is(MessageType::ResultDrop) || edit.is_terminal_result();
    if ends {
        let ended = edit.operation();
        memory.operations.retain(|operation| *operation != ended);
    }
    ends
}

/// Answers a packet by an ERROR about what it names, and withholds it.
pub fn refuse(edit: &mut Edit<'_>, code: u32) {
    let refusal = error(edit.operation(), (code, 0), edit.get("header.trace_id"));
    edit.added.replies.push(refusal);
    edit.withhold();
}

fn note_arrived(edit: &mut Edit<'_>, memory: &mut Memory) {
    if edit.is(MessageType::FrameSubmit) {
        memory.operations.push(edit.operation());
    }
}

/// An ERROR about a frame, or about its session if no frame is named.
fn error(operation: Operation, (code, fatal): (u32, u32), trace: u64) -> Vec<u8> {
    let (session, lane, frame) = operation;
    let meta = Error {
        error_code: code,
        error_scope: if frame == 0 { SCOPE_SESSION } else { SCOPE_FRAME },
        is_fatal: fatal,
        related_session_id: session,
        related_frame_id: frame,
        related_view_id: lane,
        ..Error::default()
    };
    Frame::new(meta, &[]).at(session, frame, lane as u16).traced(trace).to_vec()
}

/// The operation that a packet names.
pub fn operation_of(packet: &[u8]) -> Operation {
    let header = Header::read(packet);
    header.map_or((0, 0, 0), |header| (header.session_id, header.view_id.into(), header.frame_id))
}

/// Where the six lengths of the prelude stand: behind the metadata.
fn prelude(edit: &Edit<'_>) -> usize {
    HEADER_LEN + edit.get("header.meta_len") as usize
}

fn region(edit: &Edit<'_>, index: usize) -> usize {
    let at = prelude(edit) + 4 * index;
    let bytes = edit.bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
}

/// Where the first extension descriptor of a typed body stands.
pub fn extension_entry(edit: &Edit<'_>) -> Option<usize> {
    let typed = edit.get("payload_frame_count") != 0 && region(edit, 4) != 0;
    let before: usize = (0..4).map(|index| region(edit, index)).sum();
    typed.then(|| prelude(edit) + 32 + before)
}

/// Makes the first extension frame one that may be stepped over.
pub fn clear_critical(edit: &mut Edit<'_>) {
    let entry = extension_entry(edit);
    if let Some(flags) = entry.and_then(|at| edit.bytes.get_mut(at + 2)) {
        *flags &= !1;
    }
}

/// Takes the reference region out of a body that has inline objects or none.
fn strip_references(edit: &mut Edit<'_>) {
    let (at, len) = (prelude(edit), region(edit, 1));
    if edit.get("object_ref_mask") == 0 || len == 0 {
        return;
    }
    let from = at + 32 + region(edit, 0);
    if from + len > edit.bytes.len() {
        return;
    }
    edit.bytes.drain(from..from + len);
    edit.bytes[at + 4..at + 8].fill(0);
    edit.set("header.body_len", edit.get("header.body_len") - len as u64);
    for field in ["submit_mode", "object_ref_mask", "camera_bytes", "tile_index_bytes"] {
        edit.set(field, 0);
    }
}
