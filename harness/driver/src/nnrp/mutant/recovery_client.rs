//! Defects of recovery at the client: it asks for the wrong thing, or believes the wrong answer.

use super::defect::Defect;
use super::recovery::{is_resumed, presented};
use crate::DefectLevel::Recovery;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::RESUME_REJECTED;
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::session::{ALLOW_RESUME, OPENED, RESUMED};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::client(
        Recovery,
        "resume_without_the_ability",
        &["NNRP-RES-002"],
        "A resume does not ask for the ability to resume.",
    )
    .outgoing(|edit, _| {
        if presented(edit).is_some() {
            edit.set("session_flags", edit.get("session_flags") & !u64::from(ALLOW_RESUME));
        }
    }),
    Defect::client(
        Recovery,
        "resume_without_token",
        &["NNRP-RES-002"],
        "A resume leaves its token at home.",
    )
    .outgoing(|edit, _| {
        let Some(len) = presented(edit).map(<[u8]>::len) else { return };
        const BODY: usize = HEADER_LEN + 48;
        edit.bytes.drain(BODY..BODY + len);
        edit.set("header.body_len", edit.get("header.body_len") - len as u64);
        edit.set("resume_token_bytes", 0);
    }),
    Defect::client(
        Recovery,
        "presents_its_first_token",
        &["NNRP-RES-002"],
        "Every resume of a session presents the first token that any session was given.",
    )
    .incoming(super::recovery::note_token)
    .outgoing(|edit, memory| {
        let len = presented(edit).map_or(0, <[u8]>::len);
        if let Some((_, first)) = memory.tokens.first()
            && first.len() == len
            && len != 0
        {
            const BODY: usize = HEADER_LEN + 48;
            edit.bytes[BODY..BODY + len].copy_from_slice(first);
        }
    }),
    Defect::client(
        Recovery,
        "fresh_session_taken_for_resumed",
        &["NNRP-RES-007"],
        "Whatever session is opened in place of a lost one counts as the lost one.",
    )
    .outgoing(|edit, memory| {
        if presented(edit).is_some() {
            memory.sessions.push(edit.get32("requested_session_id"));
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck)
            && edit.get("session_status") == u64::from(OPENED)
            && let Some(session) = memory.sessions.pop()
        {
            edit.set("session_status", RESUMED.into());
            edit.set("session_error_code", 0);
            edit.set("session_id", session.into());
            edit.set("header.session_id", session.into());
        }
    }),
    Defect::client(
        Recovery,
        "resumed_taken_without_token",
        &["NNRP-SES-005"],
        "An open without a token that is answered as resumed counts as opened.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpen) {
            memory.number = edit.get("resume_token_bytes");
        }
    })
    .incoming(|edit, memory| {
        if is_resumed(edit) && memory.number == 0 {
            edit.set("session_status", OPENED.into());
        }
    }),
    Defect::client(
        Recovery,
        "resumed_taken_without_window",
        &["NNRP-RES-004"],
        "A resumed acknowledgement without a window is taken as if it named one.",
    )
    .incoming(|edit, _| {
        if is_resumed(edit) && edit.get("resume_window_ms") == 0 {
            edit.set("resume_window_ms", 1_000);
        }
    }),
    Defect::client(
        Recovery,
        "opened_taken_without_window",
        &["NNRP-RES-005"],
        "An acknowledgement that enables resume without a window is taken as if it named one.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionOpenAck)
            && edit.get("session_status") == u64::from(OPENED)
            && edit.get("session_flags_ack") & u64::from(ALLOW_RESUME) != 0
            && edit.get("resume_window_ms") == 0
        {
            edit.set("resume_window_ms", 1_000);
        }
    }),
    Defect::client(
        Recovery,
        "refused_resume_is_success",
        &["NNRP-RES-007", "NNRP-SES-037"],
        "A resume that was refused is reported as done.",
    )
    .outgoing(|edit, memory| {
        if presented(edit).is_some() {
            let mut token = presented(edit).unwrap_or_default().to_vec();
            token.truncate(255);
            memory.tokens.push((edit.get32("requested_session_id"), token));
        }
    })
    .incoming(|edit, memory| {
        if edit.get("session_error_code") == u64::from(RESUME_REJECTED)
            && let Some((session, token)) = memory.tokens.pop()
        {
            edit.set("session_error_code", 0);
            edit.set("session_status", RESUMED.into());
            for field in ["session_id", "header.session_id"] {
                edit.set(field, session.into());
            }
            edit.set("session_flags_ack", ALLOW_RESUME.into());
            edit.set("accepted_priority_class", 1);
            for field in ["granted_operation_credit", "max_in_flight_operations"] {
                edit.set(field, 8);
            }
            edit.set("resume_window_ms", 1_000);
            edit.set("resume_token_bytes", token.len() as u64);
            edit.set("header.body_len", token.len() as u64);
            edit.bytes.truncate(HEADER_LEN + 56);
            edit.bytes.extend_from_slice(&token);
        }
    }),
    Defect::client(
        Recovery,
        "submits_follow_the_hello",
        &["NNRP-SUB-004"],
        "Submits without a result go out again on every new connection, before a resume.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) {
            memory.kept.push((edit.operation().0, edit.bytes.clone()));
        } else if edit.is(MessageType::ClientHello) {
            edit.added.after.extend(memory.kept.iter().map(|(_, submit)| submit.clone()));
        }
    }),
    Defect::client(
        Recovery,
        "resume_forgets_the_others",
        &["NNRP-RES-013"],
        "As one session is resumed, the others that the client lost are given up.",
    )
    .outgoing(|edit, memory| {
        let len = presented(edit).map_or(0, <[u8]>::len);
        let session = edit.get32("requested_session_id");
        if len != 0 && memory.sessions.iter().any(|resumed| *resumed != session) {
            const BODY: usize = HEADER_LEN + 48;
            edit.bytes[BODY..BODY + len].fill(0);
        }
    })
    .incoming(|edit, memory| {
        if is_resumed(edit) {
            memory.sessions.push(edit.get32("session_id"));
        }
    }),
];
