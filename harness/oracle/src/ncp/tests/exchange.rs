//! HTTP mode: messages, their header fields and bodies, and what is told of them.

use super::frames::*;
use super::posts::*;
use super::story::{C, S, Story};
use super::{Case, case};
use alloc::string::String;
use wireproof_base::ConnId;
use wireproof_wire::ncp::command::{Command, Refuse};
use wireproof_wire::ncp::http::{Message, content, header};
use wireproof_wire::ncp::{Event, digest};

const BODY: &str = "bodies_carry_whole_frames";
const KIND: &str = "bodies_have_their_type";
const BUDGET: &str = "budgets_are_kept";
const CODES: &str = "errors_over_http_use_registered_codes";
const HEADERS: &str = "headers_say_what_the_body_says";
const HELLO: &str = "hello_stays_out_of_http";
const STATUS: &str = "http_status_is_that_of_the_error";
const REPORTS: &str = "reports_over_http_were_received";
const ONCE: &str = "requests_get_one_response_each";
const ASKED: &str = "responses_bring_what_was_asked";

/// An answer that is wrong, and one that is right, to the request of [`asked`].
macro_rules! answers {
    ($name:expr, $id:literal, $reading:expr, $wrong:expr, $right:expr) => {
        case(
            $name,
            $id,
            $reading,
            |s| {
                asked(s, query()).post(S, &$wrong);
            },
            |s| {
                asked(s, query()).post(S, &$right);
            },
        )
    };
}

/// A request that is wrong, and one that is right.
macro_rules! asks {
    ($name:expr, $id:literal, $reading:expr, $wrong:expr, $right:expr) => {
        case(
            $name,
            $id,
            $reading,
            |s| {
                s.http().post(C, &$wrong);
            },
            |s| {
                s.http().post(C, &$right);
            },
        )
    };
}

/// What is shown in place of a manifest, and one that is whole.
macro_rules! shows {
    ($id:literal, $reading:expr, $wrong:expr) => {
        case(
            MANIFEST,
            $id,
            $reading,
            |s| {
                s.http().got(S, &request("GET", ".nwm")).post(S, &$wrong);
            },
            |s| manifest(s, content::MANIFEST),
        )
    };
}

