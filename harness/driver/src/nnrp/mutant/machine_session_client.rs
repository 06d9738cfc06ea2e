//! Defects of the client around a session: what it takes for open, and how it leaves.

use super::defect::Defect;
use super::machine_client::plain;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::SESSION_LIMIT_REACHED;
use wireproof_wire::nnrp::session::{CLOSE_CLOSED, CLOSE_REJECTED, OPENED, REJECTED, RETRY_LATER};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::client(
        Machine,
        "refusal_taken_for_a_session",
        &["NNRP-SES-005"],
        "A refusal that names a session counts as its opening.",
    )
    .incoming(|edit, _| {
        let refused = edit.get("session_status") == u64::from(REJECTED)
            || edit.get("session_status") == u64::from(RETRY_LATER);
        if edit.is(MessageType::SessionOpenAck) && refused && edit.get("session_id") != 0 {
            edit.set("session_status", OPENED.into());
            edit.set("session_error_code", 0);
            edit.set("granted_operation_credit", 1);
            edit.set("max_in_flight_operations", 1);
            edit.set("accepted_priority_class", 1);
        }
    }),
    Defect::client(
        Machine,
        "keeps_the_wished_number",
        &["NNRP-SES-011"],
        "Submits carry the number that was wished for, not the one that was given.",
    )
    .outgoing(|edit, memory| match edit.kind() {
        Some(MessageType::SessionOpen) if edit.get("resume_token_bytes") == 0 => {
            memory.number = edit.get("requested_session_id");
        }
        Some(MessageType::FrameSubmit) if memory.number != 0 => {
            edit.set("header.session_id", memory.number);
        }
        _ => {}
    }),
    Defect::client(
        Machine,
        "retry_later_is_for_good",
        &["NNRP-SES-012"],
        "An open that is postponed counts as refused for good.",
    )
    .incoming(|edit, _| {
        let later = edit.get("session_status") == u64::from(RETRY_LATER);
        if edit.is(MessageType::SessionOpenAck) && later {
            edit.set("session_status", REJECTED.into());
        }
    }),
    Defect::client(
        Machine,
        "rejected_close_is_a_close",
        &["NNRP-SES-033"],
        "A close that the server turned down counts as carried out.",
    )
    .incoming(|edit, _| {
        let rejected = edit.get("close_status") == u64::from(CLOSE_REJECTED);
        if edit.is(MessageType::SessionCloseAck) && rejected {
            edit.set("close_status", CLOSE_CLOSED.into());
        }
    }),
    Defect::client(
        Machine,
        "watermark_of_what_was_sent",
        &["NNRP-SES-034"],
        "SESSION_CLOSE names the last operation that was submitted, settled or not.",
    )
    .outgoing(|edit, memory| match edit.kind() {
        Some(MessageType::FrameSubmit) => {
            let frame = edit.get("header.frame_id") | edit.get("header.view_id") << 32;
            memory.number = memory.number.max(frame);
        }
        Some(MessageType::SessionClose) => edit.set("last_operation_id", memory.number),
        _ => {}
    }),
    Defect::client(
        Machine,
        "client_close_names_an_error_without_one",
        &["NNRP-SES-035"],
        "SESSION_CLOSE of the client has an error code, whatever its reason.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionClose) {
            edit.set("session_error_code", SESSION_LIMIT_REACHED.into());
        }
    }),
    Defect::client(
        Machine,
        "client_closes_unknown_sessions",
        &["NNRP-SES-036"],
        "The client answers the close of a session that never was with closed.",
    )
    .incoming(|edit, memory| {
        let session = edit.get32("header.session_id");
        match edit.kind() {
            Some(MessageType::SessionOpenAck) => memory.sessions.push(edit.get32("session_id")),
            Some(MessageType::SessionClose) if !memory.sessions.contains(&session) => {
                let mut answer = plain(MessageType::SessionCloseAck, (session, 0, 0));
                answer[40] = CLOSE_CLOSED;
                edit.added.replies.push(answer);
                edit.withhold();
            }
            _ => {}
        }
    }),
    Defect::client(
        Machine,
        "client_closed_with_an_error_code",
        &["NNRP-SES-043"],
        "The client's answer to a close has an error code although the close went well.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionCloseAck) {
            edit.set("session_error_code", SESSION_LIMIT_REACHED.into());
        }
    }),
    Defect::client(
        Machine,
        "server_tag_is_looked_at",
        &["NNRP-SES-044"],
        "An answer whose log tag is not the number of its session is refused.",
    )
    .incoming(|edit, _| {
        let success = edit.get("session_id") != 0;
        let same = edit.get("server_session_tag") == edit.get("session_id");
        if edit.is(MessageType::SessionOpenAck) && success && !same {
            edit.set("max_in_flight_operations", 0);
        }
    }),
];
