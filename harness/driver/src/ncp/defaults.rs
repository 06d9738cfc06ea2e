//! What a frame holds when a scenario does not say: the smallest frame of its type that keeps every
//! rule, about the product schema of NCP §4.1.

use serde_json::{Value, json};
use wireproof_wire::ncp::frame_type::FrameType;

/// Identifier of [`product`].
pub const PRODUCT_ID: &str =
    "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
/// The stream, subscription, task or request that is spoken of.
pub const STREAM_ID: &str = "6f1d2c3b-4a59-4e68-8d7c-0123456789ab";
/// The parts of a task that are spoken of.
const SUBTASK_ID: &str = "0b9e4a52-7c31-4f8d-9a6b-123456789abc";
/// The secret of every test (`OP-37`): the bytes from 00 to 1f.
pub const TEST_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// The nonce of a frame that is sealed by a scenario: the bytes from 00 to 0b.
pub const TEST_NONCE: &str = "000102030405060708090a0b";

/// The four fields of NCP §4.1.
pub fn product() -> Value {
    json!({"fields": [
        {"name": "id", "type": "uint64", "semantic": "entity.id"},
        {"name": "name", "type": "string", "semantic": "entity.label"},
        {"name": "price", "type": "decimal", "semantic": "commerce.price.usd"},
        {"name": "stock", "type": "uint64", "semantic": "commerce.inventory.count"},
    ]})
}

/// One record under it.
pub fn record() -> Value {
    json!({"id": 1001, "name": "iPhone 15 Pro", "price": 999, "stock": 42})
}

/// Members of a frame without `frame`.
pub fn members(kind: FrameType) -> Value {
    match kind {
        FrameType::Anchor => {
            json!({"anchor_id": PRODUCT_ID, "schema": product(), "ttl": 3600})
        }
        FrameType::Diff => json!({
            "anchor_ref": PRODUCT_ID,
            "base_seq": 0,
            "patch_format": "json_patch",
            "patch": [{"op": "replace", "path": "/price", "value": 299}],
            "entity_id": "product:1001",
        }),
        FrameType::Stream => json!({
            "stream_id": STREAM_ID,
            "seq": 0,
            "is_last": true,
            "anchor_ref": PRODUCT_ID,
            "data": [record()],
        }),
        FrameType::Caps => json!({
            "anchor_ref": "nps:system:caps",
            "count": 1,
            "data": [{
                "nps_version": "0.4",
                "session_version": "0.4",
                "max_frame_payload": 65535,
                "negotiated_encoding": "msgpack",
                "supported_protocols": ["ncp", "nwp", "nip", "ndp", "nop"],
                "ext_support": false,
                "max_concurrent_streams": 32,
            }],
        }),
        FrameType::Align => json!({}),
        FrameType::Hello => json!({
            "nps_version": "0.4",
            "supported_encodings": ["msgpack", "json"],
            "supported_protocols": ["ncp", "nwp", "nip", "ndp", "nop"],
        }),
        FrameType::Error => json!({
            "status": "NPS-CLIENT-NOT-FOUND",
            "error": "NCP-ANCHOR-NOT-FOUND",
            "details": {"anchor_ref": PRODUCT_ID},
        }),
        FrameType::Query => json!({"anchor_ref": PRODUCT_ID}),
        FrameType::Action => json!({"action_id": "orders.create"}),
        FrameType::Subscribe => {
            json!({"action": "subscribe", "stream_id": STREAM_ID, "anchor_ref": PRODUCT_ID})
        }
        _ => companion(kind),
    }
}

/// Frames of NIP and NDP.
fn companion(kind: FrameType) -> Value {
    match kind {
        FrameType::Ident => json!({
            "nid": AGENT,
            "pub_key": KEY,
            "capabilities": ["nwp:query", "ncp:stream"],
            "scope": {
                "nodes": ["nwp://api.example.com/*"], "actions": [], "max_token_budget": 10000,
            },
            "issued_by": ORG,
            "issued_at": "2026-04-10T00:00:00Z",
            "expires_at": "2026-05-10T00:00:00Z",
            "serial": "0x0A3F9C",
            "signature": SIGNATURE,
        }),
        FrameType::Trust => json!({
            "grantor_nid": ORG,
            "grantee_ca": "urn:nps:org:partner.example.com",
            "trust_scope": ["nwp:query"],
            "nodes": ["nwp://api.example.com/*"],
            "expires_at": "2027-01-01T00:00:00Z",
            "signature": SIGNATURE,
        }),
        FrameType::Revoke => json!({
            "target_nid": AGENT,
            "serial": "0x0A3F9C",
            "reason": "key_compromise",
            "revoked_at": "2026-04-12T00:00:00Z",
            "signature": SIGNATURE,
        }),
        FrameType::Announce => json!({
            "nid": NODE,
            "node_type": "memory",
            "addresses": [{"host": "10.0.0.5", "port": 17433, "protocol": "nwp"}],
            "capabilities": ["nwp:query"],
            "ttl": 300,
            "timestamp": "2026-04-10T00:00:00Z",
            "signature": SIGNATURE,
        }),
        FrameType::Resolve => json!({"target": "nwp://api.example.com/products"}),
        FrameType::Graph => json!({"initial_sync": true, "seq": 1, "nodes": []}),
        _ => orchestration(kind),
    }
}

/// Frames of NOP.
fn orchestration(kind: FrameType) -> Value {
    match kind {
        FrameType::Task => json!({
            "task_id": STREAM_ID,
            "dag": {
                "nodes": [{
                    "id": "fetch",
                    "action": "nwp://api.example.com/products/query",
                    "agent": AGENT,
                }],
                "edges": [],
            },
        }),
        FrameType::Delegate => json!({
            "parent_task_id": STREAM_ID,
            "subtask_id": SUBTASK_ID,
            "node_id": "fetch",
            "target_agent_nid": AGENT,
            "action": "nwp://api.example.com/products/query",
            "delegated_scope": {
                "nodes": ["nwp://api.example.com/*"], "actions": [], "max_token_budget": 1000,
            },
            "deadline_at": "2026-04-12T00:00:00Z",
        }),
        FrameType::Sync => json!({
            "task_id": STREAM_ID, "sync_id": SUBTASK_ID, "wait_for": [SUBTASK_ID],
        }),
        _ => json!({
            "stream_id": STREAM_ID,
            "task_id": STREAM_ID,
            "subtask_id": SUBTASK_ID,
            "seq": 0,
            "is_final": true,
            "sender_nid": AGENT,
        }),
    }
}

const AGENT: &str = "urn:nps:agent:example.com:agent-7";
const NODE: &str = "urn:nps:node:example.com:products";
const ORG: &str = "urn:nps:org:example.com";
/// Keys and signatures have the form; none of them is held against another.
const KEY: &str = "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const SIGNATURE: &str = "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
                         AAAAAAAAAAAAAAAAAAAAAAAAAAAA";