pub(super) const CASES: &[Case] = &[
    asks!(BODY, "NCP-CONN-015", None, request("POST", "query"), ask(query())),
    asks!(BODY, "NCP-CONN-015", None, request("GET", "query"), request("GET", "actions")),
    case(BODY, "NCP-CONN-015", None, cut, |s| {
        s.http().post(C, &ask(query()));
    }),
    asks!(
        BODY,
        "NCP-CONN-015",
        Some("OP-38"),
        framed(request("POST", "query")).carrying(b"{\"anchor_ref\":\"x\"}".to_vec()),
        ask(query().json())
    ),
    asks!(
        BODY,
        "NCP-HDR-024",
        None,
        framed(request("POST", "query")).carrying(b"1004".to_vec()),
        ask(query())
    ),
    answers!(BODY, "NCP-HDR-024", None, capsule(caps().with("count", v(3u32))), capsule(caps())),
    asks!(
        KIND,
        "NPS-ADDR-008",
        None,
        request("POST", "query")
            .with(header::CONTENT_TYPE, "application/json")
            .carrying(query().bytes()),
        ask(query())
    ),
    answers!(KIND, "NPS-ADDR-009", None, framed(ok()).carrying(caps().bytes()), capsule(caps())),
    case(
        KIND,
        "NPS-ADDR-009",
        None,
        |s| manifest(s, "application/json"),
        |s| {
            manifest(s, "application/nwp-manifest+json; charset=utf-8");
        },
    ),
    shows!("NWP-FRM-012", None, error_under(404, ("NPS-CLIENT-NOT-FOUND", NOTHING))),
    shows!("NWP-FRM-012", None, manifest_of("[]")),
    shows!("NWP-FRM-012", Some("5.2"), manifest_of(&WHOLE.replace("node_id", "node"))),
    shows!("NWP-FRM-012", Some("5.2"), manifest_of(&WHOLE.replace("memory", "action"))),
    shows!("NWP-FRM-012", Some("5.2"), manifest_of(&WHOLE.replace("[\"json\"]", "[]"))),
    asks!(HELLO, "NCP-HELLO-002", None, greeting(), ask(query())),
    answers!(STATUS, "NCP-CONN-005", None, error_under(200, FIELD), error_under(400, FIELD)),
    answers!(STATUS, "NCP-CONN-005", None, capsule(error("NWP-NODE-UNAVAILABLE")), busy(503)),
    answers!(STATUS, "NCP-CONN-005", Some("6.5"), Message::response(503), busy(503)),
    answers!(
        STATUS,
        "NCP-CONN-005",
        Some("6.5"),
        Message::response(400)
            .with(header::CONTENT_TYPE, content::CAPSULE)
            .carrying(caps().bytes()),
        error_under(400, FIELD)
    ),
    answers!(STATUS, "NCP-ERR-009", None, busy(500), busy(503)),
    answers!(
        STATUS,
        "NCP-ERR-009",
        Some("OP-39"),
        error_under(500, ("NPS-SERVER-UNSUPPORTED", "NPS-SERVER-UNSUPPORTED")),
        error_under(501, ("NPS-SERVER-UNSUPPORTED", "NPS-SERVER-UNSUPPORTED"))
    ),
    answers!(CODES, "NCP-ERR-002", None, error_under(500, ("NPS-ODD", "NPS-ODD")), busy(503)),
    answers!(CODES, "NCP-ERR-003", None, error_under(503, (BUSY.0, "NWP-ODD")), busy(503)),
    answers!(CODES, "NCP-ERR-004", None, error_under(500, (INTERNAL, BUSY.1)), busy(503)),
    case(
        CODES,
        "NCP-ERR-010",
        None,
        |s| {
            asked(s, query()).post(S, &error_under(503, (BUSY.0, "busy")));
        },
        |s| {
            let (conn, error) = (ConnId(0), String::from("busy"));
            let refuse = Refuse { conn, error, ..Refuse::default() };
            asked(s, query()).command(S, Command::Refuse(refuse));
            s.post(S, &error_under(503, (BUSY.0, "busy")));
        },
    ),
    asks!(
        HEADERS,
        "NPS-ADDR-013",
        None,
        ask(query()).with("x-nwp-agent", "urn:nps:node:a.example:n"),
        ask(query()).with("x-nwp-agent", "urn:nps:agent:a.example:n")
    ),
    asks!(
        HEADERS,
        "NPS-ADDR-010",
        None,
        ask(query()).with("X-NWP-Depth", "6"),
        ask(query()).with("X-NWP-Depth", "5")
    ),
    asks!(
        HEADERS,
        "NPS-TOK-006",
        None,
        ask(query()).with("X-NWP-Budget", "4294967296"),
        ask(query()).with("X-NWP-Budget", "4294967295")
    ),
    answers!(
        HEADERS,
        "NPS-ADDR-014",
        None,
        capsule(caps()).with("X-NWP-Schema", A2),
        capsule(caps()).with("X-NWP-Schema", A1)
    ),
    answers!(
        HEADERS,
        "NPS-ADDR-014",
        None,
        busy(503).with("X-NWP-Schema", "products"),
        busy(503).with("X-NWP-Schema", "nps:system:caps")
    ),
    answers!(
        HEADERS,
        "NPS-ADDR-015",
        None,
        capsule(caps().with("cached", v(true))).with("X-NWP-Cached", "false"),
        capsule(caps().with("cached", v(true))).with("X-NWP-Cached", "true")
    ),
    answers!(
        HEADERS,
        "NPS-TOK-008",
        None,
        capsule(caps()).with("X-NWP-Tokens", "7 NPT"),
        capsule(caps()).with("X-NWP-Tokens", "7")
    ),
    answers!(
        HEADERS,
        "NPS-TOK-008",
        Some("7"),
        capsule(caps().with("token_est", v(7u32))).with("X-NWP-Tokens", "8"),
        capsule(caps().with("token_est", v(7u32))).with("X-NWP-Tokens", "7")
    ),
    answers!(
        HEADERS,
        "NPS-TOK-008",
        None,
        capsule(caps()).with("X-NWP-Tokens-Native", "-1"),
        capsule(caps()).with("X-NWP-Tokens-Native", "1")
    ),
    answers!(
        HEADERS,
        "NPS-TOK-009",
        None,
        capsule(caps().with("tokenizer_used", v("claude"))).with("X-NWP-Tokenizer-Used", "gpt-4"),
        capsule(caps().with("tokenizer_used", v("claude"))).with("X-NWP-Tokenizer-Used", "claude")
    ),
    case(
        ONCE,
        "NCP-CONN-015",
        None,
        |s| {
            asked(s, query()).post(S, &busy(503)).post(S, &capsule(caps()));
        },
        |s| {
            // The network has repeated the request.
            asked(s, query()).got(S, &ask(query())).post(S, &busy(503)).post(S, &capsule(caps()));
        },
    ),
    case(
        ONCE,
        "NCP-CONN-015",
        None,
        |s| {
            s.http().post(S, &capsule(caps()));
        },
        |s| {
            s.http();
        },
    ),
    answers!(ASKED, "NWP-FRM-014", None, capsule(pushed()), capsule(caps())),
    answers!(ASKED, "NWP-FRM-014", None, capsule(last(S1, 0)), capsule(caps())),
    case(ASKED, "NWP-FRM-004", None, |s| streamed(s, &[caps()]), whole),
    case(ASKED, "NCP-STREAM-003", None, |s| streamed(s, &[open(S1), last(S1, 2)]), whole),
    case(ASKED, "NCP-STREAM-004", None, |s| streamed(s, &[open(S1), chunk(S1, 1)]), whole),
    case(
        ASKED,
        "NCP-ANCHOR-036",
        Some("OP-20"),
        |s| schema_of(s, caps()),
        |s| {
            schema_of(s, pushed());
        },
    ),
    case(
        BUDGET,
        "NPS-TOK-007",
        None,
        |s| {
            asked(s, limited(100)).post(S, &capsule(caps().with("token_est", v(101u32))));
        },
        |s| {
            asked(s, limited(100)).post(S, &capsule(caps().with("token_est", v(100u32))));
        },
    ),
    case(
        BUDGET,
        "NPS-TOK-007",
        None,
        |s| {
            s.session().say(C, limited(100)).say(S, caps().with("token_est", v(101u32)));
            s.answered(A1, true);
        },
        |s| {
            s.session().say(C, limited(100)).say(S, caps().with("token_est", v(100u32)));
            s.answered(A1, true);
        },
    ),
    case(
        BUDGET,
        "NPS-TOK-004",
        Some("7"),
        |s| {
            asked(s, limited(5)).post(S, &capsule(caps()));
        },
        |s| {
            // Another tokenizer may count less.
            asked(s, limited(5)).post(S, &capsule(caps().with("tokenizer_used", v("claude"))));
        },
    ),
    case(
        REPORTS,
        "NWP-FRM-014",
        None,
        |s| {
            asked(s, query()).requested("ACTION", "");
        },
        |s| {
            asked(s, query()).requested("QUERY", A1);
        },
    ),
    case(
        REPORTS,
        "NWP-FRM-014",
        None,
        |s| {
            s.http().got(S, &bare()).requested("QUERY", "");
        },
        |s| {
            s.http().got(S, &bare()).requested("ACTION", "");
        },
    ),
    case(REPORTS, "NCP-CAPS-001", None, |s| told(s, A2), |s| told(s, A1)),
    case(REPORTS, "NCP-ERR-006", None, |s| failed(s, INTERNAL), |s| failed(s, BUSY.1)),
];

