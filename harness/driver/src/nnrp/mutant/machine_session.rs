//! Defects of the server around a session: what it opens, grants, refuses and closes.

use super::defect::Defect;
use super::edit::Edit;
use super::machine_client::plain;
use crate::DefectLevel::Machine;
use serde_json::Value;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::{PROFILE_UNSUPPORTED, SCHEMA_INCOMPATIBLE, SESSION_LIMIT_REACHED};
use wireproof_wire::nnrp::schema::ANCHOR;
use wireproof_wire::nnrp::session::{ALLOW_CACHE_LEASES, CLOSE_CLOSED, REJECTED};
use wireproof_wire::nnrp::typed::SCHEMA_OVERRIDE;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::server(
        Machine,
        "first_operation_in_the_open",
        &["NNRP-SES-009"],
        "What stands behind the blocks of SESSION_OPEN is taken for the first operation.",
    )
    .incoming(|edit, _| {
        if !edit.is(MessageType::SessionOpen) || edit.frame().is_some() {
            return;
        }
        let named = ["resume_token_bytes", "auth_bytes", "session_extension_bytes"];
        let named: u64 = named.into_iter().map(|field| edit.get(field)).sum();
        if edit.get("header.body_len") > named {
            edit.bytes.truncate(edit.bytes.len() - (edit.get("header.body_len") - named) as usize);
            edit.set("header.body_len", named);
            edit.added.after.push(plain(MessageType::FrameSubmit, (1, 0, 1)));
        }
    }),
    Defect::server(
        Machine,
        "grants_numbers_in_use",
        &["NNRP-SES-010"],
        "Every session is given the number 1.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            edit.set("session_id", 1);
            edit.set("header.session_id", 1);
        }
    }),
    Defect::server(
        Machine,
        "any_profile_granted",
        &["NNRP-SES-016"],
        "A session is opened with a profile that nobody assigned.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionOpen) && edit.get("profile_id") > 2 {
            memory.number = edit.get("profile_id");
            edit.set("profile_id", 2);
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && memory.number != 0 {
            edit.set("accepted_profile_id", memory.number);
            memory.number = 0;
        }
    }),
    Defect::server(
        Machine,
        "any_schema_granted",
        &["NNRP-SES-017"],
        "A session is opened with a default schema that the server does not have.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionOpen) {
            memory.number = edit.get("schema_id") | edit.get("schema_version") << 32;
            edit.set("schema_id", 0);
            edit.set("schema_version", 0);
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            edit.set("schema_id", memory.number & 0xFFFF_FFFF);
            edit.set("schema_version", memory.number >> 32);
        }
    }),
    Defect::server(
        Machine,
        "session_credentials_ignored",
        &["NNRP-SES-018"],
        "The credentials of a session are not looked at.",
    )
    .setup(|setup| setup.session_auth.clear()),
    Defect::server(
        Machine,
        "lowers_what_it_must_refuse",
        &["NNRP-SES-019"],
        "A priority class that is to be refused is lowered.",
    )
    .setup(|setup| setup.strict_priority = false),
    Defect::server(
        Machine,
        "opens_without_the_leases",
        &["NNRP-SES-020"],
        "A session whose lease policy is to be refused is opened without leases.",
    )
    .setup(|setup| setup.strict_leases = false),
    Defect::server(
        Machine,
        "one_session_too_many",
        &["NNRP-SES-021"],
        "One session more than the limit is opened.",
    )
    .setup(|setup| setup.max_sessions = setup.max_sessions.saturating_add(1)),
    Defect::model(
        "default_schema_only",
        &["NNRP-SES-025"],
        "An operation may name no schema but the default, even where overrides were granted.",
    )
    .machine(|applying, event| {
        let bind = event.get("bind").filter(|_| applying.is("schema"));
        let default = bind.and_then(|bind| bind.get("default"));
        let granted = default.and_then(|default| default.get("override_granted"));
        let other = bind.is_some_and(|bind| {
            let wanted = bind.pointer("/fields/schema_id");
            wanted.is_some() && wanted != bind.pointer("/default/schema_id")
        });
        match granted {
            Some(Value::Bool(true)) if other => {
                let name = wireproof_wire::nnrp::code::name(SCHEMA_INCOMPATIBLE);
                Err(crate::Refused::new(name.unwrap_or_default(), "not the default"))
            }
            _ => applying.truth(event),
        }
    }),
    Defect::server(
        Machine,
        "speaks_of_a_closed_session",
        &["NNRP-SES-032"],
        "A session that was closed is still granted credit.",
    )
    .outgoing(|edit, _| {
        let closed = edit.get("close_status") == u64::from(CLOSE_CLOSED);
        if edit.is(MessageType::SessionCloseAck) && closed {
            let update = plain(MessageType::FlowUpdate, (edit.get32("header.session_id"), 0, 0));
            edit.added.after.push(update);
        }
    }),
    Defect::server(
        Machine,
        "close_names_an_error_without_one",
        &["NNRP-SES-035"],
        "SESSION_CLOSE has an error code, whatever the reason of the close.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionClose) {
            edit.set("session_error_code", SESSION_LIMIT_REACHED.into());
        }
    }),
    Defect::server(
        Machine,
        "unknown_session_is_closed",
        &["NNRP-SES-036"],
        "The close of a session that never was is answered with closed.",
    )
    .outgoing(|edit, memory| note_session(edit, &mut memory.sessions))
    .incoming(|edit, memory| {
        let session = edit.get32("header.session_id");
        if edit.is(MessageType::SessionClose) && !memory.sessions.contains(&session) {
            let mut answer = plain(MessageType::SessionCloseAck, (session, 0, 0));
            answer[40] = CLOSE_CLOSED;
            edit.added.replies.push(answer);
            edit.withhold();
        }
    }),
    Defect::server(
        Machine,
        "unknown_session_is_the_first",
        &["NNRP-SES-036", "NNRP-SES-027"],
        "What names a session that never was is taken for the first one.",
    )
    .outgoing(|edit, memory| note_session(edit, &mut memory.sessions))
    .incoming(|edit, memory| {
        let session = edit.get32("header.session_id");
        let known = session == 0 || memory.sessions.contains(&session);
        if let Some(&first) = memory.sessions.first().filter(|_| !known) {
            edit.set("header.session_id", first.into());
        }
    }),
    Defect::server(
        Machine,
        "refuses_too_large_a_wish",
        &["NNRP-SES-038"],
        "An open that asks for more parallel operations than allowed is refused.",
    )
    .incoming(|edit, memory| {
        let wish = edit.get("max_in_flight_operations");
        if edit.is(MessageType::SessionOpen) && wish > u64::from(memory.setup.max_in_flight) {
            edit.set("profile_id", 0xFFFF);
        }
    })
    .outgoing(|edit, _| {
        let refused = edit.get("session_error_code") == u64::from(PROFILE_UNSUPPORTED);
        if edit.is(MessageType::SessionOpenAck) && refused {
            edit.set("session_error_code", SESSION_LIMIT_REACHED.into());
        }
    }),
    Defect::server(
        Machine,
        "hints_while_nothing_runs",
        &["NNRP-SES-039"],
        "A hint about the session follows its opening, whether background results were granted \
         or not.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionOpenAck) && edit.get("session_id") != 0 {
            edit.added.after.push(plain(MessageType::ResultHint, (edit.get32("session_id"), 0, 0)));
        }
    }),
    Defect::server(
        Machine,
        "leases_without_the_grant",
        &["NNRP-SES-040"],
        "A session creates leases whether they were granted or not.",
    )
    .incoming(|edit, memory| ask_for(edit, ALLOW_CACHE_LEASES, &mut memory.number))
    .outgoing(|edit, memory| hide(edit, ALLOW_CACHE_LEASES, memory.number)),
    Defect::server(
        Machine,
        "overrides_without_the_grant",
        &["NNRP-SES-041"],
        "Another schema than the default of the session is taken for the default.",
    )
    .incoming(|edit, _| {
        if edit.is(MessageType::FrameSubmit) && edit.bytes.len() >= SCHEMA_AT + 8 {
            edit.bytes[SCHEMA_AT - 2] &= !(SCHEMA_OVERRIDE as u8);
            edit.bytes[SCHEMA_AT..SCHEMA_AT + 4].copy_from_slice(&ANCHOR.schema_id.to_le_bytes());
            edit.bytes[SCHEMA_AT + 4..SCHEMA_AT + 8]
                .copy_from_slice(&ANCHOR.schema_version.to_le_bytes());
        }
    }),
    Defect::server(
        Machine,
        "closed_with_an_error_code",
        &["NNRP-SES-043"],
        "The answer to a close has an error code although the close went well.",
    )
    .outgoing(|edit, _| {
        if edit.is(MessageType::SessionCloseAck) {
            edit.set("session_error_code", SESSION_LIMIT_REACHED.into());
        }
    }),
    Defect::server(
        Machine,
        "tag_is_a_session_number",
        &["NNRP-SES-044"],
        "The log tag of an open is taken for the number of a session and refused if it is none.",
    )
    .incoming(|edit, _| {
        let tag = edit.get("client_session_tag");
        if edit.is(MessageType::SessionOpen) && (tag == 0 || tag > u64::from(u32::MAX)) {
            edit.set("reserved0", 1);
        }
    }),
    Defect::server(
        Machine,
        "close_tag_must_be_new",
        &["NNRP-SES-044"],
        "A close whose log tag was seen before is refused.",
    )
    .incoming(|edit, memory| {
        if edit.is(MessageType::SessionClose) {
            let tag = edit.get32("session_close_tag");
            if memory.sessions.contains(&tag) {
                edit.set("reserved0", 1);
            }
            memory.sessions.push(tag);
        }
    }),
];

