extern crate std;

use super::{Excess, Offer, Refusal, Session, decide, within};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use wireproof_wire::ncp::command::{Setup, Tier};

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// The offer of an endpoint that nobody has configured, changed by `change`.
fn offer(change: impl FnOnce(&mut Offer)) -> Offer {
    let mut offer = Offer::of(&Setup::default());
    change(&mut offer);
    offer
}

/// What a default client and a default server settle on, each changed.
fn settle(
    client: impl FnOnce(&mut Offer),
    server: impl FnOnce(&mut Offer),
) -> Result<Session, Refusal> {
    decide(&offer(client), &offer(server))
}

#[test]
fn a_session_has_the_smaller_version_compared_number_by_number() {
    for (client, server, expected) in [
        ("0.4", "0.4", "0.4"),
        ("0.9", "0.10", "0.9"),
        ("0.10", "0.9", "0.9"),
        ("1.0", "0.11", "0.11"),
    ] {
        let client = offer(|c| {
            c.version = client.into();
            c.min_version = Some("0.4".into());
        });
        let session = decide(&client, &offer(|s| s.version = server.into()));
        assert_eq!(session.map(|s| s.version), Ok(expected.into()), "{} {server}", client.version);
    }
}

#[test]
fn a_minimum_above_the_server_is_refused() {
    let ask = |version: &str, min: Option<&str>, server: &str| {
        let (version, min) = (version.into(), min.map(String::from));
        let client = offer(|c| (c.version, c.min_version) = (version, min));
        decide(&client, &offer(|s| s.version = server.into())).map(|session| session.version)
    };
    assert_eq!(ask("0.5", Some("0.4"), "0.4"), Ok("0.4".into()));
    assert_eq!(ask("0.5", Some("0.5"), "0.4"), Err(Refusal::Version));
    // NCP-HELLO-007: without a minimum it is the version itself.
    assert_eq!(ask("0.5", None, "0.4"), Err(Refusal::Version));
    assert_eq!(ask("0.4", None, "0.5"), Ok("0.4".into()));
    assert_eq!(ask("0.10", Some("0.10"), "0.9"), Err(Refusal::Version));
    // OP-08: what is no version, and a minimum above the maximum.
    for (version, min) in [("0.4", Some("0.5")), ("4", None), ("0.4", Some("x")), ("", None)] {
        assert_eq!(ask(version, min, "9.9"), Err(Refusal::Version), "{version:?} {min:?}");
    }
}

#[test]
fn tier_2_wins_over_the_order_of_the_client() {
    let settle = |client: &[&str], server: &[&str]| {
        let (client, server) = (names(client), names(server));
        settle(|c| c.encodings = client, |s| s.encodings = server).map(|s| s.encoding)
    };
    assert_eq!(settle(&["json", "msgpack"], &["json", "msgpack"]), Ok(Tier::Msgpack));
    assert_eq!(settle(&["msgpack", "json"], &["json"]), Ok(Tier::Json));
    assert_eq!(settle(&["json"], &["msgpack", "json"]), Ok(Tier::Json));
    assert_eq!(settle(&["json"], &["msgpack"]), Err(Refusal::Encoding));
    assert_eq!(settle(&["cbor"], &["json"]), Err(Refusal::Encoding));
}

#[test]
fn limits_are_the_smaller_ones_and_never_zero() {
    let limits = |client: (u32, u32), server: (u32, u32)| {
        let client = move |c: &mut Offer| (c.max_frame_payload, c.max_streams) = client;
        let server = move |s: &mut Offer| (s.max_frame_payload, s.max_streams) = server;
        settle(client, server).map(|session| (session.max_frame_payload, session.max_streams))
    };
    assert_eq!(limits((65_535, 32), (1024, 16)), Ok((1024, 16)));
    assert_eq!(limits((1024, 16), (65_535, 32)), Ok((1024, 16)));
    assert_eq!(limits((1, 1), (1, 1)), Ok((1, 1)));
    for (client, server) in [((0, 1), (1, 1)), ((1, 0), (1, 1)), ((1, 1), (0, 1)), ((1, 1), (1, 0))]
    {
        assert_eq!(limits(client, server), Err(Refusal::Limit), "{client:?} {server:?}");
    }
}

#[test]
fn protocols_follow_the_client_and_algorithms_the_server() {
    let session = settle(
        |c| {
            c.protocols = names(&["nwp", "x", "ncp"]);
            c.algorithms = names(&["chacha20-poly1305", "aes-256-gcm"]);
        },
        |s| {
            s.protocols = names(&["ncp", "nwp", "nip"]);
            s.algorithms = names(&["aes-256-gcm", "chacha20-poly1305", "other"]);
        },
    );
    let session = session.expect("everything needed is shared");
    assert_eq!(session.protocols, names(&["nwp", "ncp"]));
    assert_eq!(session.algorithms, names(&["aes-256-gcm", "chacha20-poly1305"]));
    let refused = settle(|c| c.protocols = names(&["nwp"]), |_| {});
    assert_eq!(refused, Err(Refusal::Protocol));
    let none = settle(|c| c.algorithms = names(&["aes-256-gcm"]), |_| {});
    assert_eq!(none.map(|session| session.algorithms), Ok(Vec::new()));
}

