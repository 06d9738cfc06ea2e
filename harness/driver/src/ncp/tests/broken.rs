//! Frames that are broken on purpose.

use crate::ncp::build::build;
use crate::ncp::packet;
use crate::{FrameError, FrameSpec, hex};
use serde_json::{Value, json};

fn bytes(spec: Value) -> Result<Vec<u8>, FrameError> {
    build(&FrameSpec::try_from(spec)?)
}

fn built(spec: Value) -> String {
    let text = spec.to_string();
    hex::encode(&bytes(spec).unwrap_or_else(|error| panic!("{text}: {error}")))
}

fn error(spec: Value) -> FrameError {
    let text = spec.to_string();
    bytes(spec).expect_err(&text)
}

/// ACTION with `action_id` `a.b` is `11 05 00 18 82 ..`.
fn action(more: Value) -> Value {
    let mut spec = json!({"frame": "ACTION", "set": {"action_id": "a.b"}});
    if let (Some(spec), Value::Object(more)) = (spec.as_object_mut(), more) {
        spec.extend(more);
    }
    spec
}

const PLAIN: &str = "1105001682a9616374696f6e5f6964a3612e62a56672616d6511";

#[test]
fn the_header_says_what_it_is_told() {
    assert_eq!(built(action(json!({}))), PLAIN);
    for (more, start) in [
        (json!({"flags": 0x15}), "11150016"),
        (json!({"flags": 0x85}), "1185000000160000"),
        (json!({"ext": true, "reserved": 0xABCD}), "118500000016abcd"),
        (json!({"final": false}), "11010016"),
        (json!({"length": 5}), "11050005"),
        (json!({"tier": 2}), "11060016"),
        (json!({"tier": 3}), "11070016"),
    ] {
        let text = more.to_string();
        assert!(built(action(more)).starts_with(start), "{text}");
    }
    let set =
        json!({"frame": "ALIGN", "set": {"header.frame": 7, "header.enc": 1, "header.len": 9}});
    assert_eq!(built(set), "070d000981a56672616d6505");
    assert_eq!(built(json!({"frame": "0x07"})), "0705000881a56672616d6507");
    assert_eq!(built(json!({"frame": 255, "payload_hex": "80"})), "ff05000180");
}

