//! Defects of the hello (reference 8.2, 8.3).

use super::defect::Defect;
use super::edit::Edit;
use super::frames::{self, made};
use super::memory::Memory;
use crate::DefectLevel::{Codec, Machine, Recovery, Timing};
use crate::ncp::defaults::{PRODUCT_ID, product};
use serde_json::{Value, json};
use wireproof_base::Duration;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::event::StreamEnd;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::agent(
        Machine,
        "agent_asks_with_the_hello",
        &["NCP-CONN-003", "NCP-CONN-009"],
        "The Agent sends its first request right behind HelloFrame.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Hello) {
            let request = json!({"action_id": "orders.create"});
            edit.added.after.push(made(FrameType::Action, Tier::Json, request));
        }
    }),
    Defect::node(
        Machine,
        "node_publishes_before_the_reply",
        &["NCP-CONN-003", "NCP-CONN-009"],
        "The Node sends a schema ahead of its reply.",
    )
    .outgoing(|edit, _| {
        if edit.is_reply() {
            let schema = json!({"anchor_id": PRODUCT_ID, "schema": product()});
            edit.added.before.push(made(FrameType::Anchor, Tier::Json, schema));
        }
    }),
    Defect::node(
        Machine,
        "errors_as_answers",
        &["NCP-CONN-004", "NCP-ERR-006"],
        "An error that the Node reports is a CapsFrame about it.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) {
            let about = json!({"status": edit.get("status"), "error": edit.get("error")});
            let members = json!({"anchor_ref": "nps:system:error", "count": 1, "data": [about]});
            let encoding = edit.header().tier().unwrap_or_default();
            *edit.bytes = made(FrameType::Caps, encoding, members);
        }
    }),
    Defect::agent(
        Machine,
        "agent_reports_faults_by_query",
        &["NCP-CONN-004"],
        "The Agent reports a fault by an ActionFrame.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) {
            let params = json!({"error": edit.get("error")});
            let members = json!({"action_id": "system.fault", "params": params});
            let encoding = edit.header().tier().unwrap_or_default();
            *edit.bytes = made(FrameType::Action, encoding, members);
        }
    }),
    Defect::node(
        Recovery,
        "streams_outlive_their_connection",
        &["NCP-CONN-013"],
        "The streams of a connection stay open at the Node when it is lost.",
    )
    .told(|telling, _| lost_unsaid(&mut telling.dropped, &telling.what)),
    Defect::agent(
        Recovery,
        "agent_keeps_streams_of_lost_connections",
        &["NCP-CONN-013"],
        "The streams of a connection stay open at the Agent when it is lost.",
    )
    .told(|telling, _| lost_unsaid(&mut telling.dropped, &telling.what)),
    Defect::agent(
        Machine,
        "agent_begins_with_something_else",
        &["NCP-HELLO-001"],
        "The Agent says who it is before it says hello.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Hello) {
            let params = json!({"action_id": "agents.announce"});
            edit.added.before.push(made(FrameType::Action, Tier::Json, params));
        }
    }),
    Defect::agent(Machine, "hello_in_msgpack", &["NCP-HELLO-004"], "HelloFrame is MsgPack.")
        .setup(|setup| setup.hello_tier = Tier::Msgpack),
    Defect::agent(
        Codec,
        "hello_without_protocols",
        &["NCP-HELLO-005"],
        "HelloFrame names no protocols.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Hello) {
            edit.remove("supported_protocols");
        }
    }),
    Defect::agent(
        Codec,
        "version_with_a_patch",
        &["NCP-HELLO-006"],
        "The version in HelloFrame has three numbers.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Hello) {
            let version = edit.text("nps_version");
            edit.set("nps_version", json!(format!("{version}.0")));
        }
    }),
    Defect::node(
        Machine,
        "no_minimum_means_any_version",
        &["NCP-HELLO-007"],
        "A client that names no lowest version is taken to accept every one.",
    )
    .incoming(|edit, _| assume(edit, "min_version", json!("0.0"))),
    Defect::node(
        Machine,
        "no_limit_means_ten_megabytes",
        &["NCP-HELLO-008"],
        "A client that names no payload limit is taken to read ten megabytes.",
    )
    .incoming(|edit, _| assume(edit, "max_frame_payload", json!(10_485_760))),
    Defect::node(
        Machine,
        "no_word_means_long_headers",
        &["NCP-HELLO-009"],
        "A client that does not mention the eight-byte header is taken to have it.",
    )
    .incoming(|edit, _| assume(edit, "ext_support", json!(true))),
    Defect::node(
        Machine,
        "no_limit_means_a_thousand_streams",
        &["NCP-HELLO-010"],
        "A client that names no stream limit is taken to handle a thousand.",
    )
    .incoming(|edit, _| assume(edit, "max_concurrent_streams", json!(1_000))),
    Defect::agent(
        Codec,
        "agent_id_is_a_name",
        &["NCP-HELLO-012"],
        "agent_id is the last part of the URN.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Hello) {
            let id = edit.text("agent_id");
            let name = id.rsplit(':').next().unwrap_or_default();
            if !name.is_empty() {
                edit.set("agent_id", json!(name));
            }
        }
    }),
    Defect::node(
        Timing,
        "node_answers_after_six_seconds",
        &["NCP-HELLO-014"],
        "The Node takes six seconds to answer HelloFrame.",
    )
    .outgoing(|edit, _| {
        if edit.is_reply() {
            edit.late = Duration::from_millis(6_000);
        }
    }),
    Defect::agent(
        Timing,
        "agent_waits_for_a_minute",
        &["NCP-HELLO-015"],
        "The Agent waits for a reply for a minute.",
    )
    .setup(|setup| setup.caps_timeout_ms = 60_000),
    Defect::node(
        Timing,
        "node_waits_for_a_minute",
        &["NCP-HELLO-016"],
        "The Node waits for HelloFrame for a minute.",
    )
    .setup(|setup| setup.hello_timeout_ms = 60_000),
    Defect::node(
        Machine,
        "node_needs_no_hello",
        &["NCP-HELLO-017"],
        "A connection that begins with a request is served as if it had begun with HelloFrame.",
    )
    .incoming(|edit, memory| {
        let conn = format!("conn {}", edit.conn.0);
        if edit.is(FrameType::Hello) {
            memory.knows(&conn);
        } else if edit.kind().is_some() && !memory.knows(&conn) {
            memory.number = 1;
            let hello = json!({
                "nps_version": "0.4",
                "supported_encodings": ["msgpack", "json"],
                "supported_protocols": ["ncp", "nwp", "nip", "ndp", "nop"],
            });
            edit.added.before.push(made(FrameType::Hello, Tier::Json, hello));
        }
    })
    .outgoing(|edit, memory| {
        if edit.is_reply() && memory.number == 1 {
            memory.number = 0;
            edit.withhold();
        }
    }),
    Defect::node(
        Machine,
        "every_hello_is_welcome",
        &["NCP-HELLO-018"],
        "Every HelloFrame of a connection is answered with the first reply.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) {
            let reply = memory.kept.iter().find(|(conn, ..)| *conn == edit.conn);
            if let Some((_, _, reply)) = reply {
                edit.withhold();
                edit.added.replies.push(reply.clone());
            }
        }
    })
    .outgoing(|edit, memory| {
        if edit.is_reply() {
            memory.kept.push((edit.conn, edit.stream, edit.bytes.clone()));
        }
    }),
    Defect::node(
        Machine,
        "node_completes_the_hello",
        &["NCP-HELLO-019"],
        "What a HelloFrame lacks is taken from the setup of the Node.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) {
            let own = &memory.setup;
            let encodings: Vec<&str> = own.encodings.iter().map(|one| one.name()).collect();
            for (name, value) in [
                ("nps_version", json!(own.nps_version)),
                ("supported_encodings", json!(encodings)),
                ("supported_protocols", json!(own.protocols)),
            ] {
                let found = edit.get(name);
                if found.is_null() || found == json!([]) {
                    edit.set(name, value);
                }
            }
        }
    }),
    Defect::agent(
        Machine,
        "agent_goes_on_without_a_reply",
        &["NCP-CONN-003"],
        "The Agent takes the first frame of the Node for a reply, whatever it is.",
    )
    .incoming(|edit, memory| {
        let conn = format!("conn {}", edit.conn.0);
        let greets = edit.is_reply() || edit.is(FrameType::Error);
        if edit.kind().is_some() && !memory.knows(&conn) && !greets {
            edit.added.before.push(made(FrameType::Caps, Tier::Json, usual_reply(memory)));
        }
    }),
    Defect::agent(
        Machine,
        "agent_refuses_extra_words",
        &["NCP-TIER-006"],
        "The Agent refuses answers with members that it does not know.",
    )
    .incoming(|edit, _| strangers(edit)),
    Defect::node(
        Machine,
        "node_refuses_extra_words",
        &["NCP-TIER-006"],
        "The Node refuses requests with members that it does not know.",
    )
    .incoming(|edit, _| strangers(edit)),
];

