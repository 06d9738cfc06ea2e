//! Defects of the codec in messages about sessions, credit, objects, paths and faults.

use super::codec_frame::{add, is};
use super::defect::Defect;
use wireproof_wire::nnrp::MessageType::{
    self, CacheAck, FlowUpdate, FrameCancel, SessionClose, SessionCloseAck, SessionMigrate,
    SessionOpen, SessionOpenAck, SessionPatch, SessionPatchAck,
};
use wireproof_wire::nnrp::header::HEADER_LEN;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec(
        "open_schema_swapped",
        &["NNRP-SES-001"],
        "SESSION_OPEN writes the schema version where the schema id belongs, and the other way \
         round.",
    )
    .encode(|seen| match seen.is(SessionOpen) {
        true => seen.swapped("schema_id", "schema_version"),
        false => seen.truth(),
    }),
    Defect::codec(
        "open_ack_times_swapped",
        &["NNRP-SES-002"],
        "SESSION_OPEN_ACK writes lease time and resume window in each other's place.",
    )
    .encode(|seen| match seen.is(SessionOpenAck) {
        true => seen.swapped("lease_ttl_ms", "resume_window_ms"),
        false => seen.truth(),
    }),
    Defect::codec(
        "close_tag_before_code",
        &["NNRP-SES-003"],
        "SESSION_CLOSE writes its tag ahead of its error code.",
    )
    .encode(|seen| match seen.is(SessionClose) {
        true => seen.swapped("session_error_code", "session_close_tag"),
        false => seen.truth(),
    }),
    Defect::codec(
        "close_ack_status_in_16_bits",
        &["NNRP-SES-004"],
        "SESSION_CLOSE_ACK writes its status into the second byte, as the high half of a word.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, SessionCloseAck) {
                packet.swap(HEADER_LEN, HEADER_LEN + 1);
            }
        })
    }),
    Defect::codec(
        "auth_before_token",
        &["NNRP-SES-007"],
        "The SESSION_OPEN body starts with the auth block, and the token follows.",
    )
    .encode(|seen| {
        let block = |key: &str| seen.fields.get(key).and_then(|value| value.as_str());
        match (block("body.resume_token_block"), block("body.auth_block")) {
            (Some(token), Some(auth)) if seen.is(SessionOpen) => seen.changed(|fields| {
                fields.insert("body.resume_token_block".to_owned(), auth.into());
                fields.insert("body.auth_block".to_owned(), token.into());
            }),
            _ => seen.truth(),
        }
    }),
    Defect::codec(
        "any_session_number",
        &["NNRP-SES-013"],
        "Statuses, priorities, reasons and policies of sessions are taken whatever their number.",
    )
    .decode(|seen| {
        seen.without(&[
            "priority_class",
            "accepted_priority_class",
            "session_status",
            "close_reason",
            "in_flight_policy",
            "close_status",
        ])
    }),
    Defect::codec(
        "any_session_error",
        &["NNRP-SES-015"],
        "session_error_code is taken whatever its number.",
    )
    .decode(|seen| seen.without(&["session_error_code"])),
    Defect::codec(
        "profile_parameters_in_metadata",
        &["NNRP-SES-042"],
        "SESSION_OPEN writes the extension of a profile into its fixed metadata.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            let body = HEADER_LEN + MessageType::SessionOpen.metadata_len();
            if is(packet, SessionOpen) && packet.len() == body + 16 {
                packet.drain(body..body + 8);
                add(packet, 12, 8);
                add(packet, 16, -16);
                packet[HEADER_LEN + 36] = 0;
            }
        })
    }),
    Defect::codec(
        "lane_mask_of_32_bits",
        &["NNRP-PAT-001"],
        "The patch messages write the lane mask in four bytes.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            let at = match () {
                () if is(packet, SessionPatch) => HEADER_LEN + 16,
                () if is(packet, SessionPatchAck) => HEADER_LEN + 28,
                () => return,
            };
            packet.drain(at + 4..at + 8);
            add(packet, 12, -4);
        })
    }),
    Defect::codec(
        "any_degrade_policy",
        &["NNRP-PAT-008"],
        "degrade_policy is taken whatever its number.",
    )
    .decode(|seen| seen.without(&["degrade_policy", "effective_degrade_policy"])),
    Defect::codec(
        "profile_patch_not_announced",
        &["NNRP-PAT-009"],
        "A patch that holds a profile block leaves the bit for it out.",
    )
    .encode(|seen| match seen.is(SessionPatch) {
        true => seen.changed(|fields| {
            let mask = fields.get("patch_mask").and_then(|mask| mask.as_u64()).unwrap_or(0);
            fields.insert("patch_mask".to_owned(), (mask & !0x40).into());
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "cancel_with_scope",
        &["NNRP-SUB-013"],
        "FRAME_CANCEL carries its scope in four bytes of metadata.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, FrameCancel) {
                add(packet, 12, 4);
                packet.splice(HEADER_LEN..HEADER_LEN, [0; 4]);
            }
        })
    }),
    Defect::codec(
        "epoch_before_wait",
        &["NNRP-FLOW-001"],
        "FLOW_UPDATE writes its epoch ahead of its waiting time.",
    )
    .encode(|seen| match seen.is(FlowUpdate) {
        true => seen.swapped("retry_after_ms", "credit_epoch"),
        false => seen.truth(),
    }),
    Defect::codec(
        "any_flow_number",
        &["NNRP-FLOW-002"],
        "Scopes, reasons, levels and flags of FLOW_UPDATE are taken whatever their number.",
    )
    .decode(|seen| {
        seen.without(&["scope_kind", "update_reason", "backpressure_level", "flow_flags"])
    }),
    Defect::codec(
        "wait_without_flag",
        &["NNRP-FLOW-012"],
        "A waiting time counts as soon as it is not 0, flag or not.",
    )
    .decode(|seen| match seen.is(FlowUpdate) {
        true => seen.without(&["retry_after_ms"]),
        false => seen.truth(),
    }),
    Defect::codec(
        "queue_figures_behind_flow",
        &["NNRP-FLOW-025"],
        "FLOW_UPDATE may be longer: what follows are queue figures of the profile.",
    )
    .decode(|seen| {
        let longer = seen.is(FlowUpdate) && seen.bytes.get(12) > Some(&32);
        if seen.kind != "packet" || !longer {
            return seen.truth();
        }
        seen.mended(|packet| {
            let end = HEADER_LEN + usize::from(std::mem::replace(&mut packet[12], 32));
            if end <= packet.len() {
                packet.drain(HEADER_LEN + 32..end);
            }
        })
    }),
    Defect::codec(
        "cache_ack_times_swapped",
        &["NNRP-CACHE-001"],
        "CACHE_ACK writes the largest object where the accepted time belongs.",
    )
    .encode(|seen| match seen.is(CacheAck) {
        true => seen.swapped("accepted_ttl_ms", "max_object_bytes"),
        false => seen.truth(),
    }),
    Defect::codec(
        "object_bytes_not_checked",
        &["NNRP-CACHE-003"],
        "The object of CACHE_PUT is the body, whatever object_bytes says.",
    )
    .decode(|seen| match seen.is(MessageType::CachePut) {
        true => seen.without(&["object_bytes"]),
        false => seen.truth(),
    }),
    Defect::codec(
        "any_object_kind",
        &["NNRP-CACHE-004"],
        "CACHE_PUT takes objects of every kind and any flags.",
    )
    .decode(|seen| match seen.is(MessageType::CachePut) {
        true => seen.without(&["object_kind", "flags"]),
        false => seen.truth(),
    }),
    Defect::codec(
        "cache_errors_count_from_zero",
        &["NNRP-CACHE-025"],
        "The cache errors are numbered from 0x00030000, so every one is written one too low.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, MessageType::Error) && packet[HEADER_LEN + 2] == 3 {
                add(packet, HEADER_LEN, -1);
            }
        })
    }),
    Defect::codec(
        "schema_errors_count_from_two",
        &["NNRP-SCH-016"],
        "An error was put in ahead of the schema errors, so every one is written one too high.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, MessageType::Error) && packet[HEADER_LEN + 2] == 4 {
                add(packet, HEADER_LEN, 1);
            }
        })
    }),
    Defect::codec(
        "error_family_lost",
        &["NNRP-ERR-009"],
        "error_code is read in 16 bits and loses its family.",
    )
    .decode(|seen| {
        seen.with("error_code", |code| {
            *code = (code.as_u64().unwrap_or(0) & 0xFFFF).into();
        })
    }),
    Defect::codec(
        "any_error_scope",
        &["NNRP-ERR-001"],
        "Scope and fatality of ERROR are taken whatever their number.",
    )
    .decode(|seen| seen.without(&["error_scope", "is_fatal"])),
    Defect::codec(
        "diagnostic_to_the_end",
        &["NNRP-ERR-004"],
        "The diagnostic text is the body, whatever diagnostic_bytes says.",
    )
    .decode(|seen| seen.without(&["NNRP-ERR-004"])),
    Defect::codec(
        "migrate_times_swapped",
        &["NNRP-MIG-001"],
        "SESSION_MIGRATE writes its clock ahead of the last frame.",
    )
    .encode(|seen| match seen.is(SessionMigrate) {
        true => seen.swapped("last_result_frame_id", "client_migrate_ts_us"),
        false => seen.truth(),
    }),
    Defect::codec(
        "migrate_to_anywhere",
        &["NNRP-MIG-002"],
        "The transports of a migration are taken whatever their number, even the same twice.",
    )
    .decode(|seen| seen.without(&["old_transport_id", "new_transport_id"])),
    Defect::codec(
        "probe_filler_not_counted",
        &["NNRP-PRB-001"],
        "The filler of a probe is the body, whatever probe_payload_bytes says.",
    )
    .decode(|seen| seen.without(&["probe_payload_bytes"])),
    Defect::codec(
        "schema_versions_swapped",
        &["NNRP-SCH-001"],
        "The schema header writes its length ahead of its version.",
    )
    .encode(|seen| match seen.is_structure("schema_descriptor_header") {
        true => seen.swapped("schema_version", "body_bytes"),
        false => seen.truth(),
    }),
    Defect::codec(
        "any_schema_flag",
        &["NNRP-SCH-002"],
        "Flags and default semantics of a schema are taken whatever their number.",
    )
    .decode(|seen| seen.without(&["schema_flags", "default_stream_semantics"])),
    Defect::codec(
        "schema_needs_its_body",
        &["NNRP-SCH-025"],
        "A schema header is not looked at until the announced body has come.",
    )
    .decode(|seen| {
        let fields = seen.truth()?;
        let announced = fields.get("body_bytes").and_then(|bytes| bytes.as_u64()).unwrap_or(0);
        match seen.is_structure("schema_descriptor_header") && announced > 0 {
            true => Err(crate::Refused::new("malformed_body", "the schema body is missing")),
            false => Ok(fields),
        }
    }),
    Defect::codec(
        "anchor_version_2",
        &["NNRP-PRO-009"],
        "The anchor schema is written in the version that a draft gave it.",
    )
    .encode(|seen| match seen.is_structure("schema_descriptor_header") {
        true => seen.changed(|fields| {
            if fields.get("schema_id") == Some(&0x1001.into()) {
                fields.insert("schema_version".to_owned(), 2.into());
            }
        }),
        false => seen.truth(),
    }),
];
