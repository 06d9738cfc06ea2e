//! Frames that are not in order, or come from the wrong side, after the handshake (reference 2.4,
//! 8.1 C07 to C15; `OP-02`, `OP-04`, `OP-18`, `OP-27`, `OP-54`).

use super::fixture::{CONN, Pair, S1, Side, product_query, raw};
use wireproof_base::Carrier;
use wireproof_wire::ncp::command::{Setup, Tier};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Command, Event};

const ERROR: &str = r#"{"status":"NPS-SERVER-INTERNAL","error":"NPS-SERVER-INTERNAL"}"#;

/// Bytes of a frame with that header and no sense in its payload.
fn nonsense(kind: u8, flags: u8, len: u16) -> Vec<u8> {
    let mut bytes = vec![kind, flags];
    bytes.extend(len.to_be_bytes());
    bytes.extend(vec![0; len.into()]);
    bytes
}

fn still_works(pair: &mut Pair) {
    pair.forget();
    pair.query(product_query());
    assert_eq!(pair.names(Side::Agent), ["QUERY"]);
    assert_eq!(pair.errors(Side::Node), ["NCP-ANCHOR-NOT-FOUND"]);
}

#[test]
fn c08_every_row_that_leaves_the_position_known() {
    for (row, bytes, code) in [
        (2, nonsense(0x13, 0x05, 3), "NCP-FRAME-UNKNOWN-TYPE"),
        (2, nonsense(0xff, 0x07, 3), "NCP-FRAME-UNKNOWN-TYPE"),
        (6, vec![0x04, 0x85, 0, 0, 0, 1, 0, 0, 9], "NCP-FRAME-FLAGS-INVALID"),
        (7, nonsense(0x04, 0x05, 2_001), "NCP-FRAME-PAYLOAD-TOO-LARGE"),
        (8, nonsense(0x04, 0x0d, 40), "NCP-ENC-NOT-NEGOTIATED"),
        (10, nonsense(0x04, 0x05, 1), "NPS-CLIENT-BAD-FRAME"),
        (10, raw(FrameType::Caps, Tier::Json, "{}")[..4].to_vec(), "NPS-CLIENT-BAD-FRAME"),
        (11, raw(FrameType::Error, Tier::Json, r#"{"frame":"0x04"}"#), "NPS-CLIENT-BAD-FRAME"),
        (12, raw(FrameType::Stream, Tier::Msgpack, "{}"), "NPS-CLIENT-BAD-FRAME"),
    ] {
        for side in [Side::Agent, Side::Node] {
            let mut pair = Pair::ready(Setup { max_frame_payload: 2_000, ..Setup::default() });
            let mut bytes = bytes.clone();
            if row == 10 && bytes.len() == 4 {
                bytes.extend(vec![b' '; bytes[3].into()]);
            }
            pair.inject(side, &bytes);
            assert_eq!(pair.errors(side), [code], "row {row}");
            pair.check(side, &[]);
            still_works(&mut pair);
        }
    }
}

#[test]
fn row_4_a_json_session_reads_no_tier_2() {
    let json = Setup { encodings: [Tier::Json].into(), ..Setup::default() };
    let mut pair = Pair::ready(json);
    pair.inject(Side::Agent, &raw(FrameType::Error, Tier::Msgpack, ERROR));
    assert_eq!(pair.errors(Side::Agent), ["NCP-ENCODING-UNSUPPORTED"]);
    pair.check(Side::Agent, &[]);
    // The other way round is read.
    let mut pair = Pair::ready(Setup::default());
    pair.inject(Side::Agent, &raw(FrameType::Error, Tier::Json, ERROR));
    assert!(matches!(pair.take(Side::Agent)[..], [Event::Failed { .. }]));
}

#[test]
fn row_5_reserved_flags_are_let_pass_or_refused() {
    let mut frame = raw(FrameType::Error, Tier::Msgpack, ERROR);
    frame[1] |= 0x20;
    let mut pair = Pair::ready(Setup::default());
    pair.inject(Side::Agent, &frame);
    let events = pair.take(Side::Agent);
    assert_eq!(events[0], Event::Noticed { conn: CONN, what: "reserved_flags".into() });
    assert!(matches!(events[1..], [Event::Failed { .. }]));
    let mut strict = Pair::ready(Setup { strict_flags: true, ..Setup::default() });
    strict.inject(Side::Agent, &frame);
    assert_eq!(strict.errors(Side::Agent), ["NCP-FRAME-FLAGS-INVALID"]);
    strict.check(Side::Agent, &[]);
}

#[test]
fn c09_a_reserved_tier_ends_the_connection() {
    for flags in [0x06, 0x07] {
        let mut pair = Pair::ready(Setup::default());
        pair.inject(Side::Node, &[0x10, flags, 0, 9]);
        let code = "NCP-FRAME-FLAGS-INVALID";
        assert_eq!(pair.errors(Side::Node), [code]);
        pair.check(Side::Node, &[Event::Down { conn: CONN, error: code.into() }]);
        assert!(!pair.is_alive(0));
    }
}

#[test]
fn err_008_an_error_is_not_answered_with_an_error() {
    for side in [Side::Agent, Side::Node] {
        let mut pair = Pair::ready(Setup::default());
        for details in ["", r#","details":{"stream_id":"x","anchor_ref":"y"}"#] {
            let error = format!(r#"{{"status":"NPS-X","error":"NCP-NONE"{details}}}"#);
            pair.inject_frame(side, FrameType::Error, &error);
        }
        assert!(pair.sent.is_empty());
        assert_eq!(pair.take(side).len(), 2);
        // A fault of the frame itself follows its own row.
        pair.inject_frame(side, FrameType::Error, "{}");
        assert_eq!(pair.errors(side), ["NPS-CLIENT-BAD-FRAME"]);
    }
}

#[test]
fn c15_frames_from_the_wrong_side() {
    let caps = r#"{"anchor_ref":"nps:system:caps","count":0,"data":[]}"#;
    let other = r#"{"anchor_ref":"nps:system:aggregate:result","count":0,"data":[]}"#;
    let hello = r#"{"nps_version":"0.4","supported_encodings":["json"],
        "supported_protocols":["ncp"]}"#;
    let query = r#"{"aggregate":{"operations":[{"func":"COUNT","alias":"n"}]}}"#;
    let subscribe = format!(r#"{{"action":"ping","stream_id":"{S1}"}}"#);
    let schema = concat!(
        r#"{"anchor_id":"sha256:d31c3734e35b4e3815cb281a6307786a"#,
        r#"a0c46136b5d3b2ab07183d0b541ca9fe","schema":{"fields":[]}}"#,
    );
    for (side, kind, members, answered) in [
        (Side::Agent, FrameType::Caps, caps, true),
        (Side::Agent, FrameType::Hello, hello, true),
        (Side::Agent, FrameType::Query, query, false),
        (Side::Agent, FrameType::Action, r#"{"action_id":"a.b"}"#, false),
        (Side::Agent, FrameType::Subscribe, &subscribe, false),
        (Side::Node, FrameType::Caps, caps, true),
        (Side::Node, FrameType::Caps, other, false),
        (Side::Node, FrameType::Anchor, schema, false),
    ] {
        let mut pair = Pair::ready(Setup::default());
        pair.inject_frame(side, kind, members);
        if answered {
            assert_eq!(pair.errors(side), ["NPS-CLIENT-BAD-FRAME"], "{kind:?}");
            pair.check(side, &[]);
        } else {
            assert!(pair.sent.is_empty(), "{kind:?}");
            let notice = Event::Noticed { conn: CONN, what: "unusual_frame".into() };
            pair.check(side, &[notice]);
        }
        still_works(&mut pair);
    }
}

#[test]
fn hdr_027_a_long_header_with_a_short_payload_once_agreed() {
    let setup = Setup { ext: true, max_frame_payload: 100_000, ..Setup::default() };
    let mut pair = Pair::ready(setup);
    let short = raw(FrameType::Error, Tier::Json, ERROR);
    let mut bytes = vec![short[0], short[1] | 0x80, 0, 0, short[2], short[3], 0xab, 0xcd];
    bytes.extend(&short[4..]);
    pair.inject(Side::Agent, &bytes);
    assert!(matches!(pair.take(Side::Agent)[..], [Event::Failed { .. }]));
    assert!(pair.sent.is_empty());
}

#[test]
fn op27_an_error_that_does_not_fit_loses_its_details_and_then_the_connection() {
    // {"error":"NPS-CLIENT-BAD-FRAME","frame":"0xFE","status":"NPS-CLIENT-BAD-FRAME"} is 79 bytes.
    let setup = |limit| Setup {
        max_frame_payload: limit,
        encodings: [Tier::Json].into(),
        ..Setup::default()
    };
    let frame = [0x01, 0x04, 0, 0];
    let mut pair = Pair::ready(setup(79));
    pair.inject(Side::Agent, &frame);
    assert_eq!(pair.errors(Side::Agent), ["NPS-CLIENT-BAD-FRAME"]);
    let mut pair = Pair::ready(setup(78));
    pair.inject(Side::Agent, &frame);
    assert!(pair.sent.is_empty());
    pair.check(Side::Agent, &[Event::Down { conn: CONN, error: String::new() }]);
    assert!(!pair.is_alive(0));
    // The same code about a stream: the details go first.
    let unknown = format!(r#"{{"stream_id":"{S1}","seq":1,"is_last":false,"data":[]}}"#);
    let limit = unknown.len() as u32 + 20;
    let mut pair = Pair::ready(setup(limit));
    pair.inject_frame(Side::Agent, FrameType::Stream, &unknown);
    let error = pair.error_frames(Side::Agent).pop().expect("there is room for the codes");
    assert_eq!((error.error.as_str(), error.details), ("NCP-STREAM-NOT-FOUND", None));
    assert!(pair.is_alive(0));
}

#[test]
fn nothing_is_kept_of_a_connection_that_is_gone() {
    let mut pair = Pair::ready(Setup::default());
    pair.kill(0);
    pair.forget();
    pair.inject(Side::Node, &[0x07, 0x04, 0, 0]);
    pair.agent(Command::Query(product_query()));
    assert!(pair.sent.is_empty());
    assert_eq!(pair.connect(Carrier::Stream).0, 1);
    pair.hello(1);
    assert!(matches!(pair.take(Side::Node)[..], [Event::Ready { .. }]));
}
