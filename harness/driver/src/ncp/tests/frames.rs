//! Well-formed frames: the examples of the reference, and the defaults of every type.

use super::examples::*;
use crate::ncp::build::build;
use crate::ncp::{defaults, packet};
use crate::{FrameSpec, hex};
use serde_json::{Value, json};
use wireproof_wire::ncp::frame_type::FrameType;

fn built(spec: Value) -> String {
    let text = spec.to_string();
    let spec = FrameSpec::try_from(spec).expect("a frame");
    hex::encode(&build(&spec).unwrap_or_else(|error| panic!("{text}: {error}")))
}

const A2: &str = "sha256:429055b52cafae04601ac3b755d0d2e4ade7dbdc9e797ead036d55aa059c88be";

fn phone() -> Value {
    json!({"id": 1001, "name": "iPhone 15 Pro", "price": 999.0, "stock": 42})
}

fn laptop() -> Value {
    json!({"id": 1002, "name": "MacBook Air M3", "price": 1299.0, "stock": 15})
}

#[test]
fn greetings_and_refusals_are_those_of_the_reference() {
    let hello = json!({"frame": "HELLO", "set": {
        "min_version": "0.3", "supported_protocols": ["ncp", "nwp"], "max_frame_payload": 65535,
        "ext_support": false, "max_concurrent_streams": 16, "e2e_enc_algorithms": ["aes-256-gcm"],
    }});
    assert_eq!(built(hello), EX_01);
    let caps = json!({"frame": "CAPS", "set": {
        "data[0].max_concurrent_streams": 16,
        "data[0].supported_protocols": ["ncp", "nwp"],
        "data[0].e2e_enc_algorithms": ["aes-256-gcm"],
    }});
    assert_eq!(built(caps), EX_02);
    let refusal = json!({"frame": "ERROR", "tier": "json", "set": {
        "status": "NPS-PROTO-VERSION-INCOMPATIBLE",
        "error": "NCP-VERSION-INCOMPATIBLE",
        "details": {"server_version": "0.4", "client_min_version": "0.5"},
    }});
    assert_eq!(built(refusal), EX_03);
}

#[test]
fn schemas_queries_and_answers_are_those_of_the_reference() {
    assert_eq!(built(json!({"frame": "ANCHOR", "tier": "json"})), EX_04);
    assert_eq!(built(json!({"frame": "ANCHOR"})), EX_05);
    let query = json!({"frame": "QUERY", "set": {"auto_anchor": true, "limit": 2}});
    assert_eq!(built(query), EX_06);
    let caps = json!({"frame": "CAPS", "set": {
        "anchor_ref": defaults::PRODUCT_ID, "count": 2, "data": [phone(), laptop()],
        "token_est": 180,
    }});
    assert_eq!(built(caps), EX_07);
    let missing = json!({"frame": "ERROR", "set": {"details.anchor_ref": A2}});
    assert_eq!(built(missing), EX_14);
    let stale = json!({"frame": "ERROR", "set": {
        "status": "NPS-CLIENT-CONFLICT", "error": "NCP-ANCHOR-STALE",
    }});
    assert_eq!(built(stale), EX_15);
}

#[test]
fn an_answer_may_bring_its_schema_along() {
    let mut successor = defaults::product();
    let fields = successor["fields"].as_array_mut().expect("fields");
    fields
        .push(json!({"name": "sku", "type": "string", "semantic": "entity.sku", "nullable": true}));
    let caps = json!({"frame": "CAPS", "tier": "json", "set": {
        "anchor_ref": A2, "count": 0, "data": [], "inline_anchor": {
            "frame": "0x01", "anchor_id": A2, "schema": successor, "ttl": 3600,
        },
    }});
    assert_eq!(built(caps), EX_16);
}

#[test]
fn diffs_and_streams_are_those_of_the_reference() {
    let diff = json!({"frame": "DIFF", "tier": "json", "set": {"base_seq": 42, "patch": [
        {"op": "replace", "path": "/price", "value": 299},
        {"op": "replace", "path": "/stock", "value": 48},
    ]}});
    assert_eq!(built(diff), EX_08);
    let bits = json!({"frame": "DIFF", "set": {
        "base_seq": 42, "patch_format": "binary_bitset", "patch": {"$hex": "0ccd012b30"},
    }});
    assert_eq!(built(bits), EX_09);
    let opener = json!({"frame": "STREAM", "set": {
        "is_last": false, "data": [phone()], "window_size": 2,
    }});
    assert_eq!(built(opener), EX_10);
    let window = json!({"frame": "STREAM", "drop": "anchor_ref", "set": {
        "is_last": false, "data": [], "window_size": 4,
    }});
    assert_eq!(built(window), EX_11);
    let last = json!({"frame": "STREAM", "drop": ["anchor_ref"], "set": {
        "seq": 1, "data": [laptop()],
    }});
    assert_eq!(built(last.clone()), EX_12);
    let abort = json!({"frame": "STREAM", "drop": "anchor_ref", "set": {
        "seq": 1, "data": [], "error_code": "NWP-NODE-UNAVAILABLE",
    }});
    assert_eq!(built(abort), EX_13);
    let mut extended = last;
    extended["ext"] = true.into();
    assert_eq!(built(extended), EX_17);
}

#[test]
fn sealed_frames_are_those_of_the_reference() {
    let mut missing = json!({
        "frame": "ERROR", "set": {"details.anchor_ref": A2}, "seal": true,
    });
    assert_eq!(built(missing.clone()), EX_18);
    missing["seal"] = json!({"algorithm": "chacha20-poly1305"});
    assert_eq!(built(missing), EX_19);
    let query = json!({
        "frame": "QUERY",
        "set": {"auto_anchor": true, "limit": 2},
        "seal": {"nonce": "0c0d0e0f1011121314151617"},
    });
    assert_eq!(built(query), EX_20);
}

#[test]
fn the_defaults_of_every_type_keep_the_rules_in_either_encoding() {
    for kind in FrameType::ALL {
        for tier in ["json", "msgpack"] {
            let bytes = built(json!({"frame": kind.name(), "tier": tier}));
            let bytes = hex::decode(&bytes).expect("digits");
            let fields = packet::decode(&bytes);
            let fields = fields.unwrap_or_else(|refused| panic!("{} {refused:?}", kind.name()));
            assert_eq!(fields["header.frame"], json!(kind.to_u8()));
            assert_eq!(fields["payload"], defaults::members(*kind), "{}", kind.name());
        }
    }
}

#[test]
fn a_frame_that_is_too_long_for_two_bytes_of_length_takes_four() {
    let name = "x".repeat(70_000);
    let bytes = built(json!({"frame": "ACTION", "set": {"action_id": name}}));
    assert!(bytes.starts_with("11850001"), "{}", &bytes[..16]);
}
