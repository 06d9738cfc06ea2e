//! Defects of CapsFrames, and of what stands in payloads (reference 3.2, 4.4).

use super::defect::Defect;
use super::edit::Edit;
use super::frames;
use crate::DefectLevel::{Codec, Machine};
use serde_json::{Value, json};
use wireproof_wire::ncp::code::NCP_ANCHOR_NOT_FOUND;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{self, Event};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(Codec, "answer_without_count", &["NCP-CAPS-001"], "A CapsFrame has no count.")
        .outgoing(|edit, _| {
            if is_answer(edit) {
                edit.remove("count");
            }
        }),
    Defect::node(
        Codec,
        "count_of_all_records_there_are",
        &["NCP-CAPS-002"],
        "The count of a CapsFrame is one more than the records in it.",
    )
    .outgoing(|edit, _| {
        if is_answer(edit) {
            let count = edit.uint("count") + 1;
            edit.set("count", json!(count));
        }
    }),
    Defect::node(
        Machine,
        "records_are_text",
        &["NCP-CAPS-003"],
        "Every value of a record is sent as text.",
    )
    .outgoing(|edit, _| {
        if is_answer(edit) && !edit.text("anchor_ref").starts_with("nps:system:") {
            let mut data = edit.get("data");
            for record in data.as_array_mut().into_iter().flatten() {
                for value in record.as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
                    if value.is_number() {
                        *value = json!(value.to_string());
                    }
                }
            }
            edit.set("data", data);
        }
    }),
    Defect::node(
        Codec,
        "cursor_in_plain_words",
        &["NCP-CAPS-004"],
        "A cursor is written as it is, not in Base64-URL.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Caps) && edit.has("next_cursor") {
            edit.set("next_cursor", json!("page 2 / 10 + more"));
        }
    }),
    Defect::node(
        Codec,
        "token_estimate_of_minus_one",
        &["NCP-CAPS-005"],
        "token_est is -1 where nothing was counted.",
    )
    .outgoing(|edit, _| {
        if is_answer(edit) {
            edit.set("token_est", json!(-1));
        }
    }),
    Defect::node(
        Codec,
        "inline_schema_without_identifier",
        &["NCP-CAPS-006", "NCP-ANCHOR-001"],
        "A schema inside an answer is sent without its identifier.",
    )
    .outgoing(|edit, _| {
        if edit.has("inline_anchor") {
            edit.remove("inline_anchor.anchor_id");
        }
    }),
    Defect::node(
        Machine,
        "reply_in_two_records",
        &["NCP-CAPS-007"],
        "The reply of the handshake has a record for each side.",
    )
    .outgoing(|edit, _| {
        if edit.is_reply() {
            let record = edit.get("data.0");
            edit.set("data", json!([record, record]));
            edit.set("count", json!(2));
        }
    }),
    Defect::node(
        Machine,
        "reply_under_another_name",
        &["NCP-CAPS-007", "NCP-CONN-003"],
        "The reply of the handshake stands under nps:system:hello.",
    )
    .outgoing(|edit, _| {
        if edit.is_reply() {
            edit.set("anchor_ref", json!("nps:system:hello"));
        }
    }),
    Defect::node(
        Machine,
        "reply_without_limits",
        &["NCP-CAPS-008"],
        "The reply of the handshake leaves out what the client has asked for anyway.",
    )
    .outgoing(|edit, _| {
        if edit.is_reply() {
            edit.remove("data.0.max_concurrent_streams");
            edit.remove("data.0.max_frame_payload");
        }
    }),
    Defect::node(
        Machine,
        "system_references_looked_up",
        &["NCP-CAPS-010"],
        "A reference under nps:system: is looked up in the registry, and not found.",
    )
    .incoming(|edit, _| system_unknown(edit)),
    Defect::agent(
        Machine,
        "agent_looks_system_references_up",
        &["NCP-CAPS-010"],
        "The Agent looks a reference under nps:system: up in its cache, and does not find it.",
    )
    .incoming(|edit, _| {
        if !edit.is_reply() {
            system_unknown(edit);
        }
    }),
    Defect::agent(
        Machine,
        "agent_counts_for_itself",
        &["NCP-CAPS-011"],
        "The Agent overlooks what a CapsFrame says about its number of records.",
    )
    .incoming(|edit, _| {
        let records = edit.get("data").as_array().map(Vec::len);
        if let (true, Some(records)) = (edit.is(FrameType::Caps) && edit.has("count"), records) {
            edit.set("count", json!(records));
        }
    }),
    Defect::node(
        Codec,
        "tokenizer_has_a_number",
        &["NCP-CAPS-012", "NCP-TIER-011"],
        "tokenizer_used is the number of a tokenizer.",
    )
    .outgoing(|edit, _| {
        if is_answer(edit) {
            edit.set("tokenizer_used", json!(4));
        }
    }),
    Defect::node(
        Codec,
        "answers_are_arrays",
        &["NCP-TIER-003"],
        "The payload of an answer is an array of its records.",
    )
    .outgoing(|edit, _| {
        if is_answer(edit) {
            edit.payload(|plain| {
                // `[]` in either encoding.
                let empty: &[u8] = if plain.first() == Some(&b'{') { b"[]" } else { b"\x90" };
                *plain = empty.to_vec();
            });
        }
    }),
    Defect::agent(
        Codec,
        "names_with_a_mark",
        &["NCP-TIER-003", "NCP-HDR-006"],
        "The Agent puts a byte order mark before its JSON.",
    )
    .outgoing(|edit, _| {
        if edit.header().tier() == Some(Tier::Json) {
            edit.payload(|plain| drop(plain.splice(..0, *b"\xEF\xBB\xBF")));
        }
    }),
    Defect::agent(
        Machine,
        "numbers_lose_their_lowest_bits",
        &["NCP-TIER-004", "NCP-CAPS-001"],
        "Records pass through doubles at the Agent.",
    )
    .incoming(|edit, _| {
        let data = edit.get("data");
        if edit.header().tier() == Some(Tier::Json) && !edit.is_reply() && !data.is_null() {
            edit.set("data", rounded(data));
        }
    }),
    Defect::node(
        Codec,
        "bitset_as_text",
        &["NCP-TIER-005", "NCP-DIFF-004"],
        "A bitset patch goes out as text.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Diff) {
            edit.change(|members| {
                for (_, value) in members.iter_mut().filter(|(name, _)| name == "patch") {
                    if let ncp::Value::Bytes(bytes) = value {
                        *value =
                            ncp::Value::Text(bytes.iter().map(|b| char::from(b & 127)).collect());
                    }
                }
            });
        }
    }),
    Defect::agent(
        Codec,
        "frame_names_another",
        &["NCP-TIER-010", "NCP-TIER-008"],
        "The member frame of an ActionFrame is that of a QueryFrame.",
    )
    .outgoing(|edit, _| rename_frame(edit, FrameType::Action, FrameType::Query)),
    Defect::node(
        Codec,
        "error_names_another_frame",
        &["NCP-TIER-010", "NCP-TIER-008"],
        "The member frame of an ErrorFrame is that of a CapsFrame.",
    )
    .outgoing(|edit, _| rename_frame(edit, FrameType::Error, FrameType::Caps)),
    Defect::node(
        Codec,
        "node_leaves_frame_out",
        &["NCP-TIER-010"],
        "The Node leaves the member frame out.",
    )
    .outgoing(|edit, _| edit.remove("frame")),
    Defect::agent(
        Codec,
        "agent_leaves_frame_out",
        &["NCP-TIER-010"],
        "The Agent leaves the member frame out.",
    )
    .outgoing(|edit, _| edit.remove("frame")),
    Defect::agent(
        Codec,
        "limit_of_minus_one",
        &["NCP-TIER-009", "NWP-FRM-002"],
        "A query without a limit is sent with a limit of 2^32.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Query) && !edit.has("limit") {
            edit.set("limit", json!(1_u64 << 32));
        }
    }),
    Defect::agent(
        Codec,
        "flags_are_numbers",
        &["NCP-TIER-011"],
        "The Agent writes truth values as 0 and 1.",
    )
    .outgoing(|edit, _| {
        for name in ["stream", "auto_anchor", "ext_support", "is_last"] {
            if edit.has(name) {
                let number = u8::from(edit.flag(name));
                edit.set(name, json!(number));
            }
        }
    }),
    Defect::node(
        Codec,
        "counts_are_text",
        &["NCP-TIER-011"],
        "The Node writes the count of a CapsFrame as text.",
    )
    .outgoing(|edit, _| {
        if is_answer(edit) {
            let count = edit.uint("count").to_string();
            edit.set("count", json!(count));
        }
    }),
    Defect::node(
        Machine,
        "unreadable_frames_are_internal_errors",
        &["NCP-TIER-007"],
        "A payload that cannot be read is reported as an internal error.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("status") == "NPS-CLIENT-BAD-FRAME" {
            edit.set("status", json!("NPS-SERVER-INTERNAL"));
            edit.set("error", json!("NPS-SERVER-INTERNAL"));
        }
    }),
    Defect::agent(
        Machine,
        "agent_reads_what_is_there",
        &["NCP-TIER-007"],
        "The Agent takes an answer that cannot be read for one without records.",
    )
    .incoming(|edit, _| {
        let unreadable = edit.members().is_none() && !edit.header().is_sealed();
        if edit.is(FrameType::Caps) && unreadable && edit.header().tier().is_some() {
            let (conn, anchor_ref) = (edit.conn, "nps:system:none".to_owned());
            edit.withhold();
            edit.added.events.push(Event::Answered {
                conn,
                anchor_ref,
                count: 0,
                digest: ncp::digest::records(&[]),
                read: true,
            });
        }
    }),
];