const MANIFEST: &str = "manifest_is_shown_whole";
const WHOLE: &str = r#"{"nwp":"0.4","node_id":"urn:nps:node:a.example:n","node_type":"memory",
    "wire_formats":["json"],"preferred_format":"json","capabilities":{},"auth":{},
    "endpoints":{}}"#;

const FIELD: (&str, &str) = ("NPS-CLIENT-BAD-PARAM", "NWP-QUERY-FIELD-UNKNOWN");
const NOTHING: &str = "NPS-CLIENT-NOT-FOUND";
const INTERNAL: &str = "NPS-SERVER-INTERNAL";

/// The Node got a request with that frame.
fn asked(s: &mut Story, frame: Msg) -> &mut Story {
    s.http().got(S, &ask(frame))
}

/// Sends a message without its last byte.
fn cut(s: &mut Story) {
    let mut bytes = written(&ask(query()));
    bytes.pop();
    s.http().message(C, true, &bytes);
}

fn manifest(s: &mut Story, kind: &str) {
    s.http().got(S, &request("GET", ".nwm"));
    s.post(S, &ok().with(header::CONTENT_TYPE, kind).carrying(WHOLE.as_bytes().to_vec()));
}

fn manifest_of(body: &str) -> Message {
    ok().with(header::CONTENT_TYPE, content::MANIFEST).carrying(body.as_bytes().to_vec())
}

fn schema_of(s: &mut Story, frame: Msg) {
    s.http().got(S, &request("GET", ".schema")).post(S, &capsule(frame));
}

/// A query for a stream is answered by these frames.
fn streamed(s: &mut Story, frames: &[Msg]) {
    s.publish(&schema(), "").http();
    let asked = query().with("stream", v(true)).with("request_id", v(S2));
    s.got(S, &framed(request("POST", "stream")).carrying(asked.bytes()));
    let body = frames.iter().flat_map(Msg::bytes).collect();
    s.post(S, &ok().with(header::CONTENT_TYPE, content::CAPSULE).carrying(body));
}

fn whole(s: &mut Story) {
    streamed(s, &[open(S1), chunk(S1, 1), last(S1, 2)]);
}

/// The Agent tells of an answer under that schema.
fn told(s: &mut Story, anchor: &str) {
    s.http().post(C, &ask(query())).got(C, &capsule(caps()));
    let (conn, anchor_ref) = (s.conn(), anchor.into());
    let (count, digest) = (1, digest::records(&[product(0)]));
    s.event(C, Event::Answered { conn, anchor_ref, count, digest, read: true });
}

/// The Agent tells of an error with that code.
fn failed(s: &mut Story, error: &str) {
    s.http().post(C, &ask(query())).got(C, &busy(503));
    let (conn, status, error) = (s.conn(), BUSY.0.into(), error.into());
    let (stream_id, anchor_ref) = (String::new(), String::new());
    s.event(C, Event::Failed { conn, status, error, stream_id, anchor_ref });
}

#[test]
fn an_agent_may_give_up_waiting() {
    let mut s = Story::new();
    s.http().post(C, &ask(query()));
    let (conn, stream_id, anchor_ref) = (s.conn(), String::new(), String::new());
    let (status, error) = ("NPS-SERVER-TIMEOUT".into(), "NPS-SERVER-TIMEOUT".into());
    s.event(C, Event::Failed { conn, status, error, stream_id, anchor_ref });
    assert!(s.end().is_empty());
}
