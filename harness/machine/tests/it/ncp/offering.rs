//! The client's half of the handshake row by row (reference 8.3, 8.11; `OP-06`, `OP-49`, `OP-55`).

use super::fixture::{CONN, Pair, Side, raw};
use super::handshake::{CAPS, HELLO, down, waiting};
use wireproof_base::Carrier;
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::{Query, Setup, Target, Tier};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame_type::FrameType;

#[test]
fn k01_the_hello_comes_first_and_once() {
    let mut pair = waiting();
    pair.agent(Command::Hello(Target { conn: CONN }));
    let held = Event::Blocked { conn: CONN, stream_id: String::new(), why: Hold::State };
    pair.check(Side::Agent, core::slice::from_ref(&held));
    // C06: nothing else goes out before the reply.
    pair.agent(Command::Query(Query::default()));
    pair.check(Side::Agent, &[held]);
    assert!(pair.sent.is_empty());
    pair.inject_frame(Side::Agent, FrameType::Caps, CAPS);
    assert!(matches!(pair.take(Side::Agent)[..], [Event::Ready { .. }]), "K02, K08");
}

#[test]
fn k03_a_reply_outside_the_offer_closes_without_a_word() {
    for (from, to) in [
        (r#""session_version":"0.4""#, r#""session_version":"0.5""#),
        (r#""max_frame_payload":65535"#, r#""max_frame_payload":65536"#),
        (r#""max_frame_payload":65535"#, r#""max_frame_payload":0"#),
        (r#""max_concurrent_streams":32"#, r#""max_concurrent_streams":33"#),
        (r#""negotiated_encoding":"msgpack""#, r#""negotiated_encoding":"cbor""#),
        (r#"["ncp"]"#, r#"["ncp","x"]"#),
        (r#""ext_support":false"#, r#""ext_support":true"#),
        (r#""ext_support":false,"#, ""),
        (r#""count":1,"data":[{"#, r#""count":2,"data":[{},{"#),
        ("nps:system:caps", "nps:system:subscribe:ack"),
    ] {
        let mut pair = waiting();
        let reply = CAPS.replace(from, to);
        assert_ne!(reply, CAPS);
        pair.inject_frame(Side::Agent, FrameType::Caps, &reply);
        assert!(pair.sent.is_empty(), "{to}");
        pair.check(Side::Agent, &[down("")]);
        assert!(!pair.is_alive(0));
    }
}

#[test]
fn k04_a_refusal_closes() {
    let mut pair =
        Pair::new(Setup::default(), Setup { nps_version: "0.3".into(), ..Setup::default() });
    pair.connect(Carrier::Stream);
    pair.hello(0);
    let code = "NCP-VERSION-INCOMPATIBLE";
    pair.check(
        Side::Agent,
        &[
            Event::Failed {
                conn: CONN,
                status: "NPS-PROTO-VERSION-INCOMPATIBLE".into(),
                error: code.into(),
                stream_id: String::new(),
                anchor_ref: String::new(),
            },
            down(code),
        ],
    );
    pair.check(Side::Node, &[down(code)]);
    assert!(!pair.is_alive(0));
}

#[test]
fn k05_another_frame_closes_without_a_word() {
    let mut pair = waiting();
    pair.inject_frame(Side::Agent, FrameType::Hello, HELLO);
    assert!(pair.sent.is_empty());
    pair.check(Side::Agent, &[down("")]);
}

#[test]
fn k06_silence_closes_after_the_limit_and_not_at_it() {
    let mut pair = waiting();
    pair.step(5_000);
    pair.check(Side::Agent, &[]);
    let mut late = waiting();
    late.step_nanos(5_000_000_001);
    late.check(Side::Agent, &[down("")]);
    assert!(late.frames(Side::Agent).is_empty());
    pair.inject_frame(Side::Agent, FrameType::Caps, CAPS);
    assert!(matches!(pair.take(Side::Agent)[..], [Event::Ready { .. }]), "OP-49");
}

#[test]
fn k10_a_faulty_frame_is_answered_and_closes() {
    let mut sealed = raw(FrameType::Caps, Tier::Json, CAPS);
    sealed[1] |= 0x08;
    for (bytes, code) in [
        (vec![0x07, 0x04, 0, 0], "NCP-FRAME-UNKNOWN-TYPE"),
        (vec![0x04, 0x06, 0, 0], "NCP-FRAME-FLAGS-INVALID"),
        (b"\x04\x04\0\x01{".to_vec(), "NPS-CLIENT-BAD-FRAME"),
        (sealed, "NCP-ENC-NOT-NEGOTIATED"),
    ] {
        let mut pair = waiting();
        pair.inject(Side::Agent, &bytes);
        assert_eq!(pair.errors(Side::Agent), [code]);
        pair.check(Side::Agent, &[down(code)]);
        assert!(!pair.is_alive(0));
    }
}
