//! Hello, reply, refusal.

use super::frames::*;
use super::story::{C, S};
use super::{Case, case};
use alloc::vec;

const FIRST: &str = "hello_comes_first";
const ONCE: &str = "handshake_happens_once";
const TIME: &str = "hello_is_answered_in_time";
const SILENT: &str = "silent_peers_are_given_up";
const FORM: &str = "reply_has_its_form";

pub(super) const CASES: &[Case] = &[
    case(
        FIRST,
        "NCP-HELLO-001",
        None,
        |s| {
            s.sends(C, &query());
        },
        |s| {
            s.sends(C, &hello());
        },
    ),
    case(
        FIRST,
        "NCP-CONN-009",
        Some("8.1"),
        |s| {
            s.sends(C, &hello()).sends(C, &query());
        },
        |s| {
            s.say(C, hello()).say(S, reply()).sends(C, &query());
        },
    ),
    case(
        FIRST,
        "NCP-CONN-003",
        None,
        |s| {
            s.sends(S, &pushed());
        },
        |s| {
            s.say(C, hello()).say(S, reply()).sends(S, &pushed());
        },
    ),
    case(
        FIRST,
        "NCP-HELLO-017",
        Some("OP-17"),
        |s| {
            s.gets(S, &query()).sends(S, &caps()).shutdown(S);
        },
        |s| {
            s.gets(S, &query()).sends(S, &error("NPS-CLIENT-BAD-FRAME")).shutdown(S);
        },
    ),
    case(
        ONCE,
        "NCP-HELLO-018",
        Some("OP-17"),
        |s| {
            s.hello().sends(C, &hello());
        },
        |s| {
            s.hello();
        },
    ),
    case(
        ONCE,
        "NCP-CONN-003",
        Some("OP-54"),
        |s| {
            s.hello().sends(S, &reply().msgpack());
        },
        |s| {
            s.hello();
        },
    ),
    case(
        TIME,
        "NCP-HELLO-014",
        None,
        |s| {
            s.gone(C).gets(S, &hello()).wait(5_001).sends(S, &reply());
        },
        |s| {
            s.gone(C).gets(S, &hello()).wait(5_000).sends(S, &reply());
        },
    ),
    case(
        TIME,
        "NCP-HELLO-014",
        None,
        |s| {
            s.gets(S, &hello()).shutdown(S);
        },
        |s| {
            s.gets(S, &hello()).sends(S, &error("NPS-SERVER-UNAVAILABLE")).shutdown(S);
        },
    ),
    case(
        TIME,
        "NCP-HELLO-014",
        None,
        |s| {
            s.gets(S, &hello()).wait(6_000);
        },
        |s| {
            s.gets(S, &hello()).wait(4_000);
        },
    ),
    case(
        SILENT,
        "NCP-HELLO-015",
        None,
        |s| {
            s.sends(C, &hello()).gone(S);
            s.wait(6_000);
        },
        |s| {
            s.sends(C, &hello()).gone(S);
            s.wait(5_000).shutdown(C);
        },
    ),
    case(
        SILENT,
        "NCP-HELLO-016",
        None,
        |s| {
            s.wait(5_001);
        },
        |s| {
            s.wait(5_000).sends(S, &error("NPS-SERVER-TIMEOUT")).shutdown(S);
        },
    ),
    case(
        "wrong_first_frame_ends_the_connection",
        "NCP-HELLO-017",
        Some("OP-17"),
        |s| {
            s.gets(S, &query());
        },
        |s| {
            s.gets(S, &query()).shutdown(S);
        },
    ),
    case(
        "wrong_first_frame_ends_the_connection",
        "NCP-HELLO-019",
        Some("OP-17"),
        |s| {
            s.gets(S, &hello().without("supported_encodings"));
        },
        |s| {
            s.gets(S, &hello().without("supported_encodings"));
            s.sends(S, &error("NPS-CLIENT-BAD-FRAME")).shutdown(S);
        },
    ),
    case(
        "second_hello_is_refused",
        "NCP-HELLO-018",
        Some("OP-17"),
        |s| {
            // An ErrorFrame alone is not enough.
            s.hello().gets(S, &hello()).sends(S, &error("NPS-CLIENT-BAD-FRAME"));
        },
        |s| {
            s.hello().gets(S, &hello()).sends(S, &error("NPS-CLIENT-BAD-FRAME")).shutdown(S);
        },
    ),
    case(
        FORM,
        "NCP-CAPS-007",
        Some("OP-06"),
        |s| {
            let record = v(agreement());
            s.gets(S, &hello());
            s.sends(S, &records("nps:system:caps", vec![record.clone(), record]).json());
        },
        |s| {
            s.gets(S, &hello()).sends(S, &reply());
        },
    ),
    case(
        FORM,
        "NCP-CAPS-008",
        Some("OP-06"),
        |s| {
            s.gets(S, &hello()).sends(S, &reply_of(agreement().without("ext_support")));
        },
        |s| {
            s.gets(S, &hello()).sends(S, &reply_of(agreement()));
        },
    ),
];
