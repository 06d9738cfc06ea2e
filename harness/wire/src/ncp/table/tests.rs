//! The tables against the reference, and every case made from them against the reader.

use super::negative::{negatives, neighbours};
use super::*;
use crate::ncp::command::Tier;
use crate::ncp::frame;
use crate::ncp::header::Header;
use crate::ncp::tier::SLOTS;
use crate::ncp::value::Value;
use crate::ncp::violation::Violation;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const A1: &str = "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
const ID: &str = "6f1d2c3b-4a59-4e68-8d7c-0123456789ab";

/// Required members of reference 4 and 5, in the order of names.
const REQUIRED: &[(FrameType, &str)] = &[
    (FrameType::Anchor, "anchor_id schema"),
    (FrameType::Diff, "anchor_ref base_seq patch"),
    (FrameType::Stream, "data is_last seq stream_id"),
    (FrameType::Caps, "anchor_ref count data"),
    (FrameType::Align, ""),
    (FrameType::Hello, "nps_version supported_encodings supported_protocols"),
    (FrameType::Query, ""),
    (FrameType::Action, "action_id"),
    (FrameType::Subscribe, "action stream_id"),
    (
        FrameType::Ident,
        "capabilities expires_at issued_at issued_by nid pub_key scope serial signature",
    ),
    (FrameType::Trust, "expires_at grantee_ca grantor_nid nodes signature trust_scope"),
    (FrameType::Revoke, "reason revoked_at serial signature target_nid"),
    (FrameType::Announce, "addresses capabilities nid signature timestamp ttl"),
    (FrameType::Resolve, "target"),
    (FrameType::Graph, "initial_sync seq"),
    (FrameType::Task, "dag task_id"),
    (
        FrameType::Delegate,
        "action deadline_at delegated_scope node_id parent_task_id subtask_id target_agent_nid",
    ),
    (FrameType::Sync, "sync_id task_id wait_for"),
    (FrameType::AlignStream, "is_final sender_nid seq stream_id subtask_id task_id"),
    (FrameType::Error, "error status"),
];

/// Optional members of reference 4 and 5, in the order of names.
const OPTIONAL: &[(FrameType, &str)] = &[
    (FrameType::Anchor, "ttl"),
    (FrameType::Diff, "entity_id event_type patch_format seq stream_id timestamp"),
    (FrameType::Stream, "anchor_ref error_code estimated_total request_id window_size"),
    (FrameType::Caps, "cached inline_anchor next_cursor token_est tokenizer_used"),
    (FrameType::Align, ""),
    (
        FrameType::Hello,
        "agent_id e2e_enc_algorithms ext_support max_concurrent_streams max_frame_payload \
         min_version",
    ),
    (
        FrameType::Query,
        "aggregate anchor_ref auto_anchor cursor depth fields filter limit nonce order request_id \
         stream token_budget tokenizer vector_search",
    ),
    (FrameType::Action, "async callback_url idempotency_key params priority request_id timeout_ms"),
    (FrameType::Subscribe, "anchor_ref filter heartbeat_interval resume_from_seq"),
    (FrameType::Ident, "metadata"),
    (FrameType::Trust, ""),
    (FrameType::Revoke, ""),
    (FrameType::Announce, "node_type"),
    (FrameType::Resolve, "requester_nid resolved"),
    (FrameType::Graph, "nodes patch"),
    (FrameType::Task, "callback_url context max_retries preflight priority request_id timeout_ms"),
    (FrameType::Delegate, "context idempotency_key params priority"),
    (FrameType::Sync, "aggregate min_required timeout_ms"),
    (FrameType::AlignStream, "data error payload_ref window_size"),
    (FrameType::Error, "details message"),
];

fn names(kind: FrameType, required: bool) -> String {
    let members = of(kind).iter().filter(|member| member.required.is_some() == required);
    members.map(|member| member.name).collect::<Vec<_>>().join(" ")
}

