//! The handshake row by row (reference 8.1 to 8.4, 8.11; `OP-06` to `OP-19`, `OP-42`, `OP-49`).

use super::fixture::{CONN, Pair, Side, raw};
use wireproof_base::Carrier;
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::{Query, Setup, Target, Tier};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;

pub(super) const HELLO: &str = r#"{"nps_version":"0.4","supported_encodings":["msgpack","json"],
    "supported_protocols":["ncp","nwp"]}"#;

pub(super) const CAPS: &str = r#"{"anchor_ref":"nps:system:caps","count":1,"data":[{
    "nps_version":"0.4","session_version":"0.4","max_frame_payload":65535,
    "negotiated_encoding":"msgpack","supported_protocols":["ncp"],
    "ext_support":false,"max_concurrent_streams":32}]}"#;

pub(super) fn down(error: &str) -> Event {
    Event::Down { conn: CONN, error: error.into() }
}

pub(super) fn connected(setup: Setup) -> Pair {
    let mut pair = Pair::new(setup.clone(), setup);
    pair.connect(Carrier::Stream);
    pair
}

/// A client that has said hello to nobody.
pub(super) fn waiting() -> Pair {
    let mut pair = connected(Setup::default());
    pair.agent(Command::Hello(Target { conn: CONN }));
    pair.lose_everything();
    pair.forget();
    pair
}

/// What a Node that waits answers to bytes: its codes. The connection is gone after it.
#[track_caller]
fn refused(bytes: &[u8]) -> Vec<String> {
    let mut pair = connected(Setup::default());
    pair.inject(Side::Node, bytes);
    let codes = pair.errors(Side::Node);
    pair.check(Side::Node, &[down(codes.first().map_or("", String::as_str))]);
    assert!(!pair.is_alive(0));
    assert!(pair.sent.iter().all(|(_, _, bytes)| bytes[1] == 0x04), "in Tier-1");
    codes
}

#[test]
fn s01_silence_is_answered_after_the_limit_and_not_at_it() {
    let mut pair = connected(Setup::default());
    pair.step(5_000);
    assert!(pair.sent.is_empty(), "OP-49: the limit itself is in time");
    pair.step_nanos(1);
    assert_eq!(pair.errors(Side::Node), ["NPS-SERVER-TIMEOUT"]);
    pair.check(Side::Node, &[down("NPS-SERVER-TIMEOUT")]);
    assert!(!pair.is_alive(0));
}

#[test]
fn s01_a_hello_at_the_limit_is_in_time() {
    let mut pair = connected(Setup::default());
    pair.step(5_000);
    pair.inject_frame(Side::Node, FrameType::Hello, HELLO);
    assert_eq!(pair.names(Side::Node), ["CAPS"]);
    assert_eq!(pair.wakes(), [None, None]);
}

