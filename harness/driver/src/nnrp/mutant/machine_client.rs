//! Defects of the client: its decisions are wrong.

use super::defect::Defect;
use super::edit::{Added, Edit};
use super::memory::Memory;
use crate::DefectLevel::Machine;
use crate::nnrp::defaults::{self, Ids};
use wireproof_base::{ConnId, Instant};
use wireproof_wire::nnrp::{Event, Frame, MessageType};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::client(
        Machine,
        "overdraws_credit",
        &["NNRP-FLOW-020", "NNRP-SES-037"],
        "Every credit that arrives counts as 65535.",
    )
    .incoming(|edit, _| match edit.kind() {
        Some(MessageType::SessionOpenAck) => {
            edit.set("granted_operation_credit", 0xFFFF);
            edit.set("max_in_flight_operations", 0xFFFF);
        }
        Some(MessageType::ServerHelloAck) => edit.set("max_concurrent_frames", 0),
        Some(MessageType::FlowUpdate) if edit.get("flow_flags") & 1 != 0 => {
            edit.set(credit_field(edit), 0xFFFF);
        }
        _ => {}
    }),
    Defect::client(
        Machine,
        "ignores_epochs",
        &["NNRP-FLOW-008"],
        "An update with an old epoch is applied like a new one.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::FlowUpdate) {
            memory.number += 1;
            let epoch = 0x4000_0000 + memory.number;
            memory.operations.push((epoch as u32, edit.get32("credit_epoch"), 0));
            edit.set("credit_epoch", epoch);
        }
    })
    .told(|event, memory| {
        if let Event::Flow { epoch, .. } = event
            && let Some(known) = memory.operations.iter().find(|known| known.0 == *epoch)
        {
            *epoch = known.1;
        }
    }),
    Defect::client(
        Machine,
        "session_update_hits_connection",
        &["NNRP-FLOW-021", "NNRP-CON-002"],
        "An update of one session is applied to the whole connection as well.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::FlowUpdate) && edit.get("scope_kind") == 1 {
            memory.number += 1;
            let wider = at_connection_scope(edit.bytes, memory.number);
            edit.added.after.push(wider);
        }
    }),
    Defect::client(
        Machine,
        "credit_taken_without_its_flag",
        &["NNRP-FLOW-011"],
        "The credit field counts although credit_valid is clear.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FlowUpdate) {
            edit.set("flow_flags", edit.get("flow_flags") | 1);
        }
    }),
    Defect::client(Machine, "pause_ignored", &["NNRP-FLOW-017"], "A pause is read as a reduction.")
        .incoming(|edit, memory| {
            if edit.is(MessageType::FlowUpdate) && edit.get("update_reason") == 2 {
                note_update(edit, memory);
                edit.set("update_reason", 1);
            }
        })
        .told(|event, memory| {
            let noted = is_noted(event, memory);
            if let Event::Flow { paused, .. } = event {
                *paused |= noted;
            }
        }),
    Defect::client(
        Machine,
        "hard_pressure_ignored",
        &["NNRP-FLOW-014"],
        "Hard backpressure is read as soft.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::FlowUpdate) && edit.get("backpressure_level") == 2 {
            note_update(edit, memory);
            edit.set("backpressure_level", 1);
        }
    })
    .told(|event, memory| {
        let noted = is_noted(event, memory);
        if let Event::Flow { level, .. } = event
            && noted
        {
            *level = 2;
        }
    }),
    Defect::client(
        Machine,
        "soft_pressure_stops",
        &["NNRP-FLOW-016"],
        "Soft backpressure is read as hard.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::FlowUpdate) && edit.get("backpressure_level") == 1 {
            note_update(edit, memory);
            edit.set("backpressure_level", 2);
        }
    })
    .told(|event, memory| {
        let noted = is_noted(event, memory);
        if let Event::Flow { level, .. } = event
            && noted
        {
            *level = 1;
        }
    }),
    Defect::client(
        Machine,
        "hard_pressure_is_an_error",
        &["NNRP-FLOW-013"],
        "Hard backpressure is answered with CLOSE.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FlowUpdate) && edit.get("backpressure_level") == 2 {
            edit.added.replies.push(plain(MessageType::Close, (0, 0, 0)));
        }
    }),
    Defect::client(
        Machine,
        "drain_flag_ignored",
        &["NNRP-FLOW-018"],
        "drain_in_flight_only is not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FlowUpdate) {
            edit.set("flow_flags", edit.get("flow_flags") & !8);
        }
    }),
    Defect::client(
        Machine,
        "background_flag_ignored",
        &["NNRP-FLOW-019"],
        "background_only is not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FlowUpdate) {
            edit.set("flow_flags", edit.get("flow_flags") & !4);
        }
    }),
    Defect::client(
        Machine,
        "submit_after_close",
        &["NNRP-SES-028"],
        "One more FRAME_SUBMIT follows SESSION_CLOSE.",
    )
    .outgoing(|edit, memory| match edit.kind() {
        Some(MessageType::FrameSubmit) => {
            memory.kept.retain(|(session, _)| *session != edit.operation().0);
            memory.kept.push((edit.operation().0, edit.bytes.clone()));
        }
        Some(MessageType::SessionClose) => {
            let session = edit.get32("header.session_id");
            let last = memory.kept.iter().find(|(of, _)| *of == session);
            if let Some((_, submit)) = last {
                edit.added.after.push(later(submit));
            }
        }
        _ => {}
    }),
    Defect::client(
        Machine,
        "frame_id_reused",
        &["NNRP-SUB-004"],
        "Every second submit of a lane repeats the frame_id of the one before.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) {
            let (session, lane, frame) = edit.operation();
            let last = memory.operations.iter_mut().find(|o| (o.0, o.1) == (session, lane));
            match last {
                Some(last) => edit.set("header.frame_id", u64::from(last.2)),
                None => memory.operations.push((session, lane, frame)),
            }
        }
    }),
    Defect::client(
        Machine,
        "opens_before_hello",
        &["NNRP-NEG-001"],
        "SESSION_OPEN is sent ahead of CLIENT_HELLO.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ClientHello) {
            edit.added.before.push(plain(MessageType::SessionOpen, (0, 0, 0)));
        }
    }),
    Defect::client(
        Machine,
        "believes_any_hello_answer",
        &["NNRP-NEG-008"],
        "Whatever the server selects beyond the offer is taken as not selected.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::ClientHello) {
            memory.kept = vec![(0, edit.bytes.clone())];
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::ServerHelloAck)
            && let Some((_, offer)) = memory.kept.first()
        {
            clip(edit, &mut offer.clone());
        }
    }),
    Defect::client(
        Machine,
        "fatal_error_ignored",
        &["NNRP-CON-007"],
        "A fatal ERROR is read as one that is not.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::Error) {
            memory.number = edit.get("is_fatal");
            edit.set("is_fatal", 0);
        }
    })
    .told(|event, memory| {
        if let Event::Error { fatal, .. } = event {
            *fatal = memory.number == 1;
        }
    }),
    Defect::client(
        Machine,
        "every_error_is_fatal",
        &["NNRP-CON-008", "NNRP-ERR-006"],
        "Every ERROR is read as fatal for the connection.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Error) {
            edit.set("is_fatal", 1);
            edit.set("error_scope", 0);
            for field in ["related_session_id", "related_frame_id", "related_view_id"] {
                edit.set(field, 0);
            }
            for field in ["header.session_id", "header.frame_id", "header.view_id"] {
                edit.set(field, 0);
            }
        }
    }),
    Defect::client(
        Machine,
        "client_answers_error_with_error",
        &["NNRP-ERR-008"],
        "The client answers every ERROR with an ERROR.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Error) {
            edit.added.replies.push(plain(MessageType::Error, (0, 0, 0)));
        }
    }),
    Defect::client(
        Machine,
        "client_sends_no_pong",
        &["NNRP-CON-010"],
        "The client does not answer PING.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Pong) {
            edit.withhold();
        }
    }),
    Defect::client(
        Machine,
        "client_swallows_close_ack",
        &["NNRP-SES-027"],
        "The client does not answer SESSION_CLOSE.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionCloseAck) {
            edit.withhold();
        }
    }),
    Defect::client(
        Machine,
        "resume_names_no_session",
        &["NNRP-RES-002"],
        "A resume names no session.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpen) && edit.get("resume_token_bytes") != 0 {
            edit.set("requested_session_id", 0);
        }
    }),
];

