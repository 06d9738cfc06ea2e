//! What a server answers to HelloFrame.

use super::frames::*;
use super::refusal::incompatible;
use super::story::{C, S, Story};
use super::{Case, case};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::Tier;

const INSIDE: &str = "reply_lies_inside_the_offer";
const END: &str = "nothing_follows_the_end";
const READY: &str = "ready_is_reported_as_agreed";

pub(super) const CASES: &[Case] = &[
    case(
        INSIDE,
        "NCP-VER-001",
        None,
        |s| {
            answered(s, hello(), "session_version", v("0.3"));
        },
        |s| {
            answered(s, hello(), "session_version", v("0.4"));
        },
    ),
    case(
        INSIDE,
        "NCP-VER-013",
        Some("8.4"),
        |s| {
            // Taken for decimals, 0.10 is the smaller of the two.
            let hello = hello().with("nps_version", v("0.10")).with("min_version", v("0.1"));
            answered(s, hello, "session_version", v("0.10"));
        },
        |s| {
            let hello = hello().with("nps_version", v("0.10")).with("min_version", v("0.1"));
            answered(s, hello, "session_version", v("0.4"));
        },
    ),
    case(
        INSIDE,
        "NCP-VER-005",
        None,
        |s| {
            let hello = hello().with("supported_encodings", v(["json"].as_slice()));
            answered(s, hello, "negotiated_encoding", v("msgpack"));
        },
        |s| {
            let hello = hello().with("supported_encodings", v(["json"].as_slice()));
            answered(s, hello, "negotiated_encoding", v("json"));
        },
    ),
    case(
        INSIDE,
        "NCP-VER-008",
        None,
        |s| {
            let hello = hello().with("max_frame_payload", v(1_000u32));
            answered(s, hello, "max_frame_payload", v(65_535u32));
        },
        |s| {
            let hello = hello().with("max_frame_payload", v(1_000u32));
            answered(s, hello, "max_frame_payload", v(1_000u32));
        },
    ),
    case(
        INSIDE,
        "NCP-HELLO-008",
        None,
        |s| {
            s.setup(S, |setup| setup.max_frame_payload = 100_000);
            answered(s, hello(), "max_frame_payload", v(100_000u32));
        },
        |s| {
            s.setup(S, |setup| setup.max_frame_payload = 100_000);
            answered(s, hello(), "max_frame_payload", v(65_535u32));
        },
    ),
    case(
        INSIDE,
        "NCP-VER-009",
        Some("OP-14"),
        |s| {
            let hello = hello().with("max_concurrent_streams", v(4u32));
            answered(s, hello, "max_concurrent_streams", v(32u32));
        },
        |s| {
            let hello = hello().with("max_concurrent_streams", v(4u32));
            answered(s, hello, "max_concurrent_streams", v(4u32));
        },
    ),
    case(
        INSIDE,
        "NCP-HELLO-010",
        Some("OP-14"),
        |s| {
            s.setup(S, |setup| setup.max_streams = 100);
            answered(s, hello(), "max_concurrent_streams", v(100u32));
        },
        |s| {
            s.setup(S, |setup| setup.max_streams = 100);
            answered(s, hello(), "max_concurrent_streams", v(32u32));
        },
    ),
    case(
        INSIDE,
        "NCP-VER-010",
        Some("OP-15"),
        |s| {
            answered(s, hello().with("ext_support", v(false)), "ext_support", v(true));
        },
        |s| {
            answered(s, hello().with("ext_support", v(true)), "ext_support", v(true));
        },
    ),
    case(
        INSIDE,
        "NCP-HELLO-009",
        Some("OP-15"),
        |s| {
            answered(s, hello(), "ext_support", v(true));
        },
        |s| {
            answered(s, hello(), "ext_support", v(false));
        },
    ),
    case(
        INSIDE,
        "NCP-VER-011",
        Some("OP-11"),
        |s| {
            let hello = hello().with("supported_protocols", v(["ncp"].as_slice()));
            answered(s, hello, "supported_protocols", v(["ncp", "nwp"].as_slice()));
        },
        |s| {
            let hello = hello().with("supported_protocols", v(["ncp"].as_slice()));
            answered(s, hello, "supported_protocols", v(["ncp"].as_slice()));
        },
    ),
    case(
        INSIDE,
        "NCP-VER-012",
        Some("OP-37"),
        |s| {
            answered(s, hello(), "e2e_enc_algorithms", v(["aes-256-gcm"].as_slice()));
        },
        |s| {
            let hello = hello().with("e2e_enc_algorithms", v(["aes-256-gcm"].as_slice()));
            answered(s, hello, "e2e_enc_algorithms", v(["aes-256-gcm"].as_slice()));
        },
    ),
    case(
        "encoding_is_the_preferred_one",
        "NCP-VER-006",
        None,
        |s| {
            answered(s, hello(), "negotiated_encoding", v("json"));
        },
        |s| {
            // OP-09: the order of the client passes too.
            let hello = hello().with("supported_encodings", v(["json", "msgpack"].as_slice()));
            answered(s, hello, "negotiated_encoding", v("json"));
        },
    ),
    case(
        END,
        "NCP-CONN-003",
        None,
        |s| {
            s.say(C, hello().with("nps_version", v("0.6"))).say(S, incompatible());
            s.sends(C, &query()).shutdown(S);
        },
        |s| {
            s.say(C, hello().with("nps_version", v("0.6"))).say(S, incompatible()).shutdown(S);
        },
    ),
    case(
        END,
        "NWP-FRM-005",
        None,
        |s| {
            s.session().open(S1).lose().sends(S, &chunk(S2, 0).with("anchor_ref", v(A1)));
        },
        |s| {
            s.session().open(S1).lose();
        },
    ),
    case(
        END,
        "NCP-CAPS-008",
        Some("OP-06"),
        |s| {
            s.sends(C, &hello()).gets(C, &reply_of(agreement().without("ext_support")));
            s.sends(C, &query()).shutdown(C);
        },
        |s| {
            s.sends(C, &hello()).gets(C, &reply_of(agreement().without("ext_support"))).shutdown(C);
        },
    ),
    case(
        READY,
        "NCP-CONN-003",
        None,
        |s| {
            s.sends(C, &hello()).ready(C);
        },
        |s| {
            s.hello();
        },
    ),
    case(
        READY,
        "NCP-CONN-003",
        Some("OP-54"),
        |s| {
            s.hello().gets(C, &reply()).ready(C);
        },
        |s| {
            s.hello().gets(C, &reply());
        },
    ),
    case(READY, "NCP-VER-001", None, |s| told(s, |at| *at.version = "0.3".into()), plain),
    case(READY, "NCP-VER-005", None, |s| told(s, |at| *at.encoding = Tier::Json), plain),
    case(READY, "NCP-VER-008", None, |s| told(s, |at| *at.limit = 70_000), plain),
    case(READY, "NCP-VER-009", Some("OP-14"), |s| told(s, |at| *at.streams = 33), plain),
    case(READY, "NCP-VER-010", Some("OP-15"), |s| told(s, |at| *at.ext = true), plain),
    case(
        READY,
        "NCP-ENC-017",
        Some("OP-37"),
        |s| told(s, |at| *at.algorithm = "aes-256-gcm".into()),
        plain,
    ),
];

/// The members of a `ready` event.
struct At<'a> {
    version: &'a mut alloc::string::String,
    encoding: &'a mut Tier,
    limit: &'a mut u32,
    streams: &'a mut u32,
    ext: &'a mut bool,
    algorithm: &'a mut alloc::string::String,
}

/// A handshake after which the client reports something else.
fn told(s: &mut Story, change: impl FnOnce(At<'_>)) {
    s.say(C, hello()).say(S, reply());
    let mut event = s.ready_event();
    if let Event::Ready {
        version,
        encoding,
        max_frame_payload: limit,
        max_streams: streams,
        ext,
        algorithm,
        ..
    } = &mut event
    {
        change(At { version, encoding, limit, streams, ext, algorithm });
    }
    s.event(C, event);
}

fn plain(s: &mut Story) {
    s.hello();
}

/// A server that gets `hello` and answers with one member of its reply changed; everything else is
/// as it was asked for.
pub(super) fn answered(s: &mut Story, hello: Msg, member: &str, value: wireproof_wire::ncp::Value) {
    s.gets(S, &hello).sends(S, &reply_of(agreement().with(member, value)));
}