/// Schema of the first descriptor of a submit without objects: behind the header, the metadata,
/// the prelude, and profile and flags of the descriptor.
const SCHEMA_AT: usize = 40 + 72 + 32 + 4;

/// Notes the number of a session that was opened.
fn note_session(edit: &Edit<'_>, sessions: &mut Vec<u32>) {
    if edit.is(MessageType::SessionOpenAck) && edit.get("session_status") != u64::from(REJECTED) {
        sessions.push(edit.get32("session_id"));
    }
}

/// Sets an ability in an open; remembers whether the client had asked for it.
fn ask_for(edit: &mut Edit<'_>, ability: u8, asked: &mut u64) {
    if edit.is(MessageType::SessionOpen) {
        *asked = edit.get("session_flags") & u64::from(ability);
        edit.set("session_flags", edit.get("session_flags") | u64::from(ability));
    }
}

/// Leaves an ability that the client had not asked for out of the answer.
fn hide(edit: &mut Edit<'_>, ability: u8, asked: u64) {
    if edit.is(MessageType::SessionOpenAck) && asked == 0 {
        edit.set("session_flags_ack", edit.get("session_flags_ack") & !u64::from(ability));
        if ability == ALLOW_CACHE_LEASES {
            edit.set("lease_ttl_ms", 0);
        }
    }
}
