//! Errors: their codes, their causes, and who owes them.

use super::frames::*;
use super::story::{C, S, Story};
use super::{Case, case};
use alloc::string::String;
use alloc::vec;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::seal::Algorithm;

const CODES: &str = "errors_use_registered_codes";
const SUBJECT: &str = "errors_name_their_subject";
const CAUSE: &str = "errors_name_a_cause_that_holds";
const OWED: &str = "faults_are_answered";
const TOLD: &str = "answers_are_reported_as_received";
const ROUTED: &str = "frames_reach_their_protocol";

/// A reference that no Node of a story has.
const UNKNOWN: &str = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

/// A fault that is answered with the code of another one, and with its own.
macro_rules! wrong {
    ($name:expr, $id:literal, $reading:expr, $who:expr, $right:expr, |$s:ident| $fault:block) => {
        case(
            $name,
            $id,
            $reading,
            |$s| {
                $fault
                $s.sends($who, &error("NWP-ACTION-NOT-FOUND"));
            },
            |$s| {
                $fault
                $s.sends($who, &$right);
            },
        )
    };
}

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
    case(CODES, "NCP-ERR-002", None, |s| coded(s, "NPS-ODD", "NPS-SERVER-INTERNAL"), busy),
    case(CODES, "NCP-ERR-010", None, |s| coded(s, "NPS-SERVER-INTERNAL", "nps_odd"), busy),
    case(CODES, "NCP-ERR-003", None, |s| coded(s, "NPS-SERVER-INTERNAL", "NCP-ODD"), busy),
    case(
        CODES,
        "NCP-ERR-004",
        None,
        |s| coded(s, "NPS-SERVER-INTERNAL", "NWP-NODE-UNAVAILABLE"),
        |s| coded(s, "NPS-SERVER-UNAVAILABLE", "NWP-NODE-UNAVAILABLE"),
    ),
    case(
        SUBJECT,
        "NCP-ERR-007",
        None,
        |s| {
            s.session().open(S1).gets(C, &chunk(S1, 5)).sends(C, &error("NCP-STREAM-SEQ-GAP"));
        },
        |s| {
            s.session().open(S1).gets(C, &chunk(S1, 5));
            s.sends(C, &error_on("NCP-STREAM-SEQ-GAP", "stream_id", S1));
        },
    ),
    case(
        SUBJECT,
        "NCP-ANCHOR-020",
        None,
        |s| {
            s.session().say(C, unknown()).sends(S, &error("NCP-ANCHOR-NOT-FOUND"));
        },
        |s| {
            s.session().say(C, unknown()).sends(S, &not_found(UNKNOWN));
        },
    ),
    // A wrong code for a fault that is there.
    wrong!(CAUSE, "NCP-HDR-018", None, C, error("NCP-FRAME-PAYLOAD-TOO-LARGE"), |s| {
        limited(s).gets(C, &records(A1, vec![product(0); 20]));
    }),
    wrong!(CAUSE, "NCP-HDR-019", None, C, error("NCP-FRAME-UNKNOWN-TYPE"), |s| {
        s.session().gets(C, &caps().byte(0, 0x4F));
    }),
    wrong!(CAUSE, "NCP-HDR-021", Some("OP-02"), C, error("NCP-ENCODING-UNSUPPORTED"), |s| {
        s.session().gets(C, &caps().byte(1, 0x06));
    }),
    wrong!(CAUSE, "NCP-TIER-007", Some("OP-05"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        s.session().gets(C, &caps().byte(4, 0xC1));
    }),
    wrong!(CAUSE, "NCP-TIER-011", Some("RD-2.4"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        s.session().gets(C, &caps().with("anchor_ref", v(1u32)));
    }),
    wrong!(CAUSE, "NCP-TIER-008", Some("OP-04"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        s.session().gets(C, &caps().with("frame", v(0x11u32)));
    }),
    wrong!(CAUSE, "NCP-CAPS-011", Some("RD-4.4"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        s.session().gets(C, &caps().with("count", v(3u32)));
    }),
    wrong!(CAUSE, "NCP-STREAM-006", None, C, error_on("NCP-STREAM-SEQ-GAP", "stream_id", S1), |s| {
        s.session().open(S1).gets(C, &chunk(S1, 5));
    }),
    wrong!(CAUSE, "NCP-STREAM-007", None, C, error_on("NCP-STREAM-NOT-FOUND", "stream_id", S1), |s| {
        s.session().gets(C, &chunk(S1, 5));
    }),
    wrong!(CAUSE, "NCP-STREAM-013", None, C, full(S2), |s| {
        s.narrow(1).open(S1).gets(C, &open(S2));
    }),
    wrong!(CAUSE, "NCP-FLOW-006", None, C, overflow(S1), |s| {
        s.session().open_with(S1, 1).next(S1, 1).gets(C, &chunk(S1, 2));
    }),
    wrong!(CAUSE, "NCP-ANCHOR-019", None, S, not_found(UNKNOWN), |s| {
        s.session().gets(S, &unknown());
    }),
    case(
        CAUSE,
        "NCP-ANCHOR-029",
        None,
        |s| {
            s.session().gets(C, &anchor_of(A1, schema2()));
            s.sends(C, &error("NWP-ACTION-NOT-FOUND")).shutdown(C);
        },
        |s| {
            s.session().gets(C, &anchor_of(A1, schema2()));
            s.sends(C, &error_on("NCP-ANCHOR-ID-MISMATCH", "anchor_ref", A1)).shutdown(C);
        },
    ),
    wrong!(CAUSE, "NCP-ANCHOR-030", Some("OP-33"), C, error_on("NCP-ANCHOR-ID-MISMATCH", "anchor_ref", UNKNOWN), |s| {
        s.session().gets(C, &anchor_of(UNKNOWN, schema2()));
    }),
    wrong!(CAUSE, "NCP-ANCHOR-031", None, C, error("NCP-ANCHOR-SCHEMA-INVALID"), |s| {
        s.session().gets(C, &anchor_of(A2, obj(&[("fields", v(1u32))])));
    }),
    wrong!(CAUSE, "NCP-DIFF-008", None, C, error("NCP-DIFF-FORMAT-UNSUPPORTED"), |s| {
        s.session().follow("e1").gets(C, &bits());
    }),
    wrong!(CAUSE, "NCP-DIFF-010", Some("RD-8.9"), C, error("NCP-DIFF-FORMAT-UNSUPPORTED"), |s| {
        s.session().follow("e1").gets(C, &diff(0).with("patch_format", v("xml")));
    }),
    wrong!(CAUSE, "NCP-ENC-009", None, C, error("NCP-ENC-NOT-NEGOTIATED"), |s| {
        s.session().gets(C, &caps().sealed(Algorithm::Aes256Gcm, 1));
    }),
    wrong!(CAUSE, "NCP-ENC-011", None, C, secret(error("NCP-ENC-AUTH-FAILED")), |s| {
        sealed(s).gets(C, &caps().sealed(Algorithm::ChaCha20Poly1305, 1));
    }),
    wrong!(CAUSE, "NCP-ENC-016", Some("OP-37"), C, secret(error("NCP-ENC-AUTH-FAILED")), |s| {
        sealed(s).raw(C, false, &[&[0x04, 0x0D, 0, 12][..], &[0; 12]].concat());
    }),
    wrong!(CAUSE, "NOP-FRM-007", None, S, error("NOP-STREAM-NID-MISMATCH"), |s| {
        named(s).gets(S, &align("urn:nps:agent:a.example:eve", 0));
    }),
    wrong!(CAUSE, "NDP-FRM-005", None, S, error("NDP-GRAPH-SEQ-GAP"), |s| {
        s.session().gets(S, &graph(1)).gets(S, &graph(3));
    }),
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
        Some("RD-4.4"),
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
        Some("RD-11.12"),
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
        Some("RD-4.4"),
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


