//! Defects of recovery at the server: sessions come back wrongly, or the wrong ones.

use super::defect::Defect;
use super::edit::Edit;
use super::memory::Memory;
use crate::DefectLevel::Recovery;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::RESUME_REJECTED;
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::session::{ALLOW_RESUME, OPENED, REJECTED, RESUMED};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Recovery,
        "token_opens_any_session",
        &["NNRP-RES-001"],
        "A token that was given for one session resumes every other as well.",
    )
    .outgoing(note_token)
    .incoming(|edit, memory| {
        let session = edit.get32("requested_session_id");
        let given = presented(edit).map(<[u8]>::to_vec);
        let known = memory.tokens.iter().any(|(_, token)| Some(token) == given.as_ref());
        let own = memory.tokens.iter().rev().find(|(of, _)| *of == session);
        if known && let Some((_, own)) = own {
            present(edit, &own.clone());
        }
    }),
    Defect::server(
        Recovery,
        "old_tokens_stay_good",
        &["NNRP-RES-006"],
        "A token resumes its session for ever, however many have replaced it.",
    )
    .outgoing(note_token)
    .incoming(|edit, memory| {
        let session = edit.get32("requested_session_id");
        let given = presented(edit).map(<[u8]>::to_vec);
        let mut own = memory.tokens.iter().rev().filter(|(of, _)| *of == session);
        let newest = own.clone().next().map(|(_, token)| token.clone());
        if own.any(|(_, token)| Some(token) == given.as_ref())
            && let Some(newest) = newest
        {
            present(edit, &newest);
        }
    }),
    Defect::server(
        Recovery,
        "half_a_token_will_do",
        &["NNRP-RES-006"],
        "Of a token only the first eight bytes are compared.",
    )
    .outgoing(note_token)
    .incoming(|edit, memory| {
        let session = edit.get32("requested_session_id");
        let given = presented(edit).map(<[u8]>::to_vec).unwrap_or_default();
        let own = memory.tokens.iter().rev().find(|(of, _)| *of == session);
        if let Some((_, own)) = own
            && given.len() == own.len()
            && given.get(..8) == own.get(..8)
        {
            present(edit, &own.clone());
        }
    }),
    Defect::server(
        Recovery,
        "profile_of_a_resume_unread",
        &["NNRP-RES-006"],
        "Whatever profile, schema and abilities a resume asks for, it gets the session as it was.",
    )
    .incoming(|edit, memory| {
        let session = edit.get32("requested_session_id");
        if presented(edit).is_some_and(|token| !token.is_empty()) {
            let opened = memory.kept.iter().find(|(of, _)| *of == session);
            if let Some((_, open)) = opened {
                const UNTIL: usize = HEADER_LEN + 16;
                edit.bytes[HEADER_LEN + 4..UNTIL].copy_from_slice(&open[HEADER_LEN + 4..UNTIL]);
            }
        } else if edit.is(MessageType::SessionOpen) {
            memory.kept.push((0, edit.bytes.clone()));
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck)
            && let Some(asked) = memory.kept.iter_mut().find(|(of, _)| *of == 0)
        {
            asked.0 = edit.get32("session_id");
        }
    }),
    Defect::server(
        Recovery,
        "resumed_without_window",
        &["NNRP-RES-004"],
        "A resumed acknowledgement names no window.",
    )
    .outgoing(|edit, _| {
        if is_resumed(edit) {
            edit.set("resume_window_ms", 0);
        }
    }),
    Defect::server(
        Recovery,
        "resumed_with_an_error",
        &["NNRP-RES-004"],
        "A resumed acknowledgement says resume_rejected as well.",
    )
    .outgoing(|edit, _| {
        if is_resumed(edit) {
            edit.set("session_error_code", RESUME_REJECTED.into());
        }
    }),
    Defect::server(
        Recovery,
        "token_without_window",
        &["NNRP-RES-005"],
        "A first acknowledgement hands out a token and no window.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_status") == u64::from(OPENED) {
            edit.set("resume_window_ms", 0);
        }
    }),
    Defect::server(
        Recovery,
        "failed_resume_opens_afresh",
        &["NNRP-RES-007"],
        "In place of a session that cannot be resumed a fresh one is opened, without a word.",
    )
    .outgoing(|edit, memory| {
        let refused = edit.get("session_error_code") == u64::from(RESUME_REJECTED);
        if edit.is(MessageType::SessionOpenAck) && refused {
            memory.number += 1;
            let fresh = 5_000 + memory.number;
            edit.set("session_error_code", 0);
            edit.set("session_status", OPENED.into());
            edit.set("session_id", fresh);
            edit.set("header.session_id", fresh);
            edit.set("granted_operation_credit", 1);
            edit.set("max_in_flight_operations", 1);
        }
    }),
    Defect::server(
        Recovery,
        "results_follow_the_hello",
        &["NNRP-RES-010"],
        "Results go out again on every new connection, before anything is resumed.",
    )
    .outgoing(|edit, memory| {
        if edit.is_terminal_result() {
            memory.kept.push((edit.operation().0, edit.bytes.clone()));
        }
        if edit.is(MessageType::ServerHelloAck) {
            edit.added.after.extend(memory.kept.iter().map(|(_, result)| result.clone()));
        }
    }),
    Defect::server(
        Recovery,
        "one_resume_for_each_connection",
        &["NNRP-RES-013"],
        "A connection that one session was resumed on resumes no other.",
    )
    .outgoing(|edit, memory| {
        if is_resumed(edit) {
            memory.paths.push((edit.get32("session_id"), edit.conn));
        }
    })
    .incoming(|edit, memory| {
        let taken = memory.paths.iter().any(|(_, path)| *path == edit.conn);
        let len = presented(edit).map_or(0, <[u8]>::len);
        if taken && len != 0 {
            present(edit, &vec![0; len]);
        }
    }),
    Defect::server(
        Recovery,
        "takes_a_session_from_its_own_connection",
        &["NNRP-RES-003"],
        "A resume of a session that the connection carries already is reported as done.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            memory.paths.push((edit.get32("session_id"), edit.conn));
            memory.kept.push((edit.get32("session_id"), edit.bytes.clone()));
        }
    })
    .incoming(|edit, memory| {
        let session = edit.get32("requested_session_id");
        let last = memory.paths.iter().rev().find(|(of, _)| *of == session);
        let here = last.is_some_and(|(_, path)| *path == edit.conn);
        let answer = memory.kept.iter().rev().find(|(of, _)| *of == session);
        if presented(edit).is_some()
            && here
            && let Some((_, answer)) = answer
        {
            let mut answer = answer.clone();
            answer[HEADER_LEN + 7] = RESUMED;
            edit.added.replies.push(answer);
            edit.withhold();
        }
    }),
    Defect::server(
        Recovery,
        "refused_resume_costs_the_session",
        &["NNRP-RES-006"],
        "After one refused resume a session cannot be resumed at all.",
    )
    .incoming(|edit, memory| {
        let session = edit.get32("requested_session_id");
        let len = presented(edit).map_or(0, <[u8]>::len);
        if len == 0 {
            return;
        }
        if memory.sessions.contains(&session) {
            present(edit, &vec![0; len]);
        }
        memory.number = u64::from(session);
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck)
            && edit.get("session_status") == u64::from(REJECTED)
            && memory.number != 0
        {
            memory.sessions.push(memory.number as u32);
        }
    }),
    Defect::server(
        Recovery,
        "watermark_unread",
        &["NNRP-RES-011"],
        "A resume delivers everything again, whatever the client said it has.",
    )
    .incoming(|edit, _| {
        let at = BODY + edit.get("resume_token_bytes") as usize;
        let marked = edit.is(MessageType::SessionOpen) && edit.get("session_extension_bytes") != 0;
        if let Some(kind) = edit.bytes.get_mut(at..at + 2).filter(|_| marked) {
            // An extension that nobody knows.
            kind.copy_from_slice(&0x7FFF_u16.to_le_bytes());
        }
    }),
];

