//! Defects of the server: what it does with operations and their results is wrong.

use super::defect::Defect;
use crate::DefectLevel::{Machine, Recovery};
use wireproof_wire::nnrp::body::write_typed;
use wireproof_wire::nnrp::result::ResultPush;
use wireproof_wire::nnrp::schema::ANCHOR;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};
use wireproof_wire::nnrp::typed::TypedDescriptor;
use wireproof_wire::nnrp::{Event, Frame, MessageType};

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
            edit.set("header.session_id", u64::from(*other.unwrap_or(&session.wrapping_add(1))));
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
    Defect::client(
        Recovery,
        "last_result_told_after_resume",
        &["NNRP-RES-011"],
        "After a resume the application is told once more of the last result of the session.",
    )
    .told(|event, memory| match *event {
        Event::Result { terminal: true, .. } => memory.event = Some(*event),
        Event::Opened { resumed: true, session: resumed, .. } => {
            let last = memory.event.take();
            memory.again = last.filter(
                |last| matches!(last, Event::Result { session, .. } if *session == resumed),
            );
        }
        _ => {}
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
