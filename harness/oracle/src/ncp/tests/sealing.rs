//! Encryption, and the form of texts.

use super::frames::*;
use super::story::{C, S, Story};
use super::{Case, case};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::seal::Algorithm;

const AGREED: &str = "encryption_waits_for_an_agreement";
const OPEN: &str = "sealed_frames_open";
const FORM: &str = "texts_have_their_form";

pub(super) const CASES: &[Case] = &[
    case(
        AGREED,
        "NCP-ENC-008",
        None,
        |s| {
            s.session().sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
    case(
        AGREED,
        "NCP-ENC-007",
        None,
        |s| {
            keys(s).say(C, offering()).say(S, reply());
            s.sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
        |s| {
            sealed(s).sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
    ),
    case(
        AGREED,
        "NCP-HDR-012",
        None,
        |s| {
            // Without a key at one side nothing is in force there (E03).
            s.say(C, offering()).say(S, reply_of(with_algorithm()));
            s.sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
        |s| {
            s.say(C, offering()).say(S, reply_of(with_algorithm())).sends(C, &query());
        },
    ),
    case(
        OPEN,
        "NCP-ENC-005",
        None,
        |s| {
            // Byte 30 lies in the ciphertext.
            sealed(s).sends(C, &query().sealed(Algorithm::Aes256Gcm, 1).byte(30, 0));
        },
        |s| {
            sealed(s).sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
    ),
    case(
        OPEN,
        "NCP-ENC-007",
        None,
        |s| {
            sealed(s).sends(C, &query().sealed(Algorithm::ChaCha20Poly1305, 1));
        },
        |s| {
            sealed(s).sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
    ),
    case(
        OPEN,
        "NCP-ENC-017",
        Some("OP-37"),
        |s| {
            both(s).sends(C, &query().sealed(Algorithm::ChaCha20Poly1305, 1));
        },
        |s| {
            both(s).sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
    ),
    case(
        OPEN,
        "NCP-ENC-002",
        None,
        |s| {
            sealed(s).raw(C, true, &[&[0x10, 0x0D, 0, 12][..], &[0; 12]].concat());
        },
        |s| {
            sealed(s).sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
        },
    ),
    case(
        "nonces_are_used_once",
        "NCP-ENC-003",
        None,
        |s| {
            let query = query().sealed(Algorithm::Aes256Gcm, 1);
            sealed(s).sends(C, &query).sends(C, &query);
        },
        |s| {
            sealed(s).sends(C, &query().sealed(Algorithm::Aes256Gcm, 1));
            s.sends(C, &query().sealed(Algorithm::Aes256Gcm, 2));
        },
    ),
    case(
        "plaintext_is_noticed",
        "NCP-ENC-014",
        None,
        |s| {
            sealed(s).gets(S, &query().with("anchor_ref", v("nps:system:caps")));
        },
        |s| {
            sealed(s).gets(S, &query().with("anchor_ref", v("nps:system:caps")));
            let (conn, what) = (s.conn(), "plaintext".into());
            s.event(S, wireproof_wire::ncp::Event::Noticed { conn, what });
        },
    ),
    case(
        FORM,
        "NCP-HELLO-006",
        None,
        |s| {
            s.sends(C, &hello().with("nps_version", v("four")));
        },
        |s| {
            s.sends(C, &hello());
        },
    ),
    case(
        FORM,
        "NCP-HELLO-012",
        None,
        |s| {
            s.sends(C, &hello().with("agent_id", v("me")));
        },
        |s| {
            s.sends(C, &hello().with("agent_id", v("urn:nps:agent:example.com:a1")));
        },
    ),
    case(
        FORM,
        "NCP-CAPS-004",
        None,
        |s| {
            s.session().say(C, query()).sends(S, &caps().with("next_cursor", v("a+b")));
        },
        |s| {
            s.session().say(C, query()).sends(S, &caps().with("next_cursor", v("a-b")));
        },
    ),
    case(
        "alignment_uses_align_stream",
        "NCP-HDR-029",
        None,
        |s| {
            s.session().sends(C, &Msg::new(FrameType::Align, &[]));
        },
        |s| {
            s.session().sends(C, &query());
        },
    ),
];

fn keys(s: &mut Story) -> &mut Story {
    for who in [C, S] {
        s.setup(who, |setup| setup.key = KEY.into());
    }
    s
}

fn offering() -> Msg {
    let names = ["aes-256-gcm", "chacha20-poly1305"];
    hello().with("e2e_enc_algorithms", v(names.as_slice()))
}

fn with_algorithm() -> Msg {
    agreement().with("e2e_enc_algorithms", v(["aes-256-gcm"].as_slice()))
}

/// The same with both algorithms in the reply.
fn both(s: &mut Story) -> &mut Story {
    let names = ["aes-256-gcm", "chacha20-poly1305"];
    let reply = agreement().with("e2e_enc_algorithms", v(names.as_slice()));
    keys(s).say(C, offering()).say(S, reply_of(reply))
}

/// A session with encryption.
fn sealed(s: &mut Story) -> &mut Story {
    keys(s).say(C, offering()).say(S, reply_of(with_algorithm()))
}
