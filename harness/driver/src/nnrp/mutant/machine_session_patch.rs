//! Defects of SESSION_PATCH and its answer.

use super::defect::Defect;
use super::edit::Edit;
use super::machine_client::plain;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::header::HEADER_LEN;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Machine,
        "patches_every_field",
        &["NNRP-PAT-003"],
        "The cadence of a patch is taken over whether its bit is set or not.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionPatch) {
            memory.number = edit.get("patch_mask");
            edit.set("patch_mask", memory.number | CADENCE);
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionPatchAck) && memory.number & CADENCE == 0 {
            edit.set("applied_patch_mask", edit.get("applied_patch_mask") & !CADENCE);
        }
    }),
    Defect::server(
        Machine,
        "refuses_what_it_should_not_read",
        &["NNRP-PAT-003", "NNRP-PAT-002"],
        "A patch with a value in a field whose bit is clear is refused.",
    )
    .incoming(|edit, _| {
        let unread = edit.get("patch_mask") & CADENCE == 0 && edit.get("target_cadence_x100") != 0;
        if edit.is(MessageType::SessionPatch) && unread {
            edit.set("reserved0", 1);
        }
    }),
    Defect::server(
        Machine,
        "unknown_patch_bits_ignored",
        &["NNRP-PAT-003"],
        "Bits of a patch mask that nobody assigned are not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionPatch) {
            edit.set("patch_mask", edit.get("patch_mask") & 0x7F);
        }
    }),
    Defect::server(
        Machine,
        "partial_patch_called_accepted",
        &["NNRP-PAT-005"],
        "A patch of which only a part was taken is answered with accepted.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionPatchAck) && edit.get("status") == 1 {
            edit.set("status", 0);
            edit.set("reason", 0);
        }
    }),
    Defect::server(
        Machine,
        "accepted_with_a_reason",
        &["NNRP-PAT-005"],
        "A patch that was accepted is answered with a reason for its refusal.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionPatchAck) && edit.get("status") == 0 {
            edit.set("reason", 3);
        }
    }),
    Defect::server(
        Machine,
        "effective_values_of_before",
        &["NNRP-PAT-006"],
        "The answer to a patch reports the values that held before it.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionPatchAck) {
            let before = memory.kept.pop();
            memory.kept = vec![(0, edit.bytes.clone())];
            let before = before.map_or_else(Vec::new, |(_, packet)| packet);
            for field in EFFECTIVE {
                let value = value_of(&before, field);
                edit.set(field, value);
            }
        }
    }),
    Defect::server(
        Machine,
        "effective_values_of_the_patch",
        &["NNRP-PAT-006", "NNRP-PAT-003"],
        "The answer to a patch reports the fields of the patch, set or not.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionPatch) {
            memory.number = edit.get("target_cadence_x100");
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionPatchAck) {
            edit.set("effective_target_cadence_x100", memory.number);
        }
    }),
    Defect::server(
        Machine,
        "patch_changes_the_profile",
        &["NNRP-PAT-007"],
        "A patch that names another profile makes it the profile of the session.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionPatch) {
            memory.number = edit.get("profile_id");
            edit.set("profile_id", 0);
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionPatchAck) && memory.number != 0 {
            edit.set("effective_profile_id", memory.number);
        }
    }),
    Defect::server(
        Machine,
        "patches_any_session",
        &["NNRP-PAT-010"],
        "A patch for a session that is not open is answered as if it were.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            memory.sessions.push(edit.get32("session_id"));
        }
    })
    .incoming(|edit, memory| {
        let session = edit.get32("header.session_id");
        match edit.kind() {
            Some(MessageType::SessionClose) => memory.sessions.retain(|open| *open != session),
            Some(MessageType::SessionPatch)
                if session != 0 && !memory.sessions.contains(&session) =>
            {
                let mut answer = plain(MessageType::SessionPatchAck, (session, 0, 0));
                let mask = edit.get32("patch_mask").to_le_bytes();
                answer[HEADER_LEN + 4..HEADER_LEN + 8].copy_from_slice(&mask);
                answer[32..40].copy_from_slice(&edit.get("header.trace_id").to_le_bytes());
                edit.added.replies.push(answer);
                edit.withhold();
            }
            _ => {}
        }
    }),
];

/// Bit of the cadence in a patch mask.
const CADENCE: u64 = 0x01;

/// Fields of the answer that say what holds now.
const EFFECTIVE: [&str; 4] = [
    "effective_target_cadence_x100",
    "effective_quality_tier",
    "effective_degrade_policy",
    "effective_lane_mask",
];

/// A field of a packet that was kept; 0 if there is none.
fn value_of(packet: &[u8], field: &str) -> u64 {
    let (mut bytes, mut added) = (packet.to_vec(), super::edit::Added::default());
    Edit {
        bytes: &mut bytes,
        added: &mut added,
        dropped: false,
        now: wireproof_base::Instant::ZERO,
        conn: wireproof_base::ConnId(0),
    }
    .get(field)
}
