//! Errors: their codes, their causes, and who owes them.

use super::frames::*;
use super::story::{C, S, Story, named};
use super::{Case, case};
use alloc::vec;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::seal::Algorithm;

const CODES: &str = "errors_use_registered_codes";
const SUBJECT: &str = "errors_name_their_subject";
const CAUSE: &str = "errors_name_a_cause_that_holds";

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

/// A fault of a stream that is answered with the code of another one, and with its own.
macro_rules! odd {
    ($id:literal, $reading:literal, $stream:expr, $right:expr, |$s:ident| $fault:block) => {
        case(
            CAUSE,
            $id,
            Some($reading),
            |$s| {
                $fault
                $s.sends(C, &error_on("NWP-ACTION-NOT-FOUND", "stream_id", $stream));
            },
            |$s| {
                $fault
                $s.sends(C, &$right);
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
    wrong!(CAUSE, "NCP-TIER-011", Some("2.4"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        s.session().gets(C, &caps().with("anchor_ref", v(1u32)));
    }),
    wrong!(CAUSE, "NCP-TIER-008", Some("OP-04"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        s.session().gets(C, &caps().with("frame", v(0x11u32)));
    }),
    wrong!(CAUSE, "NCP-CAPS-011", Some("4.4"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        s.session().gets(C, &caps().with("count", v(3u32)));
    }),
    wrong!(
        CAUSE,
        "NCP-STREAM-006",
        None,
        C,
        error_on("NCP-STREAM-SEQ-GAP", "stream_id", S1),
        |s| {
            s.session().open(S1).gets(C, &chunk(S1, 5));
        }
    ),
    wrong!(
        CAUSE,
        "NCP-STREAM-007",
        None,
        C,
        error_on("NCP-STREAM-NOT-FOUND", "stream_id", S1),
        |s| {
            s.session().gets(C, &chunk(S1, 5));
        }
    ),
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
    wrong!(
        CAUSE,
        "NCP-ANCHOR-030",
        Some("OP-33"),
        C,
        error_on("NCP-ANCHOR-ID-MISMATCH", "anchor_ref", UNKNOWN),
        |s| {
            s.session().gets(C, &anchor_of(UNKNOWN, schema2()));
        }
    ),
    wrong!(CAUSE, "NCP-ANCHOR-031", None, C, error("NCP-ANCHOR-SCHEMA-INVALID"), |s| {
        s.session().gets(C, &anchor_of(A2, obj(&[("fields", v(1u32))])));
    }),
    wrong!(CAUSE, "NCP-DIFF-008", None, C, error("NCP-DIFF-FORMAT-UNSUPPORTED"), |s| {
        s.session().follow("e1").gets(C, &bits());
    }),
    wrong!(CAUSE, "NCP-DIFF-010", Some("8.9"), C, error("NCP-DIFF-FORMAT-UNSUPPORTED"), |s| {
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
    // Faults that need not be refused, and are refused for something else.
    wrong!(CAUSE, "NCP-HDR-011", Some("OP-02"), C, error("NCP-FRAME-FLAGS-INVALID"), |s| {
        s.session().gets(C, &pushed().byte(1, 0x15));
    }),
    wrong!(CAUSE, "NCP-HDR-026", Some("OP-15"), C, error("NCP-FRAME-FLAGS-INVALID"), |s| {
        s.session().gets(C, &pushed().ext());
    }),
    odd!("NCP-STREAM-009", "OP-58", S1, not_found(A1), |s| {
        s.hello().gets(C, &open(S1));
    }),
    odd!("NCP-STREAM-010", "OP-26", S1, about(error("NPS-CLIENT-BAD-FRAME")), |s| {
        s.session().open(S1).gets(C, &abort(S1, 1).with("is_last", v(false)));
    }),
    odd!("NCP-STREAM-018", "OP-24", S1, error_on("NCP-STREAM-SEQ-GAP", "stream_id", S1), |s| {
        s.session().open(S1).next(S1, 1).gets(C, &chunk(S1, 1));
    }),
    odd!("NCP-STREAM-020", "OP-24", S1, about(error("NPS-CLIENT-CONFLICT")), |s| {
        s.session().open(S1).last(S1, 1).gets(C, &open(S1));
    }),
    odd!("NCP-FLOW-003", "OP-22", S1, about(error("NPS-CLIENT-BAD-FRAME")), |s| {
        s.session().say(C, open(S1)).opened(S, S1).chunk_event(S, S1, 0).gets(C, &chunk(S1, 0));
    }),
    case(
        CAUSE,
        "NCP-ANCHOR-027",
        Some("OP-35"),
        |s| {
            s.session().sends(C, &query()).gets(C, &strange());
            s.sends(C, &error_on("NWP-ACTION-NOT-FOUND", "anchor_ref", A2));
        },
        |s| {
            s.session().sends(C, &query()).gets(C, &strange());
            s.sends(C, &error("NPS-CLIENT-BAD-FRAME"));
        },
    ),
    case(
        CAUSE,
        "NCP-CAPS-003",
        Some("OP-58"),
        |s| {
            s.hello().sends(C, &query()).gets(C, &caps());
            s.sends(C, &error_on("NWP-ACTION-NOT-FOUND", "anchor_ref", A1));
        },
        |s| {
            s.hello().sends(C, &query()).gets(C, &caps()).sends(C, &not_found(A1));
        },
    ),
    wrong!(CAUSE, "NCP-DIFF-011", Some("OP-29"), C, error("NPS-CLIENT-CONFLICT"), |s| {
        s.session().follow("e1").gets(C, &diff(4));
    }),
    wrong!(CAUSE, "NCP-DIFF-013", Some("8.9"), C, error("NPS-CLIENT-BAD-FRAME"), |s| {
        let operation = obj(&[("op", v("paint")), ("path", v("/stock"))]);
        s.session().follow("e1").gets(C, &diff(0).with("patch", v(vec![operation])));
    }),
    wrong!(CAUSE, "NCP-DIFF-014", Some("OP-58"), C, not_found(A1), |s| {
        s.hello().follow("e1").gets(C, &diff(0));
    }),
];

/// An ErrorFrame of the Node with these members.
fn coded(s: &mut Story, status: &str, error: &str) {
    let members = [("status", v(status)), ("error", v(error))];
    s.session().say(C, query()).sends(S, &Msg::new(FrameType::Error, &members));
}

fn busy(s: &mut Story) {
    coded(s, "NPS-SERVER-UNAVAILABLE", "NPS-SERVER-UNAVAILABLE");
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

/// A patch in the binary form.
fn bits() -> Msg {
    let bytes = wireproof_wire::ncp::Value::Bytes(vec![0x08, 0x09]);
    diff(0).with("patch_format", v("binary_bitset")).with("patch", bytes)
}

/// The same about the first stream.
fn about(msg: Msg) -> Msg {
    msg.with("details", obj(&[("stream_id", v(S1))]))
}

/// An answer under one schema with another inside.
fn strange() -> Msg {
    records(A1, vec![product(0)]).with("inline_anchor", v(anchor_of(A2, schema2())))
}
