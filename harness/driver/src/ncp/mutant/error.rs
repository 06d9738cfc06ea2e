//! Defects of ErrorFrames (reference 4.7, 9).

use super::defect::Defect;
use super::edit::Edit;
use super::frames;
use crate::DefectLevel::{Codec, Machine};
use serde_json::json;
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(Codec, "errors_without_code", &["NCP-ERR-001"], "An ErrorFrame has no code.")
        .outgoing(|edit, _| {
            if edit.is(FrameType::Error) {
                edit.remove("error");
            }
        }),
    Defect::agent(
        Codec,
        "agent_errors_without_status",
        &["NCP-ERR-001"],
        "An ErrorFrame of the Agent has no status.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) {
            edit.remove("status");
        }
    }),
    Defect::node(
        Codec,
        "status_is_an_http_status",
        &["NCP-ERR-002", "NCP-ERR-004"],
        "The status of an ErrorFrame is that of HTTP.",
    )
    .outgoing(|edit, _| set(edit, "status", "400")),
    Defect::agent(
        Codec,
        "agent_status_of_its_own",
        &["NCP-ERR-002", "NCP-ERR-004"],
        "The status of an ErrorFrame of the Agent is one that nobody has listed.",
    )
    .outgoing(|edit, _| set(edit, "status", "NPS-CLIENT-OOPS")),
    Defect::node(
        Codec,
        "codes_of_its_own",
        &["NCP-ERR-003"],
        "The Node has one code of its own for every error.",
    )
    .outgoing(|edit, _| set(edit, "error", "NCP-GENERIC-ERROR")),
    Defect::agent(
        Codec,
        "agent_codes_of_its_own",
        &["NCP-ERR-003"],
        "The Agent has one code of its own for every error.",
    )
    .outgoing(|edit, _| set(edit, "error", "NCP-GENERIC-ERROR")),
    Defect::node(
        Machine,
        "every_error_is_internal",
        &["NCP-ERR-004"],
        "Every error of the Node has the status of an internal one.",
    )
    .outgoing(|edit, _| set(edit, "status", "NPS-SERVER-INTERNAL")),
    Defect::agent(
        Machine,
        "every_error_is_a_bad_parameter",
        &["NCP-ERR-004"],
        "Every error of the Agent has the status of a bad parameter.",
    )
    .outgoing(|edit, _| set(edit, "status", "NPS-CLIENT-BAD-PARAM")),
    Defect::node(
        Codec,
        "details_are_text",
        &["NCP-ERR-005", "NCP-TIER-011"],
        "The details of an error are text.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.has("details") {
            let details = edit.get("details").to_string();
            edit.set("details", json!(details));
        }
    }),
    Defect::node(
        Machine,
        "errors_of_nwp_as_answers",
        &["NCP-ERR-006"],
        "What NWP refuses is answered with a CapsFrame that names the error.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("error").starts_with("NWP-") {
            let about = json!({"status": edit.get("status"), "error": edit.get("error")});
            let members = json!({"anchor_ref": "nps:system:error", "count": 1, "data": [about]});
            let encoding = edit.header().tier().unwrap_or_default();
            *edit.bytes = frames::made(FrameType::Caps, encoding, members);
        }
    }),
    Defect::node(
        Machine,
        "errors_do_not_say_about_what",
        &["NCP-ERR-007"],
        "An error of the Node about a schema or a stream does not say which.",
    )
    .outgoing(|edit, _| unnamed(edit)),
    Defect::agent(
        Machine,
        "agent_errors_do_not_say_about_what",
        &["NCP-ERR-007"],
        "An error of the Agent about a schema or a stream does not say which.",
    )
    .outgoing(|edit, _| unnamed(edit)),
    Defect::node(
        Machine,
        "node_answers_errors",
        &["NCP-ERR-008"],
        "The Node answers an ErrorFrame with another one.",
    )
    .incoming(|edit, _| answer(edit)),
    Defect::agent(
        Machine,
        "agent_answers_errors",
        &["NCP-ERR-008"],
        "The Agent answers an ErrorFrame with another one.",
    )
    .incoming(|edit, _| answer(edit)),
    Defect::node(
        Codec,
        "codes_in_small_letters",
        &["NCP-ERR-010"],
        "The Node writes codes in small letters.",
    )
    .outgoing(|edit, _| {
        let code = edit.text("error").to_lowercase();
        set(edit, "error", &code);
    }),
];

fn set(edit: &mut Edit<'_>, name: &str, value: &str) {
    if edit.is(FrameType::Error) {
        edit.set(name, json!(value));
    }
}

fn unnamed(edit: &mut Edit<'_>) {
    let about = edit.has("details.stream_id") || edit.has("details.anchor_ref");
    if edit.is(FrameType::Error) && about {
        edit.remove("details");
    }
}

fn answer(edit: &mut Edit<'_>) {
    if edit.is(FrameType::Error) {
        edit.added.replies.push(frames::error(NPS_CLIENT_BAD_FRAME, Tier::Json));
    }
}