fn is_answer(edit: &Edit<'_>) -> bool {
    edit.is(FrameType::Caps) && !edit.is_reply()
}

fn system_unknown(edit: &mut Edit<'_>) {
    let asks = matches!(edit.kind(), Some(FrameType::Caps | FrameType::Query));
    let name = edit.text("anchor_ref");
    if asks && name.starts_with("nps:system:") {
        edit.withhold();
        let error = json!({
            "status": "NPS-CLIENT-NOT-FOUND",
            "error": NCP_ANCHOR_NOT_FOUND,
            "details": {"anchor_ref": name},
        });
        edit.added.replies.push(frames::made(FrameType::Error, Tier::Json, error));
    }
}

fn rename_frame(edit: &mut Edit<'_>, kind: FrameType, wrong: FrameType) {
    if edit.is(kind) {
        let token = match edit.header().tier() {
            Some(Tier::Json) => json!(format!("0x{:02X}", wrong.to_u8())),
            _ => json!(wrong.to_u8()),
        };
        edit.set("frame", token);
    }
}

/// Numbers beyond 53 bits lose what a double cannot hold.
pub fn rounded(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = rounded(item.take())),
        Value::Object(members) => {
            members.values_mut().for_each(|member| *member = rounded(member.take()));
        }
        Value::Number(number) => {
            if let Some(exact) = number.as_u64().filter(|exact| exact >> 53 != 0) {
                let spare = 11 - exact.leading_zeros();
                return json!(exact >> spare << spare);
            }
        }
        _ => {}
    }
    value
}
