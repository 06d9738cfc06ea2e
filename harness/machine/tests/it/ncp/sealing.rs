//! Encryption row by row (reference 8.10; `OP-37`, `OP-51`).

use super::fixture::{CONN, Pair, S1, Side, product_id, product_query, raw, records, stream};
use std::collections::BTreeSet;
use wireproof_base::{Carrier, StreamId};
use wireproof_wire::ncp::command::{Answer, Chunk, Setup, Tier};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::seal::{self, Algorithm, Key};
use wireproof_wire::ncp::{Command, Event, Value};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const ERROR: &str = r#"{"status":"NPS-SERVER-INTERNAL","error":"NPS-SERVER-INTERNAL"}"#;

fn sealed(algorithms: &[&str]) -> Setup {
    Setup {
        key: KEY.into(),
        algorithms: algorithms.iter().map(|name| String::from(*name)).collect(),
        ..Setup::default()
    }
}

/// Whether frames in both directions are sealed, and with what.
fn agreed(agent: Setup, node: Setup) -> (Vec<bool>, String) {
    let mut pair = Pair::new(agent, node);
    pair.connect(Carrier::Stream);
    pair.hello(0);
    assert!(pair.sent.iter().all(|(_, _, bytes)| bytes[1] & 0x08 == 0), "E09");
    let mut names = [Side::Agent, Side::Node].map(|side| match &pair.take(side)[..] {
        [Event::Ready { algorithm, .. }] => algorithm.clone(),
        events => panic!("{events:?}"),
    });
    assert_eq!(names[0], names[1]);
    pair.forget();
    pair.query(product_query());
    (pair.sent.iter().map(|(_, _, bytes)| bytes[1] & 0x08 != 0).collect(), names[0].split_off(0))
}

#[test]
fn e01_to_e03_what_is_in_force() {
    let (aes, chacha) = ("aes-256-gcm", "chacha20-poly1305");
    let keyless = |setup: Setup| Setup { key: String::new(), ..setup };
    let off = (vec![false, false], String::new());
    assert_eq!(agreed(sealed(&[]), sealed(&[aes])), off);
    assert_eq!(agreed(sealed(&[chacha]), sealed(&[aes])), off);
    assert_eq!(agreed(keyless(sealed(&[aes])), keyless(sealed(&[aes]))), off);
    let on = |name: &str| (vec![true, true], name.to_string());
    assert_eq!(agreed(sealed(&[aes]), sealed(&[aes])), on(aes));
    assert_eq!(agreed(sealed(&[aes, chacha]), sealed(&[chacha, aes])), on(chacha), "OP-37");
}

#[test]
fn a_whole_session_is_sealed_and_no_nonce_comes_twice() {
    let mut pair = Pair::ready(Setup { max_frame_payload: 1_024, ..sealed(&["aes-256-gcm"]) });
    pair.connect(Carrier::Stream);
    pair.hello(1);
    pair.forget();
    let schema = super::fixture::product();
    let publish = wireproof_wire::ncp::command::Publish { schema, ..Default::default() };
    pair.node(Command::Publish(publish));
    pair.push_schema(&product_id(), None);
    for conn in [0, 1].map(wireproof_base::ConnId) {
        let query = wireproof_wire::ncp::command::Query { conn, ..product_query() };
        pair.query(query);
        pair.answer(Answer { conn, data: records(1), ..Answer::default() });
    }
    pair.open(Side::Node, stream(S1));
    for len in 700..1_050 {
        let mut record = records(1).remove(0);
        if let Value::Map(members) = &mut record {
            members[1].1 = Value::Text("x".repeat(len));
        }
        let chunk = Chunk { stream_id: S1.into(), data: vec![record], last: false };
        pair.node(Command::Chunk(chunk));
    }
    let held = pair.take(Side::Node);
    assert!(matches!(held.last(), Some(Event::Blocked { why: Hold::Limit, .. })));
    pair.drive();
    let mut nonces = BTreeSet::new();
    let mut longest = 0;
    for (_, _, bytes) in &pair.sent {
        let (header, len) = Header::read(bytes).expect("a frame");
        assert!(header.is_sealed());
        assert_eq!(header.len as usize, bytes.len() - len, "NCP-ENC-002");
        assert!(nonces.insert(bytes[len..len + 12].to_vec()), "NCP-ENC-003");
        longest = longest.max(header.len);
    }
    let full = 1_015..=1_024;
    assert!(full.contains(&longest), "the limit counts what sealing adds: {longest}");
    let events = pair.take(Side::Agent);
    let chunks = events.iter().filter(|event| matches!(event, Event::Chunk { .. })).count();
    assert!(chunks > 50);
    assert!(events.iter().all(|event| !matches!(event, Event::Noticed { .. })));
}

