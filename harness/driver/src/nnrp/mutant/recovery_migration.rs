//! Defects of migration: a session moves wrongly, or is said to have moved.

use super::defect::Defect;
use super::edit::Edit;
use super::memory::Memory;
use crate::DefectLevel::Recovery;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::RESUME_REJECTED;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::client(
        Recovery,
        "migrates_on_the_old_path",
        &["NNRP-MIG-003"],
        "SESSION_MIGRATE goes out on the path that is to be left.",
    )
    .incoming(note_path)
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionMigrate)
            && let Some(old) = path_of(edit, memory)
        {
            edit.conn = old;
        }
    }),
    Defect::client(
        Recovery,
        "migrates_the_session_beside",
        &["NNRP-MIG-003"],
        "SESSION_MIGRATE names the session after the one that moves.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionMigrate) {
            edit.set("header.session_id", edit.get("header.session_id") + 1);
        }
    }),
    Defect::client(
        Recovery,
        "any_migration_answer_will_do",
        &["NNRP-MIG-004"],
        "Every SESSION_MIGRATE_ACK is read as an acceptance.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionMigrateAck) {
            edit.set("accept_code", 0);
        }
    }),
    Defect::server(
        Recovery,
        "accepts_with_a_number",
        &["NNRP-MIG-004"],
        "A migration that is carried out is answered by accept_code 1.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") == 0 {
            edit.set("accept_code", 1);
        }
    }),
    Defect::server(
        Recovery,
        "refuses_with_zero",
        &["NNRP-MIG-004"],
        "A migration that is not carried out is answered by accept_code 0.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") != 0 {
            edit.set("accept_code", 0);
        }
    }),
    Defect::server(
        Recovery,
        "cursor_goes_back",
        &["NNRP-MIG-005"],
        "A migration resumes at frame 0, whatever result came last.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionMigrateAck) {
            edit.set("resume_from_frame_id", 0);
        }
    }),
    Defect::client(
        Recovery,
        "lower_cursor_taken",
        &["NNRP-MIG-005", "NNRP-MIG-004"],
        "A cursor below the last result is read as the last result.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionMigrate) {
            memory.number = edit.get("last_result_frame_id");
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") == 0 {
            let cursor = edit.get("resume_from_frame_id").max(memory.number);
            edit.set("resume_from_frame_id", cursor);
        }
    }),
    Defect::client(
        Recovery,
        "submits_all_again_after_moving",
        &["NNRP-MIG-006"],
        "After a migration every frame without a result is submitted again.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) {
            memory.kept.push((edit.operation().0, edit.bytes.clone()));
        } else if edit.is(MessageType::SessionMigrate) {
            memory.number = edit.get("last_result_frame_id");
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") == 0 {
            for (_, submit) in &memory.kept {
                edit.added.replies.push(submit.clone());
            }
        }
    }),
    Defect::client(
        Recovery,
        "counts_from_one_after_moving",
        &["NNRP-MIG-006"],
        "After a migration frame numbers start at 1.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") == 0 {
            memory.sessions.push(edit.get32("header.session_id"));
        }
    })
    .outgoing(|edit, memory| {
        let session = edit.get32("header.session_id");
        if edit.is(MessageType::FrameSubmit) && memory.sessions.contains(&session) {
            memory.number += 1;
            edit.set("header.frame_id", memory.number);
        }
    }),
    Defect::server(
        Recovery,
        "old_path_still_taken",
        &["NNRP-MIG-007"],
        "Submits on the path that a session has left are taken like those on the new one.",
    )
    .outgoing(note_path)
    .incoming(|edit, memory| {
        if edit.is(MessageType::FrameSubmit)
            && let Some(path) = path_of(edit, memory)
        {
            edit.conn = path;
        }
    }),
    Defect::client(
        Recovery,
        "submits_on_both_paths",
        &["NNRP-MIG-007"],
        "After a migration submits still go out on the old path.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) {
            memory.paths.push((edit.get32("session_id"), edit.conn));
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::FrameSubmit)
            && let Some(path) = path_of(edit, memory)
        {
            edit.conn = path;
        }
    }),
    Defect::server(
        Recovery,
        "moves_without_a_word",
        &["NNRP-MIG-009"],
        "SESSION_MIGRATE is not answered when it is refused.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") != 0 {
            edit.withhold();
        }
    }),
    Defect::server(
        Recovery,
        "refusal_drops_the_frames",
        &["NNRP-MIG-009"],
        "A refused migration drops every frame of the session that is under way.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) {
            memory.operations.push(edit.operation());
            memory.paths.push((edit.operation().0, edit.conn));
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") != 0 {
            let session = edit.get32("header.session_id");
            let all = memory.operations.iter().filter(|operation| operation.0 == session);
            memory.lost.extend(all);
        }
        let result = edit.is(MessageType::ResultPush) || edit.is(MessageType::ResultDrop);
        if result && memory.lost.contains(&edit.operation()) {
            edit.withhold();
        }
    }),
    Defect::client(
        Recovery,
        "refusal_reads_as_loss",
        &["NNRP-MIG-009"],
        "A refused migration is not reported.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") != 0 {
            edit.withhold();
        }
    }),
    Defect::server(
        Recovery,
        "migrates_on_any_token",
        &["NNRP-RES-006"],
        "A migration does not look at its token.",
    )
    .outgoing(super::recovery::note_token)
    .incoming(|edit, memory| {
        let session = edit.get32("header.session_id");
        let own = memory.tokens.iter().rev().find(|(of, _)| *of == session);
        if edit.is(MessageType::SessionMigrate)
            && let Some((_, token)) = own
        {
            edit.bytes.truncate(BODY);
            edit.bytes.extend_from_slice(token);
            let len = token.len() as u64;
            edit.set("header.body_len", len);
        }
    }),
    Defect::server(
        Recovery,
        "refused_migration_ends_the_session",
        &["NNRP-MIG-009"],
        "A refused migration ends the session where it was.",
    )
    .outgoing(|edit, memory| {
        note_path(edit, memory);
        if edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") != 0 {
            memory.sessions.push(edit.get32("header.session_id"));
        }
    })
    .incoming(|edit, memory| {
        if memory.sessions.contains(&edit.get32("header.session_id")) {
            super::machine_operation::refuse(edit, RESUME_REJECTED);
        }
    }),
];

/// Notes where a session is served.
fn note_path(edit: &mut Edit<'_>, memory: &mut Memory) {
    let moved = edit.is(MessageType::SessionMigrateAck) && edit.get("accept_code") == 0;
    match edit.kind() {
        Some(MessageType::SessionOpenAck) => {
            memory.paths.push((edit.get32("session_id"), edit.conn));
        }
        Some(_) if moved => memory.paths.push((edit.get32("header.session_id"), edit.conn)),
        _ => {}
    }
}

/// Where the session of a packet is served.
fn path_of(edit: &Edit<'_>, memory: &Memory) -> Option<wireproof_base::ConnId> {
    let session = edit.get32("header.session_id");
    memory.paths.iter().rev().find(|(of, _)| *of == session).map(|(_, path)| *path)
}

/// Where the body of SESSION_MIGRATE begins.
const BODY: usize = wireproof_wire::nnrp::header::HEADER_LEN + 24;