#[test]
fn the_extended_header_needs_both_and_lifts_the_limit() {
    for (client, server) in [(false, false), (false, true), (true, false), (true, true)] {
        let session = settle(
            |c| (c.ext, c.max_frame_payload) = (client, 1 << 20),
            |s| (s.ext, s.max_frame_payload) = (server, 1 << 20),
        );
        let session = session.expect("everything needed is shared");
        assert_eq!(session.ext, client && server);
        assert_eq!(session.limit(), if client && server { 1 << 20 } else { 65_535 });
        assert_eq!(session.max_frame_payload, 1 << 20, "OP-13: the value agreed is what it is");
    }
}

#[test]
fn the_first_reason_is_given() {
    let everything_wrong = offer(|c| {
        c.version = "x".into();
        c.encodings.clear();
        c.protocols.clear();
        c.max_streams = 0;
    });
    let server = offer(|_| {});
    let mut client = everything_wrong;
    let mut reasons = Vec::new();
    for repair in [
        (|c: &mut Offer| c.version = "0.4".into()) as fn(&mut Offer),
        |c| c.encodings = names(&["json"]),
        |c| c.protocols = names(&["ncp"]),
        |c| c.max_streams = 1,
    ] {
        reasons.push(decide(&client, &server).expect_err("something is wrong"));
        repair(&mut client);
    }
    use Refusal::{Encoding, Limit, Protocol, Version};
    assert_eq!(reasons, [Version, Encoding, Protocol, Limit]);
    assert!(decide(&client, &server).is_ok());
}

#[test]
fn every_decision_is_within_the_offer_it_answers() {
    let client = offer(|c| (c.ext, c.max_streams) = (true, 3));
    let session = decide(&client, &offer(|s| s.ext = true)).expect("everything is shared");
    assert_eq!(within(&session, &client), Ok(()));
}

#[test]
fn a_reply_outside_the_offer_is_seen() {
    let client = offer(|c| {
        c.version = "0.6".into();
        c.min_version = Some("0.4".into());
        c.encodings = names(&["json"]);
        c.protocols = names(&["ncp", "nwp"]);
        c.max_frame_payload = 2000;
        c.max_streams = 4;
        c.algorithms = names(&["aes-256-gcm"]);
    });
    let fitting = Session {
        version: "0.5".into(),
        encoding: Tier::Json,
        max_frame_payload: 2000,
        ext: false,
        max_streams: 4,
        protocols: names(&["ncp"]),
        algorithms: names(&["aes-256-gcm"]),
    };
    let ask = |change: fn(&mut Session)| {
        let mut reply = fitting.clone();
        change(&mut reply);
        within(&reply, &client)
    };
    assert_eq!(ask(|_| {}), Ok(()));
    for version in ["0.4", "0.6"] {
        let reply = Session { version: version.into(), ..fitting.clone() };
        assert_eq!(within(&reply, &client), Ok(()), "{version}");
    }
    for version in ["0.3", "0.7", "0.10", "five"] {
        let reply = Session { version: version.into(), ..fitting.clone() };
        assert_eq!(within(&reply, &client), Err(Excess::Version), "{version}");
    }
    assert_eq!(ask(|r| r.encoding = Tier::Msgpack), Err(Excess::Encoding));
    assert_eq!(ask(|r| r.protocols.push("nip".into())), Err(Excess::Protocol));
    assert_eq!(ask(|r| r.max_frame_payload = 2001), Err(Excess::Limit));
    assert_eq!(ask(|r| r.max_frame_payload = 0), Err(Excess::Limit));
    assert_eq!(ask(|r| r.max_streams = 5), Err(Excess::Limit));
    assert_eq!(ask(|r| r.max_streams = 0), Err(Excess::Limit));
    assert_eq!(ask(|r| r.ext = true), Err(Excess::Ext));
    assert_eq!(ask(|r| r.algorithms.push("chacha20-poly1305".into())), Err(Excess::Algorithm));
}

#[test]
fn refusals_name_their_code() {
    assert_eq!(Refusal::Version.code(), "NCP-VERSION-INCOMPATIBLE");
    assert_eq!(Refusal::Encoding.code(), "NCP-ENCODING-UNSUPPORTED");
    assert_eq!(Refusal::Protocol.code(), "NCP-VERSION-INCOMPATIBLE");
    assert_eq!(Refusal::Limit.code(), "NCP-VERSION-INCOMPATIBLE");
}
