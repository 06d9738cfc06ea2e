//! Frames of NCP from fuzz bytes: the smallest sound one of each type, then members exchanged,
//! added and removed, and bytes of the whole changed.

use crate::draw::Draw;
use crate::ncp_command::{STREAMS, anchor_of, schema};
use crate::tree;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::broken::RawFrame;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::Framing;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::table::{self, negative};

/// Changes of one frame.
const EDITS: usize = 4;

/// A frame, sound or not.
pub fn frame(draw: &mut Draw<'_>) -> Vec<u8> {
    let kind = FrameType::ALL[draw.below(FrameType::ALL.len())];
    let shape = draw.byte();
    let tier = if shape & 1 == 0 { Tier::Json } else { Tier::Msgpack };
    let mut members = members(kind, draw);
    let edits = usize::from(shape >> 1) % EDITS;
    for _ in 0..edits {
        members = edited(kind, members, draw);
    }
    let framing = Framing { ext: shape & 0x80 != 0, ..Framing::default() };
    let mut raw = match RawFrame::of(kind, &members, tier, framing) {
        Ok(raw) => raw,
        Err(_) => return Vec::new(),
    };
    if shape & 0x40 != 0 {
        for _ in 0..1 + draw.below(3) {
            raw.flip(draw.byte().into(), 1 << (draw.byte() % 8));
        }
    }
    raw.to_vec()
}

/// One member is another value, a broken one, or gone.
fn edited(kind: FrameType, members: Value, draw: &mut Draw<'_>) -> Value {
    let table = table::of(kind);
    if table.is_empty() {
        return members;
    }
    let member = &table[draw.below(table.len())];
    let pick = |values: Vec<Value>, draw: &mut Draw<'_>| {
        let nth = draw.below(values.len().max(1));
        values.into_iter().nth(nth).unwrap_or_default()
    };
    let value = match draw.byte() % 6 {
        0 => return negative::without(&members, member.name),
        1 => pick(negative::mistypes(member.kind), draw),
        2 => pick(negative::beyond(member.kind), draw),
        3 => pick(negative::edges(member.kind), draw),
        4 => Value::Uint(draw.byte().into()),
        _ => tree::value(draw),
    };
    negative::with(&members, member.name, value)
}

/// The members of a sound frame, which speak of the same streams and schemas as commands do.
pub fn members(kind: FrameType, draw: &mut Draw<'_>) -> Value {
    let text = members_of(kind);
    let mut members: Value = serde_json::from_str(text).expect("the table is JSON");
    if kind == FrameType::Anchor {
        let schema = schema(draw.byte());
        members = negative::with(&members, "schema", schema);
    }
    let ids = draw.byte();
    for (name, value) in [
        ("anchor_id", anchor_of(ids & 3)),
        ("anchor_ref", anchor_of(ids & 3)),
        ("stream_id", STREAMS[usize::from(ids >> 2) % STREAMS.len()].to_owned()),
    ] {
        let known = members.get(name).and_then(Value::as_text);
        if known.is_some_and(|text| !text.starts_with("nps:")) {
            members = negative::with(&members, name, Value::Text(value));
        }
    }
    members
}

fn members_of(kind: FrameType) -> &'static str {
    match kind {
        FrameType::Anchor => r#"{"anchor_id":"","schema":{},"ttl":60}"#,
        FrameType::Diff => {
            r#"{"anchor_ref":"","base_seq":0,"entity_id":"e","patch_format":"json_patch",
                "patch":[{"op":"replace","path":"/stock","value":7}]}"#
        }
        FrameType::Stream => {
            r#"{"stream_id":"","seq":0,"is_last":false,"anchor_ref":"","data":[
                {"id":1,"name":"a","price":2,"stock":3}]}"#
        }
        FrameType::Caps => {
            r#"{"anchor_ref":"nps:system:caps","count":1,"data":[{"nps_version":"0.4",
                "session_version":"0.4","max_frame_payload":65535,"negotiated_encoding":"json",
                "supported_protocols":["ncp"],"ext_support":false,"max_concurrent_streams":4}]}"#
        }
        FrameType::Align => "{}",
        FrameType::Hello => {
            r#"{"nps_version":"0.4","supported_encodings":["json","msgpack"],
                "supported_protocols":["ncp","nwp"]}"#
        }
        FrameType::Error => {
            r#"{"status":"NPS-CLIENT-NOT-FOUND","error":"NCP-ANCHOR-NOT-FOUND","details":{}}"#
        }
        FrameType::Query => r#"{"anchor_ref":""}"#,
        FrameType::Action => r#"{"action_id":"orders.create"}"#,
        FrameType::Subscribe => r#"{"action":"subscribe","stream_id":"","anchor_ref":""}"#,
        FrameType::Resolve => r#"{"target":"nwp://api.example.com/products"}"#,
        FrameType::Graph => r#"{"initial_sync":true,"seq":1,"nodes":[]}"#,
        FrameType::Sync => {
            r#"{"task_id":"6f1d2c3b-4a59-4e68-8d7c-0123456789ab",
                "sync_id":"0b9e4a52-7c31-4f8d-9a6b-123456789abc",
                "wait_for":["0b9e4a52-7c31-4f8d-9a6b-123456789abc"]}"#
        }
        FrameType::AlignStream => {
            r#"{"stream_id":"","task_id":"6f1d2c3b-4a59-4e68-8d7c-0123456789ab",
                "subtask_id":"0b9e4a52-7c31-4f8d-9a6b-123456789abc","seq":0,"is_final":true,
                "sender_nid":"urn:nps:agent:example.com:a"}"#
        }
        // Those are signed or large; their readers are reached all the same.
        FrameType::Ident
        | FrameType::Trust
        | FrameType::Revoke
        | FrameType::Announce
        | FrameType::Task
        | FrameType::Delegate => r#"{"nid":"urn:nps:agent:example.com:a","ttl":1}"#,
    }
}