#[test]
fn tables_name_the_members_of_the_reference() {
    assert_eq!((REQUIRED.len(), OPTIONAL.len()), (FrameType::ALL.len(), FrameType::ALL.len()));
    for (kind, expected) in REQUIRED {
        assert_eq!(names(*kind, true), *expected, "{}", kind.name());
    }
    for (kind, expected) in OPTIONAL {
        assert_eq!(names(*kind, false), *expected, "{}", kind.name());
    }
    let agreement: Vec<_> = AGREEMENT.iter().filter(|member| member.required.is_some()).collect();
    // The first seven (OP-06).
    assert_eq!((agreement.len(), AGREEMENT.len()), (7, 8));
}

#[test]
fn tables_are_sorted_and_fit_their_slots() {
    for kind in FrameType::ALL {
        let members = of(*kind);
        assert!(members.len() <= SLOTS, "{}", kind.name());
        assert!(members.windows(2).all(|pair| pair[0].name < pair[1].name), "{}", kind.name());
    }
    assert!(AGREEMENT.windows(2).all(|pair| pair[0].name < pair[1].name));
}

#[test]
fn absence_means_what_the_reference_says() {
    let rows = [
        (FrameType::Anchor, "ttl", Default::Uint(3600)),
        (FrameType::Diff, "patch_format", Default::Text("json_patch")),
        (FrameType::Hello, "min_version", Default::Same("nps_version")),
        (FrameType::Hello, "max_frame_payload", Default::Uint(65_535)),
        (FrameType::Hello, "ext_support", Default::Bool(false)),
        (FrameType::Hello, "max_concurrent_streams", Default::Uint(32)),
        (FrameType::Query, "auto_anchor", Default::Bool(true)),
        (FrameType::Query, "stream", Default::Bool(false)),
        (FrameType::Query, "limit", Default::Uint(20)),
        (FrameType::Query, "depth", Default::Uint(1)),
        (FrameType::Action, "timeout_ms", Default::Uint(5000)),
        (FrameType::Action, "async", Default::Bool(false)),
        (FrameType::Action, "priority", Default::Text("normal")),
        (FrameType::Subscribe, "heartbeat_interval", Default::Uint(30)),
        (FrameType::Task, "timeout_ms", Default::Uint(30_000)),
        (FrameType::Task, "max_retries", Default::Uint(2)),
        (FrameType::Sync, "aggregate", Default::Text("merge")),
        (FrameType::Caps, "next_cursor", Default::None),
    ];
    for (kind, name, default) in rows {
        assert_eq!(find(kind, name).map(|member| member.default), Some(default), "{name}");
    }
}

