//! Defects of the server: its decisions are wrong.

use super::defect::Defect;
use super::machine_client::plain;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::body::write_typed;
use wireproof_wire::nnrp::result::ResultPush;
use wireproof_wire::nnrp::schema::ANCHOR;
use wireproof_wire::nnrp::session::{
    OPENED, POLICY_ABORT, POLICY_DRAIN, PRIORITY_DOWNGRADED, RESUMED,
};
use wireproof_wire::nnrp::typed::TypedDescriptor;
use wireproof_wire::nnrp::{Frame, MessageType};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Machine,
        "admits_beyond_credit",
        &["NNRP-FLOW-024", "NNRP-SES-037"],
        "Submits beyond the credit it granted are accepted.",
    )
    .setup(|setup| (setup.session_credit, setup.max_in_flight) = (0xFFFF, 0xFFFF))
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            edit.set("granted_operation_credit", u64::from(memory.setup.session_credit));
            edit.set("max_in_flight_operations", u64::from(memory.setup.max_in_flight));
        }
    }),
    Defect::server(
        Machine,
        "second_terminal_result",
        &["NNRP-RLT-007"],
        "The terminal result of an operation is sent twice.",
    )
    .outgoing(|edit, _| {
        if edit.is_terminal_result() {
            edit.double();
        }
    }),
    Defect::server(
        Machine,
        "result_after_drop",
        &["NNRP-RLT-007", "NNRP-RLT-011"],
        "RESULT_DROP is followed by a result for the same operation.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultDrop) {
            let result = result(edit.operation());
            edit.added.after.push(result);
        }
    }),
    Defect::server(
        Machine,
        "result_to_wrong_lane",
        &["NNRP-RLT-005"],
        "Results carry the lane beside the one they answer.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            edit.set("header.view_id", edit.get("header.view_id") ^ 1);
        }
    }),
    Defect::server(
        Machine,
        "result_to_wrong_session",
        &["NNRP-RLT-005", "NNRP-CON-002"],
        "Results carry the number of another open session.",
    )
    .outgoing(|edit, memory| {
        let session = edit.get32("header.session_id");
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            memory.sessions.push(edit.get32("session_id"));
        } else if edit.is(MessageType::ResultPush) {
            let other = memory.sessions.iter().find(|other| **other != session);
            edit.set("header.session_id", u64::from(*other.unwrap_or(&(session + 1))));
        }
    }),
    Defect::server(
        Machine,
        "swallows_close_ack",
        &["NNRP-SES-027"],
        "SESSION_CLOSE is not answered.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionCloseAck) {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "swallows_open_ack",
        &["NNRP-SES-006"],
        "Every second SESSION_OPEN is not answered.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) {
            memory.number += 1;
            if memory.number.is_multiple_of(2) {
                edit.withhold();
            }
        }
    }),
    Defect::server(
        Machine,
        "answers_error_with_error",
        &["NNRP-ERR-008"],
        "Every ERROR is answered with an ERROR.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Error) {
            edit.added.replies.push(plain(MessageType::Error, (0, 0, 0)));
        }
    }),
    Defect::server(Machine, "double_pong", &["NNRP-CON-010"], "PING is answered twice.").outgoing(
        |edit, _| {
            if edit.is(MessageType::Pong) {
                edit.double();
            }
        },
    ),
    Defect::server(Machine, "no_pong", &["NNRP-CON-010"], "PING is not answered.").outgoing(
        |edit, _| {
            if edit.is(MessageType::Pong) {
                edit.withhold();
            }
        },
    ),
    Defect::server(
        Machine,
        "ack_flags_beyond_request",
        &["NNRP-SES-023"],
        "SESSION_OPEN_ACK grants schema override to everybody.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            edit.set("session_flags_ack", edit.get("session_flags_ack") | 0x8);
        }
    }),
    Defect::server(
        Machine,
        "priority_raised",
        &["NNRP-SES-024"],
        "Every session is granted the interactive class.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            edit.set("accepted_priority_class", 0);
            let flags = edit.get("session_flags_ack") & !u64::from(PRIORITY_DOWNGRADED);
            edit.set("session_flags_ack", flags);
        }
    }),
    Defect::server(
        Machine,
        "refusal_without_code",
        &["NNRP-SES-014"],
        "A refused open carries session_error_code 0.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && matches!(edit.get("session_status"), 1 | 2) {
            edit.set("session_error_code", 0);
        }
    }),
    Defect::server(
        Machine,
        "resume_accepts_any_token",
        &["NNRP-RES-006", "NNRP-RES-001"],
        "A resume is granted whatever the token says.",
    )
    .outgoing(note_token)
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionOpen) && edit.get("resume_token_bytes") != 0 {
            let session = edit.get32("requested_session_id");
            let held = memory.tokens.iter().rev().find(|(of, _)| *of == session);
            let len = edit.get("resume_token_bytes") as usize;
            const BODY: usize = 40 + 48;
            if let Some((_, token)) = held
                && token.len() == len
                && let Some(given) = edit.bytes.get_mut(BODY..BODY + len)
            {
                given.copy_from_slice(token);
            }
        }
    }),
    Defect::server(
        Machine,
        "resume_loses_results",
        &["NNRP-RES-008"],
        "Operations from before a resume are never answered after it.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) {
            memory.operations.push(edit.operation());
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_status") == u64::from(RESUMED)
        {
            let session = edit.get32("session_id");
            let before = memory.operations.iter().filter(|operation| operation.0 == session);
            memory.lost.extend(before);
        }
        let result = edit.is(MessageType::ResultPush) || edit.is(MessageType::ResultDrop);
        if result && memory.lost.contains(&edit.operation()) {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "redelivers_acknowledged",
        &["NNRP-RES-011", "NNRP-RLT-007"],
        "After a resume every result of the session is delivered once more, twice.",
    )
    .outgoing(|edit, memory| {
        if edit.is_terminal_result() {
            memory.kept.push((edit.operation().0, edit.bytes.clone()));
        }
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_status") == u64::from(RESUMED)
        {
            let session = edit.get32("session_id");
            for (_, result) in memory.kept.iter().filter(|(of, _)| *of == session) {
                edit.added.after.push(result.clone());
                edit.added.after.push(result.clone());
            }
        }
    }),
    Defect::server(
        Machine,
        "resumed_without_token",
        &["NNRP-RES-003"],
        "A fresh session is reported as resumed.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_status") == u64::from(OPENED) {
            edit.set("session_status", RESUMED.into());
        }
    }),
    Defect::server(
        Machine,
        "closes_siblings",
        &["NNRP-SES-026", "NNRP-CON-002"],
        "SESSION_CLOSE ends every session of the connection.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            memory.sessions.push(edit.get32("session_id"));
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionClose) {
            let session = edit.get32("header.session_id");
            for other in memory.sessions.drain(..).filter(|other| *other != session) {
                let mut close = edit.bytes.clone();
                close[20..24].copy_from_slice(&other.to_le_bytes());
                edit.added.after.push(close);
            }
        }
    }),
    Defect::server(
        Machine,
        "drains_cut_short",
        &["NNRP-SES-029"],
        "A drain gets one millisecond, whatever it was promised.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionClose) && edit.get("drain_timeout_ms") > 1 {
            edit.set("drain_timeout_ms", 1);
        }
    }),
    Defect::server(
        Machine,
        "abort_ignored",
        &["NNRP-SES-030"],
        "An abort is treated as a drain of ten seconds.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::SessionClose)
            && edit.get("in_flight_policy") == u64::from(POLICY_ABORT)
        {
            edit.set("in_flight_policy", POLICY_DRAIN.into());
            edit.set("drain_timeout_ms", 10_000);
        }
    }),
    Defect::server(
        Machine,
        "close_ignored",
        &["NNRP-CON-004", "NNRP-CON-005"],
        "CLOSE is not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Close) {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "malformed_swallowed",
        &["NNRP-ERR-011", "NNRP-SES-008"],
        "Packets that break a rule are thrown away without a word.",
    )
    .incoming(|edit, _| {
        if edit.frame().is_none() {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "every_refusal_is_fatal",
        &["NNRP-ERR-007", "NNRP-NEG-014"],
        "Every ERROR says that it is fatal.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) {
            edit.set("is_fatal", 1);
        }
    }),
    Defect::server(
        Machine,
        "error_without_ids",
        &["NNRP-ERR-003"],
        "A frame-scope ERROR names nothing in its header.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) && edit.get("error_scope") == 2 {
            for field in ["header.session_id", "header.frame_id", "header.view_id"] {
                edit.set(field, 0);
            }
        }
    }),
    Defect::server(
        Machine,
        "hello_answer_outside_offer",
        &["NNRP-NEG-007"],
        "SERVER_HELLO_ACK accepts a codec that nobody offered.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ServerHelloAck) {
            edit.set("accepted_codec_bitmap", 0x8000_0000 | edit.get("accepted_codec_bitmap"));
        }
    }),
    Defect::server(
        Machine,
        "second_hello_welcome",
        &["NNRP-NEG-014"],
        "A second CLIENT_HELLO is answered like the first.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::ServerHelloAck) {
            memory.kept = vec![(0, edit.bytes.clone())];
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::ClientHello)
            && let Some((_, answer)) = memory.kept.first()
        {
            edit.added.replies.push(answer.clone());
            edit.withhold();
        }
    }),
    Defect::server(Machine, "cancel_ignored", &["NNRP-SUB-014"], "FRAME_CANCEL is not looked at.")
        .incoming(|edit, _| {
            if edit.is(MessageType::FrameCancel) {
                edit.withhold();
            }
        }),
    Defect::server(
        Machine,
        "budget_beyond_request",
        &["NNRP-RLT-003"],
        "Results apply degradations that the frame did not allow.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            edit.set("applied_budget_policy", 0x0F);
        }
    }),
    Defect::server(
        Machine,
        "patch_masks_overlap",
        &["NNRP-PAT-004"],
        "Every field of a patch is applied and refused at once.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionPatchAck) {
            edit.set("rejected_patch_mask", edit.get("applied_patch_mask"));
        }
    }),
    Defect::server(
        Machine,
        "patch_unanswered",
        &["NNRP-PAT-002"],
        "SESSION_PATCH is not answered.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionPatchAck) {
            edit.withhold();
        }
    }),
    Defect::server(Machine, "put_unanswered", &["NNRP-CACHE-002"], "CACHE_PUT is not answered.")
        .outgoing(|edit, _| {
            if edit.is(MessageType::CacheAck) {
                edit.withhold();
            }
        }),
    Defect::server(
        Machine,
        "epoch_stands_still",
        &["NNRP-FLOW-007"],
        "Every FLOW_UPDATE carries epoch 1, whatever changed.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::FlowUpdate) {
            edit.set("credit_epoch", 1);
        }
    }),
];

/// Notes the token of an acknowledgement.
fn note_token(edit: &mut super::edit::Edit<'_>, memory: &mut super::memory::Memory) {
    if !edit.is(MessageType::SessionOpenAck) {
        return;
    }
    let session = edit.get32("session_id");
    let token = edit.frame().map(|frame| frame.blocks().token.to_vec());
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        memory.tokens.push((session, token));
    }
}

/// A terminal result out of nowhere.
fn result((session, lane, frame): (u32, u32, u32)) -> Vec<u8> {
    let mut body = Vec::new();
    let (schema_id, schema_version) = (ANCHOR.schema_id, ANCHOR.schema_version);
    let descriptor =
        TypedDescriptor { profile_id: 2, schema_id, schema_version, ..Default::default() };
    write_typed(&mut body, &[(descriptor, b"late")]);
    let meta = ResultPush {
        active_profile_id: 2,
        payload_kind_bitmap: 2,
        payload_frame_count: 1,
        ..Default::default()
    };
    Frame::new(meta, &body)
        .at(session, frame, lane as u16)
        .flagged(wireproof_wire::nnrp::header::EOS)
        .to_vec()
}
