//! Headers, encodings and encryption.

use super::frames::*;
use super::story::{C, S, Story};
use super::{Case, case};
use alloc::vec;
use alloc::vec::Vec;
use wireproof_base::Role;
use wireproof_wire::ncp::seal::Algorithm;

const WELL: &str = "emitted_frames_are_well_formed";
const FINAL: &str = "final_marks_the_last_chunk";
const RESERVED: &str = "reserved_bits_are_clear";
const LIMIT: &str = "frames_stay_within_the_agreed_limit";
const EXT: &str = "extended_header_waits_for_an_agreement";
const ENCODING: &str = "frames_use_the_agreed_encoding";
const PLAIN: &str = "hello_is_plain_and_readable";

pub(super) const CASES: &[Case] = &[
    case(
        WELL,
        "NCP-HDR-003",
        None,
        |s| {
            s.session().raw(S, true, &caps().bytes()[..20]).close(S);
        },
        |s| {
            s.session().close(S);
        },
    ),
    case(
        WELL,
        "NCP-HDR-023",
        None,
        |s| {
            s.session().sends(S, &caps().byte(0, 0xF1));
        },
        |s| {
            s.session().query();
        },
    ),
    case(
        WELL,
        "NCP-HDR-007",
        None,
        |s| {
            s.session().sends(C, &query().byte(1, 0x06));
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
    case(
        WELL,
        "NCP-HDR-006",
        None,
        |s| {
            s.session().sends(C, &query().byte(1, 0x04));
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
    case(
        WELL,
        "NCP-STREAM-002",
        None,
        |s| {
            s.session().sends(S, &open("not-a-uuid"));
        },
        |s| {
            s.session().open(S1);
        },
    ),
    case(
        WELL,
        "NCP-CAPS-002",
        None,
        |s| {
            s.session().say(C, query()).sends(S, &caps().with("count", v(3u32)));
        },
        |s| {
            s.session().query();
        },
    ),
    case(
        WELL,
        "NCP-HELLO-005",
        None,
        |s| {
            s.sends(C, &hello().without("nps_version"));
        },
        |s| {
            s.hello();
        },
    ),
    case(
        WELL,
        "NCP-TIER-008",
        Some("OP-04"),
        |s| {
            s.session().sends(C, &query().with("frame", v(0x11u32)));
        },
        |s| {
            s.session().sends(C, &query().with("frame", v(0x10u32)));
        },
    ),
    case(
        FINAL,
        "NCP-HDR-008",
        None,
        |s| {
            s.session().sends(C, &query().last_flag(false));
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
    case(
        FINAL,
        "NCP-HDR-009",
        None,
        |s| {
            s.session().sends(S, &open(S1).last_flag(true));
        },
        |s| {
            s.session().open(S1).last(S1, 1);
        },
    ),
    case(
        RESERVED,
        "NCP-HDR-010",
        None,
        |s| {
            s.session().sends(C, &query().byte(1, 0x15));
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
    case(
        RESERVED,
        "NCP-HDR-025",
        Some("OP-16"),
        |s| {
            ext(s).sends(C, &query().ext().byte(7, 1));
        },
        |s| {
            ext(s).sends(C, &query().ext());
        },
    ),
    case(
        LIMIT,
        "NCP-HDR-016",
        None,
        |s| {
            limited(s, 200).say(C, query()).sends(S, &records(A1, vec![product(0); 8]));
        },
        |s| {
            limited(s, 200).say(C, query()).sends(S, &caps());
        },
    ),
    case(
        LIMIT,
        "NCP-HDR-017",
        None,
        |s| {
            limited(s, 300)
                .sends(S, &frame(S1, 0, vec![product(0); 9], false).with("anchor_ref", v(A1)));
        },
        |s| {
            limited(s, 300).sends(S, &open(S1));
        },
    ),
    case(
        LIMIT,
        "NCP-HDR-016",
        None,
        |s| {
            limited(s, 40).say(C, query()).sends(S, &caps());
        },
        |s| {
            limited(s, 200).say(C, query()).sends(S, &caps());
        },
    ),
    case(
        EXT,
        "NCP-HDR-026",
        Some("OP-15"),
        |s| {
            s.session().sends(C, &query().ext());
        },
        |s| {
            ext(s).sends(C, &query().ext());
        },
    ),
    case(
        ENCODING,
        "NCP-VER-015",
        None,
        |s| {
            s.session().sends(C, &query().json());
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
    case(
        ENCODING,
        "NCP-VER-015",
        Some("8.4"),
        |s| {
            json(s).sends(C, &query());
        },
        |s| {
            json(s).sends(C, &query().json());
        },
    ),
    case(
        "frame_names_its_type",
        "NCP-TIER-010",
        None,
        |s| {
            s.session().sends(C, &query().with("frame", v(wireproof_wire::ncp::Value::Nil)));
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
    case(
        PLAIN,
        "NCP-HELLO-004",
        None,
        |s| {
            s.say(C, hello().msgpack()).say(S, reply());
        },
        |s| {
            s.say(C, hello()).say(S, reply());
        },
    ),
    case(
        PLAIN,
        "NCP-HELLO-003",
        None,
        |s| {
            s.sends(C, &hello().sealed(Algorithm::Aes256Gcm, 1));
        },
        |s| {
            s.sends(C, &hello());
        },
    ),
];

/// A session with the extended header.
fn ext(s: &mut Story) -> &mut Story {
    s.setup(S, |setup| setup.ext = true);
    s.say(C, hello().with("ext_support", v(true)));
    s.say(S, reply_of(agreement().with("ext_support", v(true))))
}

/// A session with a payload limit.
fn limited(s: &mut Story, limit: u32) -> &mut Story {
    s.setup(S, |setup| setup.max_frame_payload = limit);
    s.say(C, hello()).say(S, reply_of(agreement().with("max_frame_payload", v(limit))));
    s.publish(&schema(), "")
}

/// A session in Tier-1.
fn json(s: &mut Story) -> &mut Story {
    s.say(C, hello().with("supported_encodings", v(["json"].as_slice())));
    s.say(S, reply_of(agreement().with("negotiated_encoding", v("json"))))
}

#[test]
fn what_a_receiver_may_take_its_sender_is_warned_of() {
    // OP-53: a number that is none, in Tier-2; reference 12.4.
    let mut story = Story::new();
    story.session();
    let mut bytes = query().with("limit", v(1u32)).bytes();
    let place = bytes.windows(6).position(|at| at == b"limit\x01").expect("the member");
    bytes[3] += 8;
    bytes.splice(place + 5..place + 6, [0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]);
    story.raw(C, true, &bytes);
    let verdicts: Vec<_> = story.findings.iter().map(|found| found.citation.verdict()).collect();
    assert_eq!(verdicts, [wireproof_base::Verdict::PassWithWarning]);
}

#[test]
fn what_a_frame_says_that_may_be_refused_by_its_header_binds_nobody() {
    let refusal = error_on("NPS-SERVER-UNAVAILABLE", "stream_id", S1);
    let strange = query().with("anchor_ref", v(A2));
    let forged = anchor_of(A1, schema2());
    let cases: [(&str, Role, Msg, Option<Msg>); 5] = [
        ("faults_are_answered", S, strange, None),
        ("faults_are_answered", C, forged, None),
        ("second_hello_is_refused", S, hello(), None),
        ("nothing_follows_the_last_chunk", S, refusal, Some(chunk(S1, 1))),
        ("window_update_has_its_form", C, open(S2), Some(open(S2))),
    ];
    for (invariant, who, comes, then) in cases {
        // An extended header that was not agreed on (2.4, row 3).
        for (comes, binds) in [(comes.clone(), true), (comes.ext(), false)] {
            let mut story = Story::new();
            story.session().say(S, open(S1)).opened(C, S1).gets(who, &comes);
            if let Some(then) = &then {
                story.sends(who, then);
            }
            let found = story.found();
            assert_eq!(found.contains(&invariant), binds, "{invariant}: {found:?}");
        }
    }
}

#[test]
fn op18_a_frame_of_another_encoding_that_is_encrypted_may_be_refused_for_either() {
    let json = agreement().with("negotiated_encoding", v("json"));
    for (code, legal) in [
        ("NCP-ENCODING-UNSUPPORTED", true),
        ("NCP-ENC-NOT-NEGOTIATED", true),
        ("NCP-STREAM-NOT-FOUND", false),
    ] {
        let mut story = Story::new();
        story.say(C, hello().with("supported_encodings", v(["json"].as_slice())));
        // MessagePack, the last chunk, encrypted.
        story.say(S, reply_of(json.clone())).gets(S, &query().msgpack().byte(1, 0x0D));
        story.sends(S, &error(code).json());
        let found = story.found();
        assert_eq!(found.is_empty(), legal, "{code}: {found:?}");
    }
}