/// Notes the token of an acknowledgement.
pub fn note_token(edit: &mut Edit<'_>, memory: &mut Memory) {
    if !edit.is(MessageType::SessionOpenAck) {
        return;
    }
    let session = edit.get32("session_id");
    let token = edit.frame().map(|frame| frame.blocks().token.to_vec());
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        memory.tokens.push((session, token));
    }
}

/// Whether it is a SESSION_OPEN_ACK that gives a session back.
pub fn is_resumed(edit: &Edit<'_>) -> bool {
    edit.is(MessageType::SessionOpenAck) && edit.get("session_status") == u64::from(RESUMED)
}

/// The token of a SESSION_OPEN that asks for a session.
pub fn presented<'a>(edit: &'a Edit<'_>) -> Option<&'a [u8]> {
    let resumes = edit.is(MessageType::SessionOpen)
        && edit.get("session_flags") & u64::from(ALLOW_RESUME) != 0;
    let len = edit.get("resume_token_bytes") as usize;
    edit.bytes.get(BODY..BODY + len).filter(|token| resumes && !token.is_empty())
}

/// Puts another token of the same length in its place.
fn present(edit: &mut Edit<'_>, token: &[u8]) {
    if let Some(place) = edit.bytes.get_mut(BODY..BODY + token.len()) {
        place.copy_from_slice(token);
    }
}

/// Where the body of SESSION_OPEN begins: with the token.
const BODY: usize = HEADER_LEN + 48;
