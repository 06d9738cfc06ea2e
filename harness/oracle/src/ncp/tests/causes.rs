//! Errors without a cause, faults without an error, and what an application is told of both.

use super::frames::*;
use super::story::{C, S, Story, named};
use super::{Case, case};
use alloc::string::String;
use alloc::vec;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::seal::Algorithm;

const CAUSE: &str = "errors_name_a_cause_that_holds";
const OWED: &str = "faults_are_answered";
const TOLD: &str = "answers_are_reported_as_received";
const ROUTED: &str = "frames_reach_their_protocol";

/// A fault that is left without an answer, and one that is not.
macro_rules! owed {
    ($id:literal, $who:expr, $right:expr, |$s:ident| $fault:block) => {
        case(OWED, $id, None, |$s| $fault, |$s| {
            $fault
            $s.sends($who, &$right);
        })
    };
}

/// A code for which there is no cause.
macro_rules! alarm {
    ($id:literal, $reading:expr, $code:literal) => {
        case(
            CAUSE,
            $id,
            $reading,
            |s| {
                s.session().tick(C).sends(C, &error($code));
            },
            |s| {
                s.session();
            },
        )
    };
}

pub(super) const CASES: &[Case] = &[
    // A code without any fault.
    alarm!("NCP-HDR-018", None, "NCP-FRAME-PAYLOAD-TOO-LARGE"),
    alarm!("NCP-HDR-019", None, "NCP-FRAME-UNKNOWN-TYPE"),
    alarm!("NCP-HDR-020", None, "NCP-ENCODING-UNSUPPORTED"),
    alarm!("NCP-HDR-021", Some("OP-02"), "NCP-FRAME-FLAGS-INVALID"),
    alarm!("NCP-ANCHOR-031", None, "NCP-ANCHOR-SCHEMA-INVALID"),
    alarm!("NCP-DIFF-008", None, "NCP-DIFF-FORMAT-UNSUPPORTED"),
    alarm!("NCP-VER-002", None, "NCP-VERSION-INCOMPATIBLE"),
    alarm!("NCP-ENC-009", None, "NCP-ENC-NOT-NEGOTIATED"),
    alarm!("NCP-ENC-011", None, "NCP-ENC-AUTH-FAILED"),
    alarm!("NCP-TIER-006", Some("OP-47"), "NPS-CLIENT-BAD-FRAME"),
    case(
        CAUSE,
        "NCP-ANCHOR-032",
        None,
        |s| {
            s.session().say(C, query()).sends(S, &not_found(A1));
        },
        |s| {
            s.session().withdraw(A1).say(C, query()).sends(S, &not_found(A1));
        },
    ),
    case(
        CAUSE,
        "NCP-CAPS-010",
        Some("4.4"),
        |s| {
            s.session().say(C, query().with("anchor_ref", v("nps:system:caps")));
            s.sends(S, &not_found("nps:system:caps"));
        },
        |s| {
            s.session().say(C, unknown()).sends(S, &not_found(UNKNOWN));
        },
    ),
    case(
        CAUSE,
        "NCP-STREAM-016",
        Some("OP-26"),
        |s| {
            s.narrow(1).open(S1).last(S1, 1).gets(C, &open(S2)).sends(C, &full(S2));
        },
        |s| {
            s.narrow(1).open(S1).gets(C, &open(S2)).sends(C, &full(S2));
        },
    ),
    case(
        CAUSE,
        "NCP-FLOW-010",
        Some("OP-22"),
        |s| {
            s.narrow(1).open(S1).gets(S, &window(S1, 4)).sends(S, &full(S1));
        },
        |s| {
            s.narrow(1).open(S1).gets(S, &window(S1, 4));
        },
    ),
    case(
        CAUSE,
        "NCP-FLOW-005",
        None,
        |s| {
            s.session().open(S1).next(S1, 1).gets(C, &chunk(S1, 2)).sends(C, &overflow(S1));
        },
        |s| {
            s.session().open(S1).next(S1, 1);
        },
    ),
    case(
        CAUSE,
        "NCP-FLOW-002",
        None,
        |s| {
            s.session().open_with(S1, 9).next(S1, 1).next(S1, 2);
            s.gets(C, &chunk(S1, 3)).sends(C, &overflow(S1));
        },
        |s| {
            s.session().open_with(S1, 2).next(S1, 1).next(S1, 2);
            s.gets(C, &chunk(S1, 3)).sends(C, &overflow(S1));
        },
    ),
    case(
        CAUSE,
        "NCP-FLOW-013",
        Some("OP-21"),
        |s| {
            s.session().open_with(S1, 4).gets(C, &chunk(S1, 1)).sends(C, &overflow(S1));
        },
        |s| {
            // The opener may be counted.
            s.session().open_with(S1, 1).gets(C, &chunk(S1, 1)).sends(C, &overflow(S1));
        },
    ),
    owed!("NCP-CONN-004", C, error("NCP-FRAME-UNKNOWN-TYPE"), |s| {
        s.session().gets(C, &caps().byte(0, 0x4F));
    }),
    owed!("NCP-FLOW-006", C, overflow(S1), |s| {
        s.session().open_with(S1, 1).next(S1, 1).gets(C, &chunk(S1, 2));
    }),
    owed!("NCP-ANCHOR-019", S, not_found(UNKNOWN), |s| {
        s.session().gets(S, &unknown());
    }),
    owed!("NCP-DIFF-008", C, error("NCP-DIFF-FORMAT-UNSUPPORTED"), |s| {
        s.session().follow("e1").gets(C, &bits());
    }),
    owed!("NCP-ENC-009", C, error("NCP-ENC-NOT-NEGOTIATED"), |s| {
        s.session().gets(C, &caps().sealed(Algorithm::Aes256Gcm, 1));
    }),
    owed!("NCP-STREAM-013", C, full(S2), |s| {
        s.narrow(1).open(S1).gets(C, &open(S2));
    }),
    owed!("NOP-FRM-007", S, error("NOP-STREAM-NID-MISMATCH"), |s| {
        named(s).gets(S, &align("urn:nps:agent:a.example:eve", 0));
    }),
    case(
        "error_is_never_answered_by_error",
        "NCP-ERR-008",
        Some("11.12"),
        |s| {
            s.session().gets(C, &error("NPS-SERVER-INTERNAL"));
            s.sends(C, &error("NPS-SERVER-INTERNAL"));
        },
        |s| {
            s.session().gets(C, &error("NPS-SERVER-INTERNAL"));
        },
    ),
    case(
        TOLD,
        "NCP-ERR-006",
        None,
        |s| failed(s.session().gets(C, &error("NPS-SERVER-INTERNAL")), "NPS-CLIENT-GONE"),
        |s| failed(s.session().gets(C, &error("NPS-CLIENT-GONE")), "NPS-CLIENT-GONE"),
    ),
    case(
        TOLD,
        "NCP-CAPS-001",
        None,
        |s| {
            s.session().query().answered(A1, true);
        },
        |s| {
            s.session().query().query();
        },
    ),
    case(
        TOLD,
        "NCP-CAPS-011",
        Some("4.4"),
        |s| {
            s.session().gets(C, &caps().with("count", v(3u32)));
            s.sends(C, &error("NPS-CLIENT-BAD-FRAME")).answered(A1, true);
        },
        |s| {
            s.session().gets(C, &caps().with("count", v(3u32)));
            s.sends(C, &error("NPS-CLIENT-BAD-FRAME"));
        },
    ),
    case(
        TOLD,
        "NCP-TIER-007",
        Some("OP-05"),
        |s| {
            s.session().gets(C, &caps().byte(4, 0xC1));
            s.sends(C, &error("NPS-CLIENT-BAD-FRAME")).answered(A1, true);
        },
        |s| {
            s.session().gets(C, &caps().byte(4, 0xC1)).sends(C, &error("NPS-CLIENT-BAD-FRAME"));
        },
    ),
    case(
        TOLD,
        "NCP-ENC-010",
        None,
        |s| {
            s.session().gets(C, &caps().byte(1, 0x0D));
            s.sends(C, &error("NCP-ENC-NOT-NEGOTIATED")).answered(A1, true);
        },
        |s| {
            s.session().gets(C, &caps().byte(1, 0x0D)).sends(C, &error("NCP-ENC-NOT-NEGOTIATED"));
        },
    ),
    case(
        TOLD,
        "NCP-ENC-011",
        None,
        |s| {
            sealed(s).gets(C, &caps().sealed(Algorithm::ChaCha20Poly1305, 1));
            s.sends(C, &secret(error("NCP-ENC-AUTH-FAILED"))).answered(A1, false);
        },
        |s| {
            sealed(s).gets(C, &caps().sealed(Algorithm::ChaCha20Poly1305, 1));
            s.sends(C, &secret(error("NCP-ENC-AUTH-FAILED")));
        },
    ),
    case(
        ROUTED,
        "NCP-HDR-022",
        None,
        |s| received(s.session().gets(S, &graph(1)), "IDENT"),
        |s| received(s.session().gets(S, &graph(1)), "GRAPH"),
    ),
    case(
        ROUTED,
        "NWP-FRM-014",
        None,
        |s| requested(s.session().gets(S, &query()), "ACTION"),
        |s| requested(s.session().gets(S, &query()), "QUERY"),
    ),
    case(
        ROUTED,
        "NOP-FRM-007",
        None,
        |s| {
            named(s).gets(S, &align("urn:nps:agent:a.example:eve", 0));
            s.sends(S, &error("NOP-STREAM-NID-MISMATCH"));
            received(s, "ALIGN_STREAM");
        },
        |s| {
            named(s).gets(S, &align("urn:nps:agent:a.example:bob", 0));
            received(s, "ALIGN_STREAM");
        },
    ),
    case(
        ROUTED,
        "NCP-ENC-010",
        None,
        |s| {
            s.session().gets(S, &secret(graph(1))).sends(S, &error("NCP-ENC-NOT-NEGOTIATED"));
            received(s, "GRAPH");
        },
        |s| {
            s.session().gets(S, &secret(graph(1))).sends(S, &error("NCP-ENC-NOT-NEGOTIATED"));
        },
    ),
    case(
        "align_stream_numbers_rise",
        "NOP-FRM-006",
        None,
        |s| {
            let nid = "urn:nps:agent:a.example:bob";
            s.session().sends(C, &align(nid, 0)).sends(C, &align(nid, 0));
        },
        |s| {
            let nid = "urn:nps:agent:a.example:bob";
            s.session().sends(C, &align(nid, 0)).sends(C, &align(nid, 1));
        },
    ),
];