/// An ErrorFrame of the Node with these members.
fn coded(s: &mut Story, status: &str, error: &str) {
    let members = [("status", v(status)), ("error", v(error))];
    s.session().say(C, query()).sends(S, &Msg::new(FrameType::Error, &members));
}

fn busy(s: &mut Story) {
    coded(s, "NPS-SERVER-UNAVAILABLE", "NPS-SERVER-UNAVAILABLE");
}

fn unknown() -> Msg {
    query().with("anchor_ref", v(UNKNOWN))
}

fn not_found(reference: &str) -> Msg {
    error_on("NCP-ANCHOR-NOT-FOUND", "anchor_ref", reference)
}

fn full(stream: &str) -> Msg {
    error_on("NCP-STREAM-LIMIT-EXCEEDED", "stream_id", stream)
}

fn overflow(stream: &str) -> Msg {
    error_on("NCP-STREAM-WINDOW-OVERFLOW", "stream_id", stream)
}

/// A session with a payload limit of 600.
fn limited(s: &mut Story) -> &mut Story {
    s.setup(S, |setup| setup.max_frame_payload = 600);
    s.say(C, hello()).say(S, reply_of(agreement().with("max_frame_payload", v(600u32))))
}

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

/// A session in which the Agent is known by name.
fn named(s: &mut Story) -> &mut Story {
    s.setup(S, |setup| setup.peer_nid = "urn:nps:agent:a.example:bob".into()).session()
}

fn align(nid: &str, seq: u32) -> Msg {
    let members = [
        ("stream_id", v(S1)),
        ("task_id", v(S2)),
        ("subtask_id", v(S3)),
        ("seq", v(seq)),
        ("is_final", v(false)),
        ("sender_nid", v(nid)),
    ];
    Msg::new(FrameType::AlignStream, &members)
}

fn graph(seq: u32) -> Msg {
    let members = [("initial_sync", v(false)), ("seq", v(seq)), ("patch", v(vec![]))];
    Msg::new(FrameType::Graph, &members)
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
