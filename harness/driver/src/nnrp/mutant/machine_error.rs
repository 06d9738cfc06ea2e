//! Defects of errors and of probes.

use super::defect::Defect;
use super::machine_client::plain;
use crate::DefectLevel::Machine;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::{
    AUTH_FAILED, CACHE_MISS, FRAME_CANCELLED, FRAME_EXPIRED, MALFORMED_HEADER, SERVER_BUSY,
    UNSUPPORTED_VERSION,
};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::client(
        Machine,
        "text_of_an_error_decides",
        &["NNRP-ERR-002"],
        "An ERROR whose text says fatal is read as fatal for the connection.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Error) && says_fatal(edit.bytes) {
            edit.set("is_fatal", 1);
            edit.set("error_scope", 0);
            for id in ["session_id", "frame_id", "view_id"] {
                edit.set(&format!("related_{id}"), 0);
                edit.set(&format!("header.{id}"), 0);
            }
        }
    }),
    Defect::server(
        Machine,
        "server_heeds_the_text_of_an_error",
        &["NNRP-ERR-002", "NNRP-ERR-006"],
        "An ERROR whose text says fatal is read as CLOSE.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Error) && says_fatal(edit.bytes) {
            edit.added.after.push(plain(MessageType::Close, (0, 0, 0)));
        }
    }),
    Defect::server(
        Machine,
        "gravest_errors_are_not_fatal",
        &["NNRP-ERR-005"],
        "unsupported_version, auth_failed and malformed_header are sent as if they ended nothing.",
    )
    .outgoing(|edit, _| {
        let grave = [UNSUPPORTED_VERSION, AUTH_FAILED, MALFORMED_HEADER];
        if edit.is(MessageType::Error) && grave.contains(&edit.get32("error_code")) {
            edit.set("is_fatal", 0);
        }
    }),
    Defect::client(
        Machine,
        "client_calls_the_gravest_harmless",
        &["NNRP-ERR-005"],
        "The client sends malformed_header as if it ended nothing.",
    )
    .outgoing(|edit, _| {
        let grave = [UNSUPPORTED_VERSION, MALFORMED_HEADER];
        if edit.is(MessageType::Error) && grave.contains(&edit.get32("error_code")) {
            edit.set("is_fatal", 0);
        }
    }),
    Defect::client(
        Machine,
        "error_of_one_frame_ends_its_session",
        &["NNRP-ERR-007", "NNRP-ERR-002"],
        "frame_expired, frame_cancelled and cache_miss are read as the end of the session.",
    )
    .incoming(|edit, _| {
        let narrow = [FRAME_EXPIRED, FRAME_CANCELLED, CACHE_MISS];
        if edit.is(MessageType::Error) && narrow.contains(&edit.get32("error_code")) {
            edit.set("error_scope", 1);
            edit.set("is_fatal", 1);
            for id in ["frame_id", "view_id"] {
                edit.set(&format!("related_{id}"), 0);
                edit.set(&format!("header.{id}"), 0);
            }
        }
    }),
    Defect::client(
        Machine,
        "busy_for_a_time_is_lost",
        &["NNRP-ERR-010"],
        "A server_busy that names a time is dropped.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::Error)
            && edit.get32("error_code") == SERVER_BUSY
            && edit.get("retry_after_ms") != 0
        {
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "session_error_names_nothing",
        &["NNRP-ERR-003"],
        "A session-scope ERROR does not name its session.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::Error) && edit.get("error_scope") == 1 {
            edit.set("header.session_id", 0);
            edit.set("related_session_id", 0);
        }
    }),
    Defect::server(
        Machine,
        "hello_needs_a_probe",
        &["NNRP-PRB-003"],
        "A hello without a probe before it is dropped.",
    )
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::TransportProbe) => memory.number = 1,
        Some(MessageType::ClientHello) if memory.number == 0 => edit.withhold(),
        _ => {}
    }),
    Defect::client(
        Machine,
        "refused_probe_ends_all",
        &["NNRP-PRB-003", "NNRP-ERR-002"],
        "A probe that is answered by an ERROR makes the client close the connection.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::TransportProbe) {
            memory.number = 1;
        }
    })
    .incoming(|edit, memory| {
        if edit.is(MessageType::Error) && memory.number == 1 {
            edit.set("is_fatal", 1);
        }
    }),
    Defect::server(
        Machine,
        "probe_counts_as_hello",
        &["NNRP-PRB-004", "NNRP-NEG-014"],
        "A probe ahead of the hello makes the connection ready.",
    )
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::ClientHello) => memory.number = 1,
        Some(MessageType::TransportProbe) if memory.number == 0 => {
            memory.number = 1;
            edit.added.after.push(plain(MessageType::ClientHello, (0, 0, 0)));
        }
        _ => {}
    }),
    Defect::server(
        Machine,
        "no_probe_ahead_of_the_hello",
        &["NNRP-PRB-004"],
        "A probe ahead of the hello ends the connection.",
    )
    .incoming(|edit, memory| match edit.kind() {
        Some(MessageType::ClientHello) => memory.number = 1,
        Some(MessageType::TransportProbe) if memory.number == 0 => {
            edit.bytes[6] = MessageType::SessionOpen as u8;
            edit.set("header.meta_len", 0);
        }
        _ => {}
    }),
    Defect::server(
        Machine,
        "probe_answered_as_the_one_before",
        &["NNRP-PRB-002"],
        "Every second probe is answered under the number of the one before.",
    )
    .outgoing(|edit, memory| {
        if edit.is(MessageType::TransportProbeAck) {
            let own = edit.get("probe_id");
            if memory.number != 0 {
                edit.set("probe_id", memory.number);
            }
            memory.number = if memory.number == 0 { own } else { 0 };
        }
    }),
];

/// Whether the text of an ERROR says so.
fn says_fatal(packet: &[u8]) -> bool {
    packet.windows(5).any(|word| word == b"fatal")
}