/// A well-formed packet of `kind`.
pub fn plain(kind: MessageType, (session, lane, frame): (u32, u32, u32)) -> Vec<u8> {
    let ids = Ids { session, frame, lane: lane as u16 };
    Frame::new(defaults::metadata(kind, ids), &[]).at(session, frame, lane as u16).to_vec()
}

/// Notes an update by session, epoch and operation.
fn note_update(edit: &Edit<'_>, memory: &mut Memory) {
    let (session, operation) = (edit.get32("header.session_id"), edit.get32("operation_id"));
    memory.operations.push((session, edit.get32("credit_epoch"), operation));
}

/// Whether an event reports an update that was noted.
fn is_noted(event: &Event, memory: &Memory) -> bool {
    match *event {
        Event::Flow { session, epoch, operation, .. } => {
            memory.operations.contains(&(session, epoch, operation as u32))
        }
        _ => false,
    }
}

fn credit_field(edit: &Edit<'_>) -> &'static str {
    match edit.get("scope_kind") {
        0 => "connection_credit",
        1 => "session_credit",
        _ => "operation_credit",
    }
}

/// A session-scope update readdressed to the connection, with an epoch of its own.
fn at_connection_scope(update: &[u8], epoch: u64) -> Vec<u8> {
    changed(update, |edit| {
        edit.set("connection_credit", edit.get("session_credit"));
        edit.set("scope_kind", 0);
        edit.set("header.session_id", 0);
        edit.set("session_credit", 0);
        edit.set("credit_epoch", 0x4000_0000 + epoch);
    })
}

/// The same submit with a frame_id that was never used.
pub fn later(submit: &[u8]) -> Vec<u8> {
    changed(submit, |edit| edit.set("header.frame_id", edit.get("header.frame_id") + 1_000))
}

/// A changed copy of a packet.
fn changed(packet: &[u8], change: impl FnOnce(&mut Edit<'_>)) -> Vec<u8> {
    let (mut bytes, mut added) = (packet.to_vec(), Added::default());
    change(&mut Edit {
        bytes: &mut bytes,
        added: &mut added,
        dropped: false,
        now: Instant::ZERO,
        conn: ConnId(0),
    });
    bytes
}

/// Cuts every accepted bitmap down to what was offered.
fn clip(ack: &mut Edit<'_>, offer: &mut Vec<u8>) {
    let mut added = Added::default();
    let offer =
        Edit { bytes: offer, added: &mut added, dropped: false, now: ack.now, conn: ack.conn };
    for (accepted, offered) in [
        ("accepted_profile_bitmap", "supported_profile_bitmap"),
        ("accepted_payload_kind_bitmap", "supported_payload_kind_bitmap"),
        ("accepted_codec_bitmap", "supported_codec_bitmap"),
        ("accepted_compression_bitmap", "supported_compression_bitmap"),
        ("accepted_dtype_bitmap", "supported_dtype_bitmap"),
        ("accepted_layout_bitmap", "supported_layout_bitmap"),
        ("cache_digest_bitmap", "cache_digest_bitmap"),
        ("cache_object_bitmap", "cache_object_bitmap"),
    ] {
        ack.set(accepted, ack.get(accepted) & offer.get(offered));
    }
    ack.set("selected_version_major", 1);
    ack.set("selected_wire_format", 0);
}