#[test]
fn e05_what_was_changed_on_the_way_is_dropped() {
    for at in [0_usize, 3, 4, 20] {
        let mut pair = Pair::ready(sealed(&["aes-256-gcm"]));
        pair.agent(Command::Query(product_query()));
        let (_, _, mut bytes) = pair.sent[0].clone();
        pair.lose_everything();
        pair.forget();
        match at {
            // Another type that is assigned, so that only the tag can tell.
            0 => bytes[0] = 0x11,
            // One byte less, taken from the end.
            3 => {
                bytes[3] -= 1;
                bytes.pop();
            }
            at => bytes[at] ^= 1,
        }
        pair.inject(Side::Node, &bytes);
        pair.check(Side::Node, &[]);
        let (_, _, answer) = &pair.sent[0];
        assert_eq!(opened(answer), "NCP-ENC-AUTH-FAILED", "byte {at}");
        assert!(pair.is_alive(0));
    }
    let mut pair = Pair::ready(sealed(&["aes-256-gcm"]));
    let mut short = vec![0x10, 0x0d, 0, 27];
    short.extend([0; 27]);
    pair.inject(Side::Node, &short);
    assert_eq!(opened(&pair.sent[0].2), "NCP-ENC-AUTH-FAILED", "NCP-ENC-016");
}

/// The code in a sealed ErrorFrame.
fn opened(bytes: &[u8]) -> String {
    let key = Key::from_hex(KEY).expect("64 digits");
    let plain = seal::open(Algorithm::Aes256Gcm, &key, &bytes[..4], &bytes[4..]);
    let members = wireproof_wire::ncp::tier::decode(Tier::Msgpack, &plain.expect("it is sealed"));
    let members = members.expect("it is a map");
    members.get("error").and_then(|code| code.as_text()).expect("an ErrorFrame").into()
}

#[test]
fn e07_plaintext_after_the_agreement() {
    let plain = raw(FrameType::Error, Tier::Msgpack, ERROR);
    let mut pair = Pair::ready(sealed(&["aes-256-gcm"]));
    pair.inject(Side::Agent, &plain);
    let events = pair.take(Side::Agent);
    assert_eq!(events[0], Event::Noticed { conn: CONN, what: "plaintext".into() });
    assert!(matches!(events[1], Event::Failed { .. }));
    let mut strict = Pair::ready(Setup { development: false, ..sealed(&["aes-256-gcm"]) });
    strict.inject(Side::Agent, &plain);
    strict.check(Side::Agent, &[]);
    assert_eq!(opened(&strict.sent[0].2), "NPS-CLIENT-BAD-FRAME");
}

#[test]
fn streams_of_their_own_are_sealed_too() {
    let setup = sealed(&["chacha20-poly1305"]);
    let mut pair = Pair::ready_on(Carrier::Multistream, setup.clone(), setup);
    pair.open(
        Side::Agent,
        wireproof_wire::ncp::command::Open { anchor_ref: String::new(), ..stream(S1) },
    );
    assert!(pair.sent.iter().all(|(_, stream, _)| *stream != StreamId::CONTROL));
    assert_eq!(pair.take(Side::Node).len(), 2);
}
