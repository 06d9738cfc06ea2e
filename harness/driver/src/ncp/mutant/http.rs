//! Defects of HTTP mode (NCP §2.2, reference 6.4, 6.5 and 9.1).

use super::defect::Defect;
use super::frames::{self, made};
use crate::DefectLevel::{Codec, Machine};
use crate::hex;
use serde_json::json;
use wireproof_base::Carrier;
use wireproof_wire::ncp::code::NPS_CLIENT_NOT_FOUND;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::header::{Split, split};
use wireproof_wire::ncp::http::{Message, Refusal, Start, content, header};

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
    Defect::agent(
        Codec,
        "agent_of_any_name",
        &["NPS-ADDR-013"],
        "X-NWP-Agent is the name of a program.",
    )
    .posted(|message, _| put(message, header::AGENT, "agent/1.0")),
    Defect::node(
        Codec,
        "schema_of_another_answer",
        &["NPS-ADDR-014"],
        "X-NWP-Schema is the path that was asked.",
    )
    .posted(|message, _| put(message, header::SCHEMA, "/orders")),
    Defect::node(Codec, "cached_in_words", &["NPS-ADDR-015"], "X-NWP-Cached says HIT or MISS.")
        .posted(|message, _| put(message, header::CACHED, "MISS")),
    Defect::node(
        Codec,
        "tokens_with_a_unit",
        &["NPS-TOK-008"],
        "X-NWP-Tokens is a number with its unit.",
    )
    .posted(|message, _| put(message, header::TOKENS, "12 NPT")),
    Defect::node(
        Codec,
        "tokens_native_in_words",
        &["NPS-TOK-008"],
        "X-NWP-Tokens-Native is a number with its unit.",
    )
    .posted(|message, _| put(message, header::TOKENS_NATIVE, "12 tokens")),
    Defect::node(
        Codec,
        "tokenizer_without_a_name",
        &["NPS-TOK-009"],
        "X-NWP-Tokenizer-Used is empty.",
    )
    .posted(|message, _| put(message, header::TOKENIZER_USED, "")),
    Defect::node(
        Machine,
        "budget_header_overlooked",
        &["NPS-TOK-007"],
        "X-NWP-Budget is not looked at.",
    )
    .fetched(|message, _| drop_header(message, header::BUDGET)),
    Defect::node(
        Machine,
        "errors_in_frames_over_http",
        &["NCP-CONN-005"],
        "Over HTTP the Node answers a fault with an ErrorFrame under status 200.",
    )
    .posted(|message, _| {
        if let Ok(refusal) = Refusal::read(message) {
            let frame = frames::error(&refusal.error.error, Tier::Msgpack);
            let fine = Message::response(200).with(header::CONTENT_TYPE, content::CAPSULE);
            *message = fine.carrying(frame);
        }
    }),
    Defect::node(
        Machine,
        "answers_unasked",
        &["NCP-CONN-015"],
        "Over HTTP the Node sends a response that nobody asked for.",
    )
    .begins(|carrier| {
        let empty = json!({"anchor_ref": "nps:system:empty", "count": 0, "data": []});
        let fine = Message::response(200).with(header::CONTENT_TYPE, content::CAPSULE);
        let mut bytes = Vec::new();
        fine.carrying(made(FrameType::Caps, Tier::Msgpack, empty)).write(&mut bytes);
        (carrier == Carrier::Exchange).then_some(bytes)
    }),
    Defect::node(
        Machine,
        "manifest_nowhere",
        &["NWP-FRM-012"],
        "Over HTTP the Node has no manifest.",
    )
    .posted(|message, _| {
        if message.content_type() == content::MANIFEST {
            let error = Error::of(NPS_CLIENT_NOT_FOUND);
            *message = Refusal { error, request_id: None }.message();
        }
    }),
    Defect::node(
        Codec,
        "manifest_of_plain_json",
        &["NPS-ADDR-009"],
        "A manifest is application/json.",
    )
    .posted(|message, _| retype(message, content::MANIFEST, "application/json")),
    Defect::node(
        Machine,
        "streams_over_http_at_once",
        &["NCP-STREAM-004"],
        "Over HTTP a query for a stream is answered with its first chunk alone.",
    )
    .posted(|message, _| {
        if let Split::Frame { header_len, payload_len } = split(&message.body) {
            message.body.truncate(header_len + payload_len);
        }
    }),
];

fn put(message: &mut Message, name: &str, value: &str) {
    drop_header(message, name);
    message.headers.push((name.to_owned(), value.to_owned()));
}

fn drop_header(message: &mut Message, name: &str) {
    message.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
}

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
