//! Defects of the codec: bytes are written or read wrongly.

use super::defect::Defect;
use crate::DefectLevel::Codec;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::header::HEADER_LEN;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Codec,
        "trace_id_big_endian",
        &["NNRP-ENC-001", "NNRP-HDR-012", "NNRP-HDR-013"],
        "Answers repeat the trace id with its bytes in reverse.",
    )
    .outgoing(|edit, _| edit.reverse("header.trace_id")),
    Defect::server(
        Codec,
        "credit_big_endian",
        &["NNRP-ENC-001", "NNRP-SES-037"],
        "The credit in SESSION_OPEN_ACK is written with its high byte first.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) {
            edit.reverse("granted_operation_credit");
        }
    }),
    Defect::client(
        Codec,
        "reserved_byte_set",
        &["NNRP-ENC-003"],
        "A reserved byte of FRAME_SUBMIT is 1.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::FrameSubmit) {
            edit.set("reserved0", 1);
        }
    }),
    Defect::server(
        Codec,
        "reserved_word_set",
        &["NNRP-ENC-003"],
        "A reserved word of RESULT_PUSH is not zero.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            edit.set("reserved1", 0x0100);
        }
    }),
    Defect::client(
        Codec,
        "unassigned_header_flag",
        &["NNRP-HDR-006", "NNRP-ENC-004"],
        "FRAME_SUBMIT is sent with header flag bit 6.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::FrameSubmit) {
            edit.set("header.flags", edit.get("header.flags") | 0x40);
        }
    }),
    Defect::server(
        Codec,
        "wrong_meta_len",
        &["NNRP-HDR-007", "NNRP-RLT-001"],
        "RESULT_PUSH counts the last four bytes of its metadata to the body.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            edit.set("header.meta_len", 60);
            edit.set("header.body_len", edit.get("header.body_len") + 4);
        }
    }),
    Defect::client(
        Codec,
        "route_id_set",
        &["NNRP-HDR-011"],
        "Every packet carries a private number in route_id.",
    )
    .outgoing(|edit, _| edit.set("header.route_id", 7)),
    Defect::client(
        Codec,
        "close_names_a_frame",
        &["NNRP-HDR-010"],
        "SESSION_CLOSE carries a frame_id.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionClose) {
            edit.set("header.frame_id", 1);
        }
    }),
    Defect::client(
        Codec,
        "hello_names_a_session",
        &["NNRP-HDR-008"],
        "CLIENT_HELLO carries a session_id.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ClientHello) {
            edit.set("header.session_id", 1);
        }
    }),
    Defect::server(
        Codec,
        "terminal_and_partial",
        &["NNRP-PAY-015"],
        "The first descriptor of a result is terminal and partial at once.",
    )
    .outgoing(|edit, _| {
        const FLAGS: usize = HEADER_LEN + 64 + 32 + 2;
        if edit.is(MessageType::ResultPush) && edit.get("payload_frame_count") != 0 {
            edit.bytes[FLAGS] |= 0x3;
        }
    }),
    Defect::server(
        Codec,
        "session_id_missing",
        &["NNRP-HDR-009", "NNRP-RLT-005"],
        "RESULT_PUSH carries no session_id.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::ResultPush) {
            edit.set("header.session_id", 0);
        }
    }),
    Defect::server(
        Codec,
        "foreign_credit_set",
        &["NNRP-FLOW-006"],
        "FLOW_UPDATE fills the credit fields of all scopes.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::FlowUpdate) {
            for field in ["connection_credit", "session_credit", "operation_credit"] {
                if edit.get(field) == 0 {
                    edit.set(field, 3);
                }
            }
        }
    }),
    Defect::server(
        Codec,
        "operation_scope_without_operation",
        &["NNRP-FLOW-005"],
        "FLOW_UPDATE at operation scope names no operation.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::FlowUpdate) && edit.get("scope_kind") == 2 {
            edit.set("operation_id", 0);
        }
    }),
    Defect::client(
        Codec,
        "unassigned_session_flag",
        &["NNRP-SES-022", "NNRP-ENC-004"],
        "SESSION_OPEN is sent with session flag bit 4.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpen) {
            edit.set("session_flags", edit.get("session_flags") | 0x10);
        }
    }),
    Defect::server(
        Codec,
        "accepts_reserved_fields",
        &["NNRP-ENC-003", "NNRP-ENC-004", "NNRP-ENC-005"],
        "Reserved fields, unassigned bits and unassigned values that arrive are put right \
         silently.",
    )
    .incoming(|edit, _| edit.mend()),
    Defect::client(
        Codec,
        "client_accepts_reserved_fields",
        &["NNRP-ENC-003", "NNRP-ENC-004", "NNRP-ENC-005"],
        "The client puts reserved fields and unassigned bits that arrive right silently.",
    )
    .incoming(|edit, _| edit.mend()),
    Defect::server(
        Codec,
        "accepts_unassigned_header_flags",
        &["NNRP-HDR-006", "NNRP-ENC-004"],
        "Unassigned header flags that arrive are cleared silently.",
    )
    .mend(|header| header.flags &= wireproof_wire::nnrp::header::FLAGS),
    Defect::server(
        Codec,
        "accepts_any_version",
        &["NNRP-HDR-002", "NNRP-HDR-003"],
        "Packets of every version and wire format are read as those of version 1.",
    )
    .mend(|header| (header.version_major, header.wire_format) = (1, 0)),
    Defect::server(
        Codec,
        "probe_id_changed",
        &["NNRP-PRB-002"],
        "TRANSPORT_PROBE_ACK carries another probe_id.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::TransportProbeAck) {
            edit.set("probe_id", edit.get("probe_id") + 1);
        }
    }),
];
