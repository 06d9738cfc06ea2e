//! What a Hello that does not fit is answered with, and what follows.

use super::frames::*;
use super::reply::answered;
use super::story::S;
use super::{Case, case};
use alloc::vec;
use wireproof_wire::ncp::command::Tier;

const FIRST: &str = "hello_comes_first";
const UNFIT: &str = "unfit_hello_is_refused";
const CODE: &str = "refusal_has_the_right_code";
const ENDS: &str = "refusal_ends_the_connection";

pub(super) const CASES: &[Case] = &[
    case(
        UNFIT,
        "NCP-VER-002",
        None,
        |s| {
            let hello = hello().with("min_version", v("0.5")).with("nps_version", v("0.6"));
            s.gets(S, &hello).sends(S, &reply());
        },
        |s| {
            let hello = hello().with("min_version", v("0.4")).with("nps_version", v("0.6"));
            s.gets(S, &hello).sends(S, &reply());
        },
    ),
    case(
        UNFIT,
        "NCP-HELLO-007",
        None,
        |s| {
            s.gets(S, &hello().with("nps_version", v("0.6"))).sends(S, &reply());
        },
        |s| {
            s.gets(S, &hello().with("nps_version", v("0.6"))).sends(S, &incompatible());
            s.shutdown(S);
        },
    ),
    case(
        UNFIT,
        "NCP-VER-007",
        None,
        |s| {
            s.setup(S, |setup| setup.encodings = vec![Tier::Msgpack]);
            let hello = hello().with("supported_encodings", v(["json"].as_slice()));
            answered(s, hello, "negotiated_encoding", v("json"));
        },
        |s| {
            s.setup(S, |setup| setup.encodings = vec![Tier::Msgpack]);
            let hello = hello().with("supported_encodings", v(["json"].as_slice()));
            s.gets(S, &hello).sends(S, &error("NCP-ENCODING-UNSUPPORTED")).shutdown(S);
        },
    ),
    case(
        FIRST,
        "NCP-HELLO-019",
        Some("OP-17"),
        |s| {
            let none: &[&str] = &[];
            s.gets(S, &hello().with("supported_protocols", v(none)));
            s.sends(S, &reply_of(agreement().with("supported_protocols", v(none)))).shutdown(S);
        },
        |s| {
            let none: &[&str] = &[];
            let hello = hello().with("supported_protocols", v(none));
            s.gets(S, &hello).sends(S, &error("NPS-CLIENT-BAD-FRAME")).shutdown(S);
        },
    ),
    case(
        UNFIT,
        "NCP-VER-002",
        Some("OP-08"),
        |s| {
            let hello = hello().with("min_version", v("0.4")).with("nps_version", v("0.3"));
            s.gets(S, &hello).sends(S, &reply_of(agreement().with("session_version", v("0.3"))));
        },
        |s| {
            let hello = hello().with("min_version", v("0.4")).with("nps_version", v("0.3"));
            s.gets(S, &hello).sends(S, &incompatible()).shutdown(S);
        },
    ),
    case(
        UNFIT,
        "NCP-VER-008",
        Some("OP-12"),
        |s| {
            let hello = hello().with("max_concurrent_streams", v(0u32));
            answered(s, hello, "max_concurrent_streams", v(0u32));
        },
        |s| {
            let hello = hello().with("max_concurrent_streams", v(0u32));
            s.gets(S, &hello).sends(S, &incompatible()).shutdown(S);
        },
    ),
    case(
        CODE,
        "NCP-VER-002",
        None,
        |s| {
            let hello = hello().with("nps_version", v("0.6"));
            s.gets(S, &hello).sends(S, &error("NPS-CLIENT-BAD-PARAM")).shutdown(S);
        },
        |s| {
            let hello = hello().with("nps_version", v("0.6"));
            s.gets(S, &hello).sends(S, &incompatible()).shutdown(S);
        },
    ),
    case(
        CODE,
        "NCP-VER-004",
        None,
        |s| {
            let status = v("NPS-CLIENT-BAD-PARAM");
            s.gets(S, &hello().with("nps_version", v("0.6")));
            s.sends(S, &incompatible().with("status", status)).shutdown(S);
        },
        |s| {
            s.gets(S, &hello().with("nps_version", v("0.6"))).sends(S, &incompatible());
            s.shutdown(S);
        },
    ),
    case(
        CODE,
        "NCP-VER-014",
        Some("OP-10"),
        |s| {
            s.setup(S, |setup| setup.encodings = vec![Tier::Msgpack]);
            let hello = hello().with("supported_encodings", v(["json"].as_slice()));
            s.gets(S, &hello).sends(S, &error("NPS-CLIENT-CONFLICT")).shutdown(S);
        },
        |s| {
            s.setup(S, |setup| setup.encodings = vec![Tier::Msgpack]);
            let hello = hello().with("supported_encodings", v(["json"].as_slice()));
            s.gets(S, &hello).sends(S, &incompatible()).shutdown(S);
        },
    ),
    case(
        CODE,
        "NCP-VER-002",
        Some("OP-08"),
        |s| {
            s.gets(S, &hello()).sends(S, &incompatible()).shutdown(S);
        },
        |s| {
            s.gets(S, &hello()).sends(S, &error("NPS-SERVER-UNAVAILABLE")).shutdown(S);
        },
    ),
    case(
        ENDS,
        "NCP-VER-003",
        None,
        |s| {
            s.gets(S, &hello().with("nps_version", v("0.6"))).sends(S, &incompatible());
        },
        |s| {
            s.gets(S, &hello().with("nps_version", v("0.6"))).sends(S, &incompatible());
            s.shutdown(S);
        },
    ),
    case(
        ENDS,
        "NCP-VER-007",
        None,
        |s| {
            s.gets(S, &hello()).sends(S, &error("NPS-SERVER-UNAVAILABLE"));
        },
        |s| {
            s.gets(S, &hello()).sends(S, &error("NPS-SERVER-UNAVAILABLE")).shutdown(S);
        },
    ),
    case(
        "version_refusal_tells_both_versions",
        "NCP-VER-016",
        None,
        |s| {
            s.gets(S, &hello().with("nps_version", v("0.6")));
            s.sends(S, &error("NCP-VERSION-INCOMPATIBLE")).shutdown(S);
        },
        |s| {
            s.gets(S, &hello().with("nps_version", v("0.6"))).sends(S, &incompatible());
            s.shutdown(S);
        },
    ),
];

pub(super) fn incompatible() -> Msg {
    let details = [("server_version", v("0.4")), ("client_min_version", v("0.6"))];
    error("NCP-VERSION-INCOMPATIBLE").with("details", obj(&details))
}
