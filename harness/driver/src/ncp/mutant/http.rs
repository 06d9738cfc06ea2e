//! Defects of HTTP mode (NCP §2.2, reference 6.4, 6.5 and 9.1).

use super::defect::Defect;
use super::frames::made;
use crate::DefectLevel::{Codec, Machine};
use crate::hex;
use serde_json::json;
use wireproof_base::Carrier;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::http::{Message, Start, content, header};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::agent(
        Codec,
        "frames_posted_in_digits",
        &["NCP-HDR-024"],
        "Over HTTP the Agent writes the bytes of a frame in hexadecimal digits.",
    )
    .posted(|message, _| {
        if asks(message) {
            message.body = hex::encode(&message.body).into_bytes();
        }
    }),
    Defect::node(
        Codec,
        "responses_in_digits",
        &["NCP-HDR-024", "NPS-ADDR-009"],
        "Over HTTP the Node writes the bytes of a frame in hexadecimal digits.",
    )
    .posted(|message, _| {
        if message.content_type() == content::CAPSULE {
            message.body = hex::encode(&message.body).into_bytes();
        }
    }),
    Defect::agent(
        Codec,
        "frames_in_the_target",
        &["NCP-CONN-015"],
        "Over HTTP the Agent puts its frames into the target of a GET.",
    )
    .posted(|message, _| {
        if let Start::Request { method, target } = &mut message.start {
            "GET".clone_into(method);
            target.push_str("?frame=");
            target.push_str(&hex::encode(&message.body));
            message.body.clear();
        }
    }),
    Defect::node(
        Machine,
        "errors_are_fine_over_http",
        &["NCP-CONN-005"],
        "Over HTTP the Node reports every error under status 200.",
    )
    .posted(|message, _| {
        if let Start::Response { status: status @ 400.. } = &mut message.start {
            *status = 200;
        }
    }),
    Defect::node(
        Machine,
        "errors_are_internal_over_http",
        &["NCP-ERR-009"],
        "Over HTTP the Node reports every error under status 500.",
    )
    .posted(|message, _| {
        if let Start::Response { status: status @ 400.. } = &mut message.start {
            *status = 500;
        }
    }),
    Defect::agent(
        Machine,
        "hello_over_http",
        &["NCP-HELLO-002"],
        "Over HTTP the Agent posts a HelloFrame before anything else.",
    )
    .begins(|carrier| {
        if carrier != Carrier::Exchange {
            return None;
        }
        let hello = json!({
            "nps_version": "0.4",
            "supported_encodings": ["msgpack", "json"],
            "supported_protocols": ["ncp", "nwp"],
        });
        let mut bytes = Vec::new();
        let request = Message::request("POST", "/").with(header::CONTENT_TYPE, content::FRAME);
        request.carrying(made(FrameType::Hello, Tier::Json, hello)).write(&mut bytes);
        Some(bytes)
    }),
    Defect::agent(
        Codec,
        "requests_of_the_old_type",
        &["NPS-ADDR-008"],
        "A frame in an HTTP request is application/x-nps-frame.",
    )
    .posted(|message, _| retype(message, content::FRAME, "application/x-nps-frame")),
    Defect::node(
        Codec,
        "responses_of_the_type_of_requests",
        &["NPS-ADDR-009"],
        "A frame in an HTTP response is application/nwp-frame.",
    )
    .posted(|message, _| retype(message, content::CAPSULE, content::FRAME)),
];

/// Whether it is a request with a body.
const fn asks(message: &Message) -> bool {
    matches!(message.start, Start::Request { .. }) && !message.body.is_empty()
}

fn retype(message: &mut Message, from: &str, to: &str) {
    for (name, value) in &mut message.headers {
        if name.eq_ignore_ascii_case(header::CONTENT_TYPE) && value == from {
            to.clone_into(value);
        }
    }
}
