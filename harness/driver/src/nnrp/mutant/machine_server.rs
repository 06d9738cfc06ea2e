//! Defects of the server: its decisions on connections and sessions are wrong.

use super::defect::Defect;
use super::machine_client::plain;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::session::{POLICY_ABORT, POLICY_DRAIN, PRIORITY_DOWNGRADED};

/// All of them.
pub const DEFECTS: &[Defect] = &[
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
        "closes_siblings",
        &["NNRP-SES-026", "NNRP-CON-002"],
        "SESSION_CLOSE ends every session of the connection.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            memory.sessions.push(edit.get32("session_id"));
        }
        // Nobody is told about the others.
        let others = (edit.get32("header.session_id"), 0, 0);
        if edit.is(MessageType::SessionCloseAck) && memory.lost.contains(&others) {
            edit.withhold();
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionClose) {
            let session = edit.get32("header.session_id");
            for other in memory.sessions.drain(..).filter(|other| *other != session) {
                memory.lost.push((other, 0, 0));
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
];
