//! Defects of the negotiation (reference 8.4).

use super::defect::Defect;
use super::edit::Edit;
use super::frames;
use super::sealed::reword;
use crate::DefectLevel::Machine;
use serde_json::{Value, json};
use wireproof_base::ConnId;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::code::{
    NCP_ENCODING_UNSUPPORTED, NCP_VERSION_INCOMPATIBLE, NPS_CLIENT_BAD_PARAM,
};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Machine,
        "session_has_the_version_of_the_server",
        &["NCP-VER-001"],
        "A session has the version of the server, whatever the client names.",
    )
    .outgoing(|edit, _| {
        if edit.is_reply() {
            let own = edit.get("data.0.nps_version");
            edit.set("data.0.session_version", own);
        }
    })
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        if machine.is("negotiation") && !event["decide"]["server"]["nps_version"].is_null() {
            taken["session_version"] = event["decide"]["server"]["nps_version"].clone();
        }
        Ok(taken)
    }),
    Defect::agent(
        Machine,
        "agent_reports_its_own_version",
        &["NCP-VER-001"],
        "The Agent reports its own version as that of the session.",
    )
    .told(|telling, memory| {
        if let Event::Ready { version, .. } = &mut telling.what {
            version.clone_from(&memory.setup.nps_version);
        }
    }),
    Defect::node(
        Machine,
        "lowest_version_not_looked_at",
        &["NCP-VER-002"],
        "What a client names as its lowest version is not looked at.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) && edit.has("min_version") {
            edit.set("min_version", json!("0.1"));
        } else if edit.is(FrameType::Hello) {
            edit.set("nps_version", json!(memory.setup.nps_version));
        }
    }),
    Defect::node(
        Machine,
        "refused_clients_may_try_again",
        &["NCP-VER-003"],
        "The Node keeps a connection open whose version it has refused.",
    )
    .ends(|conn, memory| !memory.names.contains(&named(conn)))
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Error) && edit.text("error") == NCP_VERSION_INCOMPATIBLE {
            memory.knows(&named(edit.conn));
        }
    }),
    Defect::node(
        Machine,
        "version_refused_with_another_status",
        &["NCP-VER-004"],
        "NCP-VERSION-INCOMPATIBLE stands under the status of a bad parameter.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("error") == NCP_VERSION_INCOMPATIBLE {
            edit.set("status", json!(NPS_CLIENT_BAD_PARAM));
        }
    }),
    Defect::node(
        Machine,
        "encoding_of_the_server",
        &["NCP-VER-005"],
        "The reply names the encoding that the server likes best.",
    )
    .outgoing(|edit, memory| {
        if edit.is_reply() {
            let own = memory.setup.encodings.first().copied().unwrap_or_default();
            edit.set("data.0.negotiated_encoding", json!(own.name()));
        }
    }),
    Defect::node(
        Machine,
        "json_preferred",
        &["NCP-VER-006"],
        "The Node takes JSON wherever the client has it.",
    )
    .incoming(|edit, memory| {
        let own = memory.setup.encodings.contains(&Tier::Json);
        let named = edit.get("supported_encodings");
        let named = named.as_array().map(Vec::as_slice).unwrap_or_default();
        if edit.is(FrameType::Hello) && own && named.contains(&json!("json")) {
            edit.set("supported_encodings", json!(["json"]));
        }
    })
    .machine(|machine, event| {
        let (mut event, json) = (event.clone(), json!("json"));
        let named = &mut event["decide"]["client"]["supported_encodings"];
        if named.as_array().is_some_and(|named| named.contains(&json)) {
            *named = json!([json]);
            return machine.truth(&event);
        }
        if event["decide"].get("client").is_none_or(Value::is_null) {
            event.as_object_mut().map(|event| event.remove("decide"));
        }
        machine.truth(&event)
    }),
    Defect::node(
        Machine,
        "json_without_being_asked",
        &["NCP-VER-007"],
        "A client without a common encoding gets JSON.",
    )
    .incoming(|edit, memory| {
        let own: Vec<Value> =
            memory.setup.encodings.iter().map(|encoding| json!(encoding.name())).collect();
        let named = edit.get("supported_encodings");
        let named = named.as_array().map(Vec::as_slice).unwrap_or_default();
        if edit.is(FrameType::Hello) && !named.is_empty() && !shares(&own, named) {
            edit.set("supported_encodings", json!(own));
        }
    }),
    Defect::node(
        Machine,
        "ciphers_are_demanded",
        &["NCP-VER-007"],
        "A client whose ciphers the Node does not have is refused.",
    )
    .incoming(|edit, memory| {
        let own: Vec<Value> = memory.setup.algorithms.iter().map(|name| json!(name)).collect();
        let named = edit.get("e2e_enc_algorithms");
        let named = named.as_array().map(Vec::as_slice).unwrap_or_default();
        if edit.is(FrameType::Hello) && !named.is_empty() && !shares(&own, named) {
            edit.withhold();
            edit.hang_up = true;
            edit.added.replies.push(frames::error(NCP_VERSION_INCOMPATIBLE, Tier::Json));
        }
    }),
    Defect::node(
        Machine,
        "limit_of_the_server_alone",
        &["NCP-VER-008"],
        "A session has the payload limit of the server.",
    )
    .outgoing(|edit, memory| {
        let own = memory.setup.max_frame_payload;
        of_the_server(edit, "max_frame_payload", own.into());
    }),
    Defect::agent(
        Machine,
        "agent_reports_its_own_limit",
        &["NCP-VER-008"],
        "The Agent reports its own payload limit as that of the session.",
    )
    .told(|telling, memory| {
        if let Event::Ready { max_frame_payload, .. } = &mut telling.what {
            *max_frame_payload = memory.setup.max_frame_payload;
        }
    }),
    Defect::node(
        Machine,
        "streams_of_the_server_alone",
        &["NCP-VER-009"],
        "A session has the stream limit of the server, and the Node reports it.",
    )
    .outgoing(|edit, memory| {
        let own = memory.setup.max_streams;
        of_the_server(edit, "max_concurrent_streams", own.into());
    })
    .told(|telling, memory| {
        if let Event::Ready { max_streams, .. } = &mut telling.what {
            *max_streams = memory.setup.max_streams;
        }
    }),
    Defect::agent(
        Machine,
        "agent_reports_its_own_streams",
        &["NCP-VER-009"],
        "The Agent reports its own stream limit as that of the session.",
    )
    .told(|telling, memory| {
        if let Event::Ready { max_streams, .. } = &mut telling.what {
            *max_streams = memory.setup.max_streams;
        }
    }),
    Defect::node(
        Machine,
        "long_headers_of_the_server_alone",
        &["NCP-VER-010"],
        "The reply turns the eight-byte header on wherever the server has it, and the Node goes by \
         it.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) && memory.setup.ext {
            edit.set("ext_support", json!(true));
        }
    }),
    Defect::node(
        Machine,
        "protocols_of_the_server",
        &["NCP-VER-011"],
        "The reply names every protocol of the server.",
    )
    .outgoing(|edit, memory| {
        if edit.is_reply() {
            edit.set("data.0.supported_protocols", json!(memory.setup.protocols));
        }
    }),
    Defect::node(
        Machine,
        "ciphers_of_the_server",
        &["NCP-VER-012"],
        "The reply names every cipher of the server.",
    )
    .outgoing(|edit, memory| {
        if edit.is_reply() && !memory.setup.algorithms.is_empty() {
            edit.set("data.0.e2e_enc_algorithms", json!(memory.setup.algorithms));
        }
    }),
    Defect::node(
        Machine,
        "versions_are_decimals",
        &["NCP-VER-013"],
        "Versions are compared as decimal fractions, so that 0.10 is 0.1.",
    )
    .incoming(|edit, _| {
        for name in ["nps_version", "min_version"] {
            let version = edit.text(name);
            if edit.is(FrameType::Hello) && version.ends_with('0') && version.len() > 3 {
                edit.set(name, json!(version.trim_end_matches('0')));
            }
        }
    }),
    Defect::node(
        Machine,
        "no_common_encoding_is_a_bad_parameter",
        &["NCP-VER-014"],
        "Having no common encoding is called a bad parameter.",
    )
    .outgoing(|edit, _| reword(edit, NCP_ENCODING_UNSUPPORTED, NPS_CLIENT_BAD_PARAM)),
    Defect::agent(
        Machine,
        "agent_sends_json_for_ever",
        &["NCP-VER-015"],
        "The Agent sends JSON whatever was agreed.",
    )
    .outgoing(|edit, _| edit.recode(Tier::Json)),
    Defect::node(
        Machine,
        "node_sends_json_for_ever",
        &["NCP-VER-015"],
        "The Node sends JSON whatever was agreed.",
    )
    .outgoing(|edit, _| edit.recode(Tier::Json)),
    Defect::node(
        Machine,
        "refusal_without_versions",
        &["NCP-VER-016"],
        "A refusal over versions does not tell which.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("error") == NCP_VERSION_INCOMPATIBLE {
            edit.remove("details");
        }
    }),
];

fn named(conn: ConnId) -> String {
    format!("refused {}", conn.0)
}

fn shares(one: &[Value], other: &[Value]) -> bool {
    one.iter().any(|name| other.contains(name))
}

/// A value of the reply as the server alone has it.
fn of_the_server(edit: &mut Edit<'_>, name: &str, own: u64) {
    if edit.is_reply() {
        edit.set(&format!("data.0.{name}"), json!(own));
    }
}