#[test]
fn payloads_can_be_anything() {
    for (more, payload) in [
        (json!({"payload_hex": "c1"}), "c1"),
        (json!({"payload_hex": ""}), ""),
        (json!({"root": [1]}), "9101"),
        (json!({"drop": ["frame"]}), "81a9616374696f6e5f6964a3612e62"),
        (json!({"drop": "action_id"}), "81a56672616d6511"),
        (json!({"drop": ["frame", "action_id"], "extra": {"x": null}}), "81a178c0"),
        (json!({"drop": "action_id", "extra": {"frame": 18}}), "82a56672616d6511a56672616d6512"),
        (
            json!({"set": {"action_id": {"$raw": "a1ff"}, "frame": "0x12"}}),
            "82a9616374696f6e5f6964a1ffa56672616d65a430783132",
        ),
    ] {
        let text = more.to_string();
        let bytes = built(action(more));
        assert_eq!(&bytes[8..], payload, "{text}");
        assert_eq!(bytes[4..8], format!("{:04x}", payload.len() / 2), "{text}");
    }
    let token = json!({"frame": "QUERY", "tier": "json", "drop": "anchor_ref",
        "set": {"limit": {"$token": "NaN"}}});
    let text = hex::decode(&built(token)).expect("digits");
    assert_eq!(&text[4..], br#"{"frame":"0x10","limit":NaN}"#);
}

#[test]
fn a_payload_is_brought_to_a_length() {
    assert_eq!(
        built(json!({"frame": "ALIGN", "tier": "json", "pad": 18})),
        format!("0504001{}", "27b226672616d65223a2230783035227d2020")
    );
    let (bare, padded) = ("81a56672616d6505", "82a56672616d6505a3706164db000000022020");
    assert_eq!(built(json!({"frame": "ALIGN"})), format!("05050008{bare}"));
    assert_eq!(built(json!({"frame": "ALIGN", "pad": 19})), format!("05050013{padded}"));
    assert!(bytes(json!({"frame": "ALIGN", "pad": 16})).is_err());
    assert!(bytes(json!({"frame": "ALIGN", "tier": "json", "pad": 15})).is_err());
    let long = bytes(json!({"frame": "ACTION", "pad": 65_536})).expect("a frame");
    assert_eq!((long.len(), &long[..8]), (65_544, &[0x11, 0x85, 0, 1, 0, 0, 0, 0][..]));
}

#[test]
fn bytes_are_changed_added_and_cut_at_the_end() {
    let edit = action(json!({"edit": [{"at": 1, "hex": "ff"}, {"at": 500, "hex": "00"}]}));
    assert_eq!(built(edit), PLAIN.replacen("1105", "11ff", 1));
    assert_eq!(built(action(json!({"append": "0102"}))), format!("{PLAIN}0102"));
    assert_eq!(built(action(json!({"truncate": 3}))), "110500");
    assert_eq!(built(json!({"raw": "01 02", "append": "03"})), "010203");
}

#[test]
fn a_sealed_payload_can_be_spoilt() {
    let sealed = built(action(json!({"seal": true})));
    let spoilt = built(action(json!({"seal": {"tamper": 0}})));
    assert_eq!(sealed[..8], spoilt[..8]);
    assert_eq!((&sealed[8..10], &spoilt[8..10]), ("00", "01"));
    assert_eq!(sealed[10..], spoilt[10..]);
    assert_eq!(&sealed[..8], "110d0032");
}

#[test]
fn what_is_broken_is_refused_by_its_name() {
    for (more, kind) in [
        (json!({"set": {"action_id": 5}}), "NPS-CLIENT-BAD-FRAME"),
        (json!({"drop": "action_id"}), "NPS-CLIENT-BAD-FRAME"),
        (json!({"tier": 2}), "NCP-FRAME-FLAGS-INVALID"),
        (json!({"set": {"header.frame": 9}}), "NCP-FRAME-UNKNOWN-TYPE"),
        (json!({"set": {"frame": 0x10}}), "NPS-CLIENT-BAD-FRAME"),
        (json!({"extra": {"action_id": "c.d"}}), "NPS-CLIENT-BAD-FRAME"),
        (json!({"seal": true}), "NCP-ENC-NOT-NEGOTIATED"),
        (json!({"truncate": 10}), "incomplete"),
        (json!({"append": "00"}), "trailing_bytes"),
    ] {
        let text = more.to_string();
        let refused = packet::decode(&bytes(action(more)).expect("a frame")).expect_err(&text);
        assert_eq!(refused.kind, kind, "{text}");
    }
}

#[test]
fn mistakes_are_named_with_the_nearest_name() {
    let near = |error: FrameError| match error {
        FrameError::UnknownFrame { suggestion, .. }
        | FrameError::UnknownField { suggestion, .. } => suggestion,
        other => panic!("{other:?}"),
    };
    assert_eq!(near(error(json!({"frame": "HELO"}))).as_deref(), Some("HELLO"));
    assert_eq!(near(error(action(json!({"set": {"action_d": 1}})))).as_deref(), Some("action_id"));
    let flags = error(action(json!({"set": {"header.flag": 1}})));
    assert_eq!(near(flags).as_deref(), Some("header.flags"));
    assert_eq!(near(error(action(json!({"drop": "acton_id"})))).as_deref(), Some("action_id"));
    assert_eq!(error(json!({})), FrameError::NoFrame);
    let unknown = FrameError::UnknownKey { key: "sessions".to_owned() };
    assert_eq!(error(action(json!({"sessions": 1}))), unknown);
    let unknown = FrameError::UnknownKey { key: "seal.kye".to_owned() };
    assert_eq!(error(action(json!({"seal": {"kye": ""}}))), unknown);
    for more in [
        json!({"seal": {"nonce": "00"}}),
        json!({"payload_hex": "0"}),
        json!({"tier": "yaml"}),
        json!({"length": "many"}),
        json!({"flags": 256}),
    ] {
        let text = more.to_string();
        let error = error(action(more));
        let named = matches!(error, FrameError::BadValue { .. } | FrameError::BadHex { .. });
        assert!(named, "{text}: {error:?}");
    }
}