/// One sound object per typed frame, with as many members as stand beside each other.
fn sound(kind: FrameType) -> Option<Value> {
    let text = match kind {
        FrameType::Anchor => format!(
            r#"{{"anchor_id":"{A1}","schema":{{"fields":[{{"name":"a","type":"bool"}}]}},"ttl":1}}"#
        ),
        FrameType::Diff => format!(
            r#"{{"anchor_ref":"{A1}","base_seq":1,"patch":[{{}}],"entity_id":"e","seq":2,
            "stream_id":"{ID}","event_type":"update","timestamp":"2026-04-14T00:00:00Z"}}"#
        ),
        FrameType::Stream => format!(
            r#"{{"stream_id":"{ID}","seq":1,"is_last":false,"data":[{{"a":1}}],"anchor_ref":"{A1}",
            "window_size":1,"estimated_total":5,"request_id":"{ID}"}}"#
        ),
        FrameType::Caps => format!(
            r#"{{"anchor_ref":"{A1}","count":0,"data":[],"next_cursor":"YQ","token_est":1,
            "cached":true,"tokenizer_used":"cl100k_base"}}"#
        ),
        FrameType::Hello => String::from(
            r#"{"nps_version":"0.4","supported_encodings":["json"],"supported_protocols":["ncp"],
            "e2e_enc_algorithms":[],"ext_support":true}"#,
        ),
        FrameType::Query => format!(r#"{{"anchor_ref":"{A1}","limit":2,"fields":["a"]}}"#),
        FrameType::Action => String::from(r#"{"action_id":"orders.create","params":{}}"#),
        FrameType::Subscribe => {
            format!(r#"{{"action":"subscribe","stream_id":"{ID}","anchor_ref":"{A1}"}}"#)
        }
        FrameType::Error => String::from(
            r#"{"status":"NPS-CLIENT-GONE","error":"NWP-NODE-UNAVAILABLE","details":{}}"#,
        ),
        FrameType::Resolve => String::from(r#"{"target":"nwp://api.example.org/products"}"#),
        _ => return None,
    };
    Some(crate::ncp::tier::decode(Tier::Json, text.as_bytes()).expect("well-formed"))
}

fn read(kind: FrameType, object: &Value, tier: Tier) -> Result<frame::Frame, Violation> {
    let mut payload = Vec::new();
    crate::ncp::tier::encode(tier, object, &mut payload).expect("sendable");
    frame::read(&Header::new(kind, tier, true, false, 0), &payload)
}

#[test]
fn every_broken_row_is_refused_as_it_says() {
    let mut count = 0;
    for kind in FrameType::ALL {
        let Some(object) = sound(*kind) else { continue };
        for tier in [Tier::Json, Tier::Msgpack] {
            assert!(read(*kind, &object, tier).is_ok(), "{}", kind.name());
            for case in negatives(of(*kind), &object) {
                let name = case.member.name;
                let found = read(*kind, &case.object, tier);
                assert_eq!(found, Err(case.expected), "{} {name} {:?}", kind.name(), case.wrong);
                count += 1;
            }
        }
    }
    assert!(count > 700, "{count}");
}

#[test]
fn every_row_takes_its_edges() {
    for kind in FrameType::ALL {
        let Some(object) = sound(*kind) else { continue };
        for near in neighbours(of(*kind), &object) {
            // `count` is bound by `data`, a bitset by its encoding.
            let caps = *kind == FrameType::Caps && near.get("count") != object.get("count");
            let bitset = near.get("patch_format") == Some(&Value::from("binary_bitset"));
            if !caps && !bitset {
                for tier in [Tier::Json, Tier::Msgpack] {
                    assert!(read(*kind, &near, tier).is_ok(), "{} {near:?}", kind.name());
                }
            }
        }
    }
}

#[test]
fn bounds_are_those_of_the_reference() {
    let refused = |kind, name: &str, value: u64| {
        let object = negative::with(&sound(kind).expect("typed"), name, Value::Uint(value));
        read(kind, &object, Tier::Json).err().map(|violation| violation.requirement)
    };
    let rows = [
        (FrameType::Anchor, "ttl", u64::from(u32::MAX), "NCP-TIER-009"),
        (FrameType::Stream, "seq", u64::from(u32::MAX), "NCP-TIER-009"),
        (FrameType::Stream, "window_size", u64::from(u32::MAX), "NCP-TIER-009"),
        (FrameType::Hello, "max_frame_payload", u64::from(u32::MAX), "NCP-TIER-009"),
        (FrameType::Caps, "token_est", u64::from(u32::MAX), "NCP-CAPS-005"),
        (FrameType::Query, "limit", 1000, "NWP-FRM-002"),
        (FrameType::Query, "depth", 5, "NPS-ADDR-010"),
        (FrameType::Action, "timeout_ms", 300_000, "NWP-FRM-006"),
    ];
    for (kind, name, most, requirement) in rows {
        assert_eq!(refused(kind, name, most), None, "{name}");
        assert_eq!(refused(kind, name, most + 1), Some(requirement), "{name}");
    }
    assert_eq!(refused(FrameType::Diff, "base_seq", u64::MAX), None);
    assert_eq!(refused(FrameType::Subscribe, "resume_from_seq", u64::MAX), None);
}

#[test]
fn only_an_integer_token_is_an_integer() {
    for text in ["1.0", "1e0", "\"1\"", "-0.0"] {
        let object = format!(r#"{{"action":"ping","stream_id":"{ID}","resume_from_seq":{text}}}"#);
        let header = Header::new(FrameType::Subscribe, Tier::Json, true, false, 0);
        let violation = frame::read(&header, object.as_bytes()).expect_err("no integer");
        assert_eq!((violation.row, violation.requirement), (12, "NCP-TIER-011"), "{text}");
    }
}
