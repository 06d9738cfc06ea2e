//! Defects around the hello, the header, extension blocks and the end of a connection.

use super::defect::Defect;
use super::edit::Edit;
use super::machine_client::plain;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::extension::{CRITICAL, LOSS_WISHED, loss_tolerance, padded};
use wireproof_wire::nnrp::framing::{DEFAULT_MAX_BODY, Split, split};
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::submit::{BEST_EFFORT, FIRE_AND_FORGET, INHERIT};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Machine,
        "reads_whole_headers_only",
        &["NNRP-ENC-008"],
        "A read that brings less than a header is thrown away.",
    )
    .reads(|read| {
        if read.len() < HEADER_LEN {
            read.clear();
        }
    }),
    Defect::client(
        Machine,
        "one_packet_per_read",
        &["NNRP-ENC-008"],
        "What a read brings behind its first packet is thrown away.",
    )
    .reads(|read| {
        if let Ok(Split::Packet(len)) = split(read, DEFAULT_MAX_BODY) {
            read.truncate(len);
        }
    }),
    Defect::server(
        Machine,
        "keepalive_of_an_unassigned_type",
        &["NNRP-HDR-005"],
        "A packet of type 0x0B follows the hello, to keep the connection alive.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ServerHelloAck) {
            let mut packet = plain(MessageType::Ping, (0, 0, 0));
            packet[6] = 0x0B;
            edit.added.after.push(packet);
        }
    }),
    Defect::server(
        Machine,
        "unassigned_types_skipped",
        &["NNRP-HDR-005"],
        "A packet of an unassigned type is skipped.",
    )
    .mend(|header| {
        if MessageType::from_u8(header.msg_type).is_none() {
            header.msg_type = MessageType::Pong as u8;
        }
    }),
    Defect::client(
        Machine,
        "client_skips_unassigned_types",
        &["NNRP-HDR-005"],
        "The client skips a packet of an unassigned type.",
    )
    .mend(|header| {
        if MessageType::from_u8(header.msg_type).is_none() {
            header.msg_type = MessageType::Pong as u8;
        }
    }),
    Defect::server(
        Machine,
        "every_unknown_extension_is_critical",
        &["NNRP-EXT-002"],
        "An unknown extension is refused whether it is critical or not.",
    )
    .incoming(|edit, _| each_extension(edit, |flags| *flags |= CRITICAL)),
    Defect::client(
        Machine,
        "client_takes_every_extension_as_critical",
        &["NNRP-EXT-002"],
        "The client refuses an unknown extension whether it is critical or not.",
    )
    .incoming(|edit, _| each_extension(edit, |flags| *flags |= CRITICAL)),
    Defect::server(
        Machine,
        "critical_extension_skipped",
        &["NNRP-EXT-003"],
        "An unknown critical extension is skipped.",
    )
    .incoming(|edit, _| each_extension(edit, |flags| *flags &= !CRITICAL)),
    Defect::client(
        Machine,
        "client_skips_critical_extension",
        &["NNRP-EXT-003"],
        "The client skips an unknown critical extension.",
    )
    .incoming(|edit, _| each_extension(edit, |flags| *flags &= !CRITICAL)),
    Defect::server(
        Machine,
        "broken_extensions_skipped",
        &["NNRP-EXT-004"],
        "An extension block that cannot be read is left out.",
    )
    .incoming(|edit, _| without_broken_extensions(edit)),
    Defect::client(
        Machine,
        "client_skips_broken_extensions",
        &["NNRP-EXT-004"],
        "The client leaves out an extension block that it cannot read.",
    )
    .incoming(|edit, _| without_broken_extensions(edit)),
    Defect::server(
        Machine,
        "opens_without_hello",
        &["NNRP-NEG-002"],
        "SESSION_OPEN is taken without a hello, as if one had come.",
    )
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::ClientHello) => memory.number = 1,
        Some(MessageType::SessionOpen) if memory.number == 0 => {
            memory.number = 2;
            edit.added.before.push(plain(MessageType::ClientHello, (0, 0, 0)));
        }
        _ => {}
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::ServerHelloAck) && memory.number == 2 {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "window_of_one_version_only",
        &["NNRP-NEG-004"],
        "A version window is taken only if it holds nothing but 1.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::ClientHello) && edit.get("max_version_major") != 1 {
            edit.set("min_version_major", 2);
        }
    }),
    Defect::server(
        Machine,
        "any_credentials_admitted",
        &["NNRP-NEG-010"],
        "The credentials of a hello are not looked at.",
    )
    .setup(|setup| setup.auth.clear()),
    Defect::client(
        Machine,
        "auth_status_ignored",
        &["NNRP-NEG-010"],
        "The client does not look at auth_status.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::ServerHelloAck) {
            edit.set("auth_status", 0);
        }
    }),
    Defect::server(
        Machine,
        "sessions_by_version_number",
        &["NNRP-NEG-011"],
        "A second session is given only to clients that offer major version 3.",
    )
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::ClientHello) => {
            memory.number = u64::from(edit.get("max_version_major") < 3);
        }
        Some(MessageType::SessionOpen) if memory.number > 0 => {
            memory.number += 1;
            if memory.number > 2 {
                edit.set("reserved0", 1);
            }
        }
        _ => {}
    }),
    Defect::server(
        Machine,
        "hello_opens_a_session",
        &["NNRP-NEG-015"],
        "Every hello brings a session of its own along.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::ClientHello) {
            memory.number = 1;
            edit.added.after.push(plain(MessageType::SessionOpen, (0, 0, 0)));
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && memory.number == 1 {
            memory.number = 0;
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "inherits_fire_and_forget",
        &["NNRP-NEG-016"],
        "Where the hello says nothing a result is sent once and not again.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit) && edit.get("loss_tolerance_policy") == 255 {
            edit.set("loss_tolerance_policy", FIRE_AND_FORGET.into());
        }
    }),
    Defect::server(
        Machine,
        "announced_loss_tolerance_forgotten",
        &["NNRP-NEG-016"],
        "The loss tolerance that was announced is not applied.",
    )
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::ClientHello) => {
            let wished = edit
                .frame()
                .and_then(|frame| loss_tolerance(frame.blocks().extensions, LOSS_WISHED));
            memory.number = u64::from(wished.is_some());
        }
        Some(MessageType::FrameSubmit)
            if memory.number == 1 && edit.get("loss_tolerance_policy") == u64::from(INHERIT) =>
        {
            edit.set("loss_tolerance_policy", BEST_EFFORT.into());
        }
        _ => {}
    }),
    Defect::server(
        Machine,
        "one_session_only",
        &["NNRP-CON-001"],
        "A connection carries a single session, whatever the limit.",
    )
    .setup(|setup| setup.max_sessions = setup.max_sessions.min(1)),
    Defect::server(
        Machine,
        "close_with_a_session_ignored",
        &["NNRP-CON-003"],
        "A CLOSE that names a session is thrown away.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Close) && edit.get("header.session_id") != 0 {
            edit.withhold();
        }
    }),
    Defect::client(
        Machine,
        "client_ignores_close_with_a_session",
        &["NNRP-CON-003"],
        "The client throws a CLOSE that names a session away.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Close) && edit.get("header.session_id") != 0 {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "answers_after_the_end",
        &["NNRP-CON-006"],
        "A connection without sessions is served on behind CLOSE.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) {
            memory.number = 1;
        }
    })
    .incoming(|edit, memory| outlive_close(edit, memory.number)),
    Defect::client(
        Machine,
        "client_answers_after_the_end",
        &["NNRP-CON-006"],
        "The client serves a connection without sessions on behind CLOSE.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpen) {
            memory.number = 1;
        }
    })
    .incoming(|edit, memory| outlive_close(edit, memory.number)),
    Defect::client(
        Machine,
        "reads_only_while_submitting",
        &["NNRP-CON-011"],
        "What arrives later than a second after the last submit is not read.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::FrameSubmit) {
            memory.number = edit.now.as_micros();
        }
    })
    .incoming(|edit, memory| {
        let pushed = matches!(
            edit.kind(),
            Some(
                MessageType::ResultPush
                    | MessageType::ResultDrop
                    | MessageType::ResultHint
                    | MessageType::FlowUpdate
            )
        );
        if pushed && edit.now.as_micros() > memory.number + SECOND {
            edit.withhold();
        }
    }),
];