fn lost_unsaid(dropped: &mut bool, event: &Event) {
    if matches!(event, Event::Ended { outcome: StreamEnd::Lost, .. }) {
        *dropped = true;
    }
}

/// Fills in a member that a HelloFrame leaves out.
fn assume(edit: &mut Edit<'_>, name: &str, value: Value) {
    if edit.is(FrameType::Hello) && !edit.has(name) {
        edit.set(name, value);
    }
}

/// A reply that lies within the offer.
fn usual_reply(memory: &Memory) -> Value {
    let own = &memory.setup;
    let record = json!({
        "nps_version": own.nps_version, "session_version": own.nps_version,
        "max_frame_payload": own.max_frame_payload,
        "negotiated_encoding": own.encodings.first().copied().unwrap_or_default().name(),
        "supported_protocols": own.protocols, "ext_support": false,
        "max_concurrent_streams": own.max_streams,
    });
    json!({"anchor_ref": "nps:system:caps", "count": 1, "data": [record]})
}

fn strangers(edit: &mut Edit<'_>) {
    let Some((kind, members)) = edit.kind().zip(edit.members()) else { return };
    let known = |name: &str| wireproof_wire::ncp::table::find(kind, name).is_some();
    let strange = members.iter().any(|(name, _)| name != "frame" && !known(name));
    if strange && kind != FrameType::Align && kind != FrameType::Error {
        edit.withhold();
        edit.added.replies.push(frames::error(NPS_CLIENT_BAD_FRAME, Tier::Json));
    }
}