/// A session with encryption.
fn sealed(s: &mut Story) -> &mut Story {
    for who in [C, S] {
        s.setup(who, |setup| setup.key = KEY.into());
    }
    let names = v(["aes-256-gcm"].as_slice());
    s.say(C, hello().with("e2e_enc_algorithms", names.clone()));
    s.say(S, reply_of(agreement().with("e2e_enc_algorithms", names)))
}

fn secret(msg: Msg) -> Msg {
    msg.sealed(Algorithm::Aes256Gcm, 7)
}

/// A patch in the binary form.
fn bits() -> Msg {
    let bytes = wireproof_wire::ncp::Value::Bytes(vec![0x08, 0x09]);
    diff(0).with("patch_format", v("binary_bitset")).with("patch", bytes)
}

fn failed(s: &mut Story, code: &str) {
    let (conn, status, error) = (s.conn(), code.into(), code.into());
    let (stream_id, anchor_ref) = (String::new(), String::new());
    s.event(C, Event::Failed { conn, status, error, stream_id, anchor_ref });
}

fn received(s: &mut Story, frame: &str) {
    let (conn, frame) = (s.conn(), frame.into());
    s.event(S, Event::Received { conn, frame });
}

fn requested(s: &mut Story, frame: &str) {
    let (conn, frame, anchor_ref) = (s.conn(), frame.into(), A1.into());
    let request_id = String::new();
    s.event(S, Event::Requested { conn, frame, anchor_ref, stream: false, request_id });
}