/// In microseconds.
const SECOND: u64 = 1_000_000;

/// Does not look at CLOSE as long as there was no session.
fn outlive_close(edit: &mut Edit<'_>, sessions: u64) {
    if edit.is(MessageType::Close) && sessions == 0 {
        edit.withhold();
    }
}

/// Where the extension block of a packet begins, if it has one.
fn extensions_at(edit: &Edit<'_>) -> Option<usize> {
    use MessageType as M;
    let body = edit.get("header.body_len");
    let size = match edit.kind()? {
        M::SessionOpen | M::SessionOpenAck => edit.get("session_extension_bytes"),
        M::ClientHello | M::ServerHelloAck => edit.get("control_extension_bytes"),
        M::SessionPatch => body.saturating_sub(edit.get("profile_patch_bytes")),
        M::SessionPatchAck => body.saturating_sub(edit.get("profile_patch_ack_bytes")),
        M::Error => body.saturating_sub(edit.get("diagnostic_bytes").next_multiple_of(8)),
        M::FrameCancel
        | M::ResultDrop
        | M::ResultHint
        | M::Close
        | M::SessionClose
        | M::SessionCloseAck
        | M::CacheAck
        | M::CacheInvalidate => body,
        _ => return None,
    };
    edit.bytes.len().checked_sub(usize::try_from(size).ok()?).filter(|_| size > 0)
}

/// Lets `change` at the flags of every extension.
fn each_extension(edit: &mut Edit<'_>, change: fn(&mut u16)) {
    let Some(mut at) = extensions_at(edit) else { return };
    while let Some(&[_, _, low, high, a, b, c, d]) = edit.bytes.get(at..at + 8) {
        let mut flags = u16::from_le_bytes([low, high]);
        change(&mut flags);
        edit.bytes[at + 2..at + 4].copy_from_slice(&flags.to_le_bytes());
        at += 8 + padded(u32::from_le_bytes([a, b, c, d]) as usize);
    }
}

/// Cuts off an extension block where nothing else keeps the packet from being read.
fn without_broken_extensions(edit: &mut Edit<'_>) {
    if edit.frame().is_some() {
        return;
    }
    let Some(at) = extensions_at(edit).filter(|&at| at >= HEADER_LEN) else { return };
    let whole = edit.bytes.clone();
    let Some(body) = edit.get("header.body_len").checked_sub((whole.len() - at) as u64) else {
        return;
    };
    edit.bytes.truncate(at);
    edit.set("header.body_len", body);
    edit.set("session_extension_bytes", 0);
    edit.set("control_extension_bytes", 0);
    if edit.frame().is_none() {
        *edit.bytes = whole;
    }
}