#[test]
fn s02_another_frame_first() {
    for (kind, members) in [
        (FrameType::Query, "{}"),
        (FrameType::Ident, "{}"),
        (FrameType::Action, r#"{"action_id":"a.b"}"#),
        (FrameType::Caps, CAPS),
        (FrameType::Error, r#"{"status":"NPS-OK","error":"NPS-OK"}"#),
    ] {
        let codes = refused(&raw(kind, Tier::Json, members));
        assert_eq!(codes, ["NPS-CLIENT-BAD-FRAME"], "{kind:?}");
    }
    // Whatever else is wrong with it.
    assert_eq!(refused(&[0x10, 0x0d, 0, 9]), ["NPS-CLIENT-BAD-FRAME"]);
}

#[test]
fn s03_a_frame_of_no_type_first() {
    assert_eq!(refused(&[0x07, 0x04, 0, 0]), ["NCP-FRAME-UNKNOWN-TYPE"]);
}

#[test]
fn s04_a_sealed_hello() {
    let mut bytes = raw(FrameType::Hello, Tier::Json, HELLO);
    bytes[1] |= 0x08;
    assert_eq!(refused(&bytes), ["NCP-ENC-NOT-NEGOTIATED"]);
}

#[test]
fn s05_a_long_header_or_a_reserved_tier() {
    // The header alone decides; nobody waits for the payload.
    assert_eq!(refused(&[0x06, 0x84, 0, 0, 0, 9, 0, 0]), ["NCP-FRAME-FLAGS-INVALID"]);
    assert_eq!(refused(&[0x06, 0x84, 0, 1, 0, 0, 0, 0]), ["NCP-FRAME-FLAGS-INVALID"]);
    assert_eq!(refused(&[0x06, 0x06, 0, 9]), ["NCP-FRAME-FLAGS-INVALID"]);
}

#[test]
fn s06_a_hello_that_cannot_be_read() {
    for members in [
        "{}",
        r#"{"nps_version":"0.4","supported_encodings":["json"]}"#,
        r#"{"nps_version":"0.4","supported_encodings":[],"supported_protocols":["ncp"]}"#,
        r#"{"nps_version":"0.4","supported_encodings":["json"],"supported_protocols":[]}"#,
        r#"{"nps_version":4,"supported_encodings":["json"],"supported_protocols":["ncp"]}"#,
        r#"{"frame":"0x04","nps_version":"0.4","supported_encodings":["json"],
            "supported_protocols":["ncp"]}"#,
    ] {
        let bytes = raw(FrameType::Hello, Tier::Json, members);
        assert_eq!(refused(&bytes), ["NPS-CLIENT-BAD-FRAME"], "{members}");
    }
    assert_eq!(refused(b"\x06\x04\0\x01{"), ["NPS-CLIENT-BAD-FRAME"]);
}

#[test]
fn s07_either_tier_says_hello() {
    for tier in [Tier::Json, Tier::Msgpack] {
        let mut pair = connected(Setup { encodings: [Tier::Json].into(), ..Setup::default() });
        pair.inject(Side::Node, &raw(FrameType::Hello, tier, HELLO));
        assert_eq!(pair.names(Side::Node), ["CAPS"]);
        let mut pair = Pair::new(
            Setup { hello_tier: tier, ..Setup::default() },
            Setup { encodings: [Tier::Json].into(), ..Setup::default() },
        );
        pair.connect(Carrier::Stream);
        pair.hello(0);
        let events = pair.take(Side::Agent);
        assert!(matches!(events[..], [Event::Ready { encoding: Tier::Json, .. }]), "{tier:?}");
    }
}

#[test]
fn s08_versions_that_do_not_meet() {
    for (members, lowest) in [
        (r#"{"nps_version":"0.6","min_version":"0.5""#, "0.5"),
        (r#"{"nps_version":"0.10""#, "0.10"),
        (r#"{"nps_version":"four""#, "four"),
        (r#"{"nps_version":"0.4","min_version":"0.5""#, "0.5"),
    ] {
        let mut pair = connected(Setup::default());
        let rest = r#","supported_encodings":["json"],"supported_protocols":["ncp"]}"#;
        pair.inject_frame(Side::Node, FrameType::Hello, &format!("{members}{rest}"));
        let error = pair.error_frames(Side::Node).pop().expect("it is refused");
        assert_eq!(error.error, "NCP-VERSION-INCOMPATIBLE");
        assert_eq!(error.status, "NPS-PROTO-VERSION-INCOMPATIBLE");
        assert_eq!(error.detail("server_version"), Some("0.4"));
        assert_eq!(error.detail("client_min_version"), Some(lowest));
        pair.check(Side::Node, &[down("NCP-VERSION-INCOMPATIBLE")]);
        assert!(!pair.is_alive(0));
    }
}

#[test]
fn s09_s10_nothing_in_common() {
    for (hello, code) in [
        (
            r#"{"nps_version":"0.4","supported_encodings":["cbor"],"supported_protocols":["ncp"]}"#,
            "NCP-ENCODING-UNSUPPORTED",
        ),
        (
            r#"{"nps_version":"0.4","supported_encodings":["json"],"supported_protocols":["nwp"]}"#,
            "NCP-VERSION-INCOMPATIBLE",
        ),
        (
            r#"{"nps_version":"0.4","supported_encodings":["json"],"supported_protocols":["ncp"],
                "max_frame_payload":0}"#,
            "NCP-VERSION-INCOMPATIBLE",
        ),
        (
            r#"{"nps_version":"0.4","supported_encodings":["json"],"supported_protocols":["ncp"],
                "max_concurrent_streams":0}"#,
            "NCP-VERSION-INCOMPATIBLE",
        ),
    ] {
        assert_eq!(refused(&raw(FrameType::Hello, Tier::Json, hello)), [code]);
    }
}

#[test]
fn s11_the_reply_holds_what_was_agreed() {
    let agent = Setup {
        max_frame_payload: 4_000,
        max_streams: 7,
        ext: true,
        protocols: vec!["nop".into(), "ncp".into()],
        algorithms: vec!["aes-256-gcm".into(), "chacha20-poly1305".into()],
        ..Setup::default()
    };
    let node = Setup {
        nps_version: "0.6".into(),
        ext: true,
        algorithms: vec!["chacha20-poly1305".into(), "aes-256-gcm".into()],
        ..Setup::default()
    };
    let mut pair = Pair::new(agent, node);
    pair.connect(Carrier::Stream);
    pair.hello(0);
    let frames = pair.frames(Side::Node);
    let [Frame::Caps(caps)] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!((caps.anchor_ref.as_str(), caps.count), ("nps:system:caps", 1));
    let agreed = caps.agreement().expect("it is a handshake reply");
    assert_eq!(agreed.nps_version, "0.6");
    assert_eq!(agreed.session_version, "0.4");
    assert_eq!(agreed.max_frame_payload, 4_000);
    assert_eq!(agreed.max_concurrent_streams, 7);
    assert_eq!(agreed.negotiated_encoding, "msgpack");
    assert_eq!(agreed.supported_protocols, ["nop", "ncp"]);
    assert!(agreed.ext_support);
    let algorithms = agreed.e2e_enc_algorithms.expect("some are shared");
    assert_eq!(algorithms, ["chacha20-poly1305", "aes-256-gcm"]);
    // E03: without a key nothing is sealed.
    for side in [Side::Agent, Side::Node] {
        pair.check(
            side,
            &[Event::Ready {
                conn: CONN,
                version: "0.4".into(),
                encoding: Tier::Msgpack,
                max_frame_payload: 4_000,
                max_streams: 7,
                ext: true,
                algorithm: String::new(),
            }],
        );
    }
}

#[test]
fn s13_a_second_hello_ends_the_connection() {
    let mut pair = Pair::ready(Setup::default());
    pair.inject_frame(Side::Node, FrameType::Hello, HELLO);
    assert_eq!(pair.errors(Side::Node), ["NPS-CLIENT-BAD-FRAME"]);
    pair.check(Side::Node, &[down("NPS-CLIENT-BAD-FRAME")]);
    assert!(!pair.is_alive(0));
}

#[test]
fn s14_a_client_that_goes() {
    let mut pair = connected(Setup::default());
    pair.kill(0);
    pair.check(Side::Node, &[down("")]);
    assert!(pair.sent.is_empty());
    assert_eq!(pair.wakes(), [None, None]);
}

#[test]
fn c05_closing_during_the_handshake() {
    let mut pair = waiting();
    pair.agent(Command::Close(Target { conn: CONN }));
    pair.check(Side::Agent, &[down("")]);
    assert_eq!(pair.wakes()[0], None);
}

#[test]
fn c13_c14_what_comes_after_the_end_is_dropped() {
    let mut pair = Pair::ready(Setup::default());
    pair.agent(Command::Close(Target { conn: CONN }));
    pair.forget();
    pair.inject(Side::Agent, &[0x07, 0x04, 0, 0]);
    assert!(pair.frames(Side::Agent).is_empty());
    let mut failed = waiting();
    failed.inject_frame(Side::Agent, FrameType::Hello, HELLO);
    failed.forget();
    failed.inject_frame(Side::Agent, FrameType::Caps, CAPS);
    failed.agent(Command::Hello(Target { conn: CONN }));
    assert!(failed.sent.is_empty());
}

#[test]
fn op42_a_strange_agent_id_is_noted() {
    for (agent_id, noted) in [
        ("urn:nps:agent:example.com:a1", false),
        ("urn:nps:node:example.com:a1", true),
        ("alice", true),
    ] {
        let agent = Setup { agent_id: agent_id.into(), ..Setup::default() };
        let mut pair = Pair::new(agent, Setup::default());
        pair.connect(Carrier::Stream);
        pair.hello(0);
        let events = pair.take(Side::Node);
        let notice = Event::Noticed { conn: CONN, what: "agent_id".into() };
        assert_eq!(events.contains(&notice), noted, "{agent_id}");
        assert!(matches!(events.last(), Some(Event::Ready { .. })));
    }
}

#[test]
fn commands_of_the_other_side_are_not_carried_out() {
    let mut pair = Pair::ready(Setup::default());
    pair.node(Command::Query(Query::default()));
    pair.node(Command::Hello(Target { conn: CONN }));
    pair.agent(Command::Withdraw(Default::default()));
    let held = Event::Blocked { conn: CONN, stream_id: String::new(), why: Hold::Role };
    pair.check(Side::Node, &[held.clone(), held.clone()]);
    pair.check(Side::Agent, &[held]);
    assert!(pair.sent.is_empty());
}

#[test]
fn a_node_that_speaks_before_it_was_greeted_is_left_without_a_word() {
    for bytes in [raw(FrameType::Caps, Tier::Json, CAPS), vec![0x99, 0, 0, 0], vec![4, 2, 0, 0]] {
        let mut pair = connected(Setup::default());
        pair.inject(Side::Agent, &bytes);
        assert!(pair.sent.is_empty(), "HelloFrame is the first frame of a client");
        assert!(!pair.is_alive(0));
    }
}
