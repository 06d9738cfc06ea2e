//! Defects of the codec in submits and results, their objects, typed frames and tensor sections.

use super::codec_frame::{add, is};
use super::defect::Defect;
use serde_json::{Value, json};
use wireproof_wire::nnrp::MessageType::{FrameSubmit, ResultHint, ResultPush};
use wireproof_wire::nnrp::header::HEADER_LEN;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec(
        "tile_index_bytes_further_on",
        &["NNRP-SUB-001"],
        "FRAME_SUBMIT writes tile_index_bytes four bytes too far, into a reserved word.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            const AT: usize = HEADER_LEN + 32;
            if is(packet, FrameSubmit) {
                packet[AT..AT + 8].rotate_left(4);
            }
        })
    }),
    Defect::codec(
        "any_submit_number",
        &["NNRP-SUB-005"],
        "Mode, class and policies of a submit are taken whatever their number.",
    )
    .decode(|seen| {
        seen.without(&["submit_mode", "frame_class", "budget_policy", "loss_tolerance_policy"])
    }),
    Defect::codec(
        "keyframe_fire_and_forget",
        &["NNRP-SUB-006"],
        "A keyframe may be submitted as fire_and_forget.",
    )
    .decode(|seen| seen.without(&["NNRP-SUB-006"])),
    Defect::codec(
        "mask_not_matched_to_mode",
        &["NNRP-SUB-007"],
        "object_ref_mask is taken with every bit and in every mode.",
    )
    .decode(|seen| seen.without(&["object_ref_mask"])),
    Defect::codec(
        "masked_slot_not_looked_for",
        &["NNRP-SUB-008"],
        "Nobody looks whether the slots of the mask are the ones that are referenced.",
    )
    .decode(|seen| seen.without(&["NNRP-SUB-008"])),
    Defect::codec(
        "slots_in_any_order",
        &["NNRP-SUB-009"],
        "Standard slots are taken in any order.",
    )
    .decode(|seen| seen.without(&["NNRP-SUB-009"])),
    Defect::codec(
        "geometry_without_tensor",
        &["NNRP-SUB-010"],
        "A submit without the tensor family may have a size and tiles.",
    )
    .decode(|seen| seen.without(&["NNRP-SUB-010"])),
    Defect::codec(
        "camera_bytes_not_checked",
        &["NNRP-SUB-011"],
        "camera_bytes and tile_index_bytes need not be the size of their blocks.",
    )
    .decode(|seen| seen.without(&["NNRP-SUB-011"])),
    Defect::codec(
        "result_times_swapped",
        &["NNRP-RLT-001"],
        "RESULT_PUSH writes its waiting time ahead of its computing time.",
    )
    .encode(|seen| match seen.is(ResultPush) {
        true => seen.swapped("inference_ms", "queue_ms"),
        false => seen.truth(),
    }),
    Defect::codec(
        "any_result_number",
        &["NNRP-RLT-002"],
        "Class and flags of a result are taken whatever their number.",
    )
    .decode(|seen| seen.without(&["result_class", "result_flags"])),
    Defect::codec(
        "coverage_without_tensor",
        &["NNRP-RLT-009"],
        "A result without the tensor family may have sections and tiles.",
    )
    .decode(|seen| seen.without(&["NNRP-RLT-009"])),
    Defect::codec(
        "coverage_not_added_up",
        &["NNRP-RLT-010"],
        "Covered and dropped tiles need not add up.",
    )
    .decode(|seen| seen.without(&["NNRP-RLT-010"])),
    Defect::codec(
        "hint_of_12_bytes",
        &["NNRP-RLT-014"],
        "RESULT_HINT leaves its waiting time out.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, ResultHint) {
                add(packet, 12, -4);
                packet.drain(HEADER_LEN + 12..HEADER_LEN + 16);
            }
        })
    }),
    Defect::codec(
        "events_need_a_profile",
        &["NNRP-OP-018"],
        "Payloads of structured_event and tool_delta are looked up under profiles of their own.",
    )
    .decode(|seen| {
        seen.with("body.typed", |frames| {
            for frame in frames.as_array_mut().into_iter().flatten() {
                if frame["profile_id"] == json!(0) {
                    let semantics = frame["stream_semantics"].as_u64().unwrap_or(0);
                    frame["profile_id"] = json!(0x80 + semantics);
                }
            }
        })
    }),
    Defect::codec(
        "prelude_flags_skipped",
        &["NNRP-PAY-001"],
        "Flags and reserved word of the prelude are skipped.",
    )
    .decode(|seen| seen.without(&["body_flags", "reserved", "NNRP-PAY-001"])),
    Defect::codec(
        "bytes_behind_regions",
        &["NNRP-PAY-002"],
        "What follows the last region of a body is ignored.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-002"])),
    Defect::codec(
        "frame_count_not_checked",
        &["NNRP-PAY-003"],
        "payload_frame_count need not fit the descriptor region.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-003"])),
    Defect::codec(
        "half_a_reference_ignored",
        &["NNRP-PAY-004"],
        "Regions of references and extension descriptors may end in the middle of an entry.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-004"])),
    Defect::codec(
        "inline_filler_not_zero",
        &["NNRP-PAY-005"],
        "Flags, reserved fields and filler of inline objects are skipped.",
    )
    .decode(|seen| seen.without(&["object_flags", "reserved0", "reserved1", "filler"])),
    Defect::codec(
        "reference_flags_skipped",
        &["NNRP-PAY-006"],
        "ref_flags of an object reference is skipped.",
    )
    .decode(|seen| seen.without(&["ref_flags"])),
    Defect::codec(
        "references_as_they_came",
        &["NNRP-PAY-007"],
        "A result lists its object references in the order of their use, the last one first.",
    )
    .encode(|seen| match seen.is(ResultPush) {
        true => seen.changed(|fields| {
            let references = fields.get_mut("body.object_references");
            if let Some(list) = references.and_then(Value::as_array_mut) {
                list.reverse();
            }
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "descriptor_of_16_bytes",
        &["NNRP-PAY-008"],
        "Typed payloads get the withdrawn descriptor of 16 bytes.",
    )
    .encode(|seen| {
        if seen.is_structure("typed_payload_descriptor") {
            return seen.rewritten(|descriptor| drop(descriptor.drain(12..20)));
        }
        seen.rewritten(|packet| {
            let meta = if is(packet, FrameSubmit) { 72 } else { 64 };
            let prelude = HEADER_LEN + meta;
            let data = is(packet, FrameSubmit) || is(packet, ResultPush);
            let lengths = packet.get(prelude..prelude + 12);
            if data && lengths.is_some_and(|l| l[..8] == [0; 8] && l[8..] == [24, 0, 0, 0]) {
                packet[prelude + 8] = 16;
                packet.drain(prelude + 32 + 12..prelude + 32 + 20);
                add(packet, 16, -8);
            }
        })
    }),
    Defect::codec(
        "any_descriptor_flag",
        &["NNRP-PAY-009"],
        "Flags and semantics of a typed payload are taken whatever their number.",
    )
    .decode(|seen| seen.without(&["descriptor_flags", "stream_semantics"])),
    Defect::codec(
        "offsets_from_the_body",
        &["NNRP-PAY-010"],
        "Descriptors count their offsets from the first region of the body.",
    )
    .encode(|seen| {
        seen.changed(|fields| {
            let before: u64 = ["inline_object_bytes", "object_reference_bytes"]
                .iter()
                .filter_map(|region| fields.get("body.prelude")?.get(region)?.as_u64())
                .sum();
            let frames = fields.get_mut("body.typed").and_then(Value::as_array_mut);
            for frame in frames.into_iter().flatten() {
                frame["offset"] = json!(frame["offset"].as_u64().unwrap_or(0) + before);
            }
        })
    }),
    Defect::codec(
        "descriptor_past_the_end",
        &["NNRP-PAY-011"],
        "A descriptor may reach past the typed frames; its payload is what is there.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-011"])),
    Defect::codec(
        "frames_may_overlap",
        &["NNRP-PAY-012"],
        "Typed frames may share bytes and come in any order.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-012"])),
    Defect::codec(
        "frames_start_at_8",
        &["NNRP-PAY-013"],
        "Every typed frame starts at a multiple of 8; gaps are filled with zeros.",
    )
    .encode(|seen| {
        seen.changed(|fields| {
            let frames = fields.get_mut("body.typed").and_then(Value::as_array_mut);
            let Some(frames) = frames else { return };
            let (mut at, mut last) = (0, None);
            for frame in frames.iter_mut() {
                at = u64::next_multiple_of(at, 8);
                frame["offset"] = json!(at);
                at += frame["length"].as_u64().unwrap_or(0);
                if let Some(Value::String(before)) = last.replace(&mut frame["payload"]) {
                    let width = before.len().next_multiple_of(16);
                    *before = format!("{before:0<width$}");
                }
            }
            if let Some(prelude) = fields.get_mut("body.prelude") {
                prelude["typed_payload_frame_bytes"] = json!(at);
            }
            fields.remove("header.body_len");
        })
    }),
    Defect::codec(
        "families_not_announced",
        &["NNRP-PAY-016"],
        "A payload may belong to a family that the bitmap does not announce.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-016"])),
    Defect::codec(
        "tensor_profile_for_all",
        &["NNRP-PAY-017"],
        "Payloads of every family may come under the tensor profile.",
    )
    .decode(|seen| seen.mended(|packet| as_token(packet, 1))),
    Defect::codec(
        "token_without_profile",
        &["NNRP-PAY-018"],
        "Token payloads are taken under profile 0 as well.",
    )
    .decode(|seen| {
        let token = seen.bytes.get(HEADER_LEN + 64) == Some(&2);
        match seen.is(FrameSubmit) && token {
            true => seen.mended(|packet| as_token(packet, 0)),
            false => seen.truth(),
        }
    }),
    Defect::codec(
        "profile_0_is_tensor",
        &["NNRP-PAY-019"],
        "A payload under profile 0 is read as one of the default profile, tensor.",
    )
    .decode(|seen| match seen.is_structure("typed_payload_descriptor") {
        true => seen.with("profile_id", |profile| {
            if *profile == json!(0) {
                *profile = json!(1);
            }
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "any_extension_frame_flag",
        &["NNRP-PAY-020"],
        "Flags and reserved field of an extension frame are skipped.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-020", "extension_flags", "reserved0"])),
    Defect::codec(
        "extension_frames_overlap",
        &["NNRP-PAY-022"],
        "Extension frames may share bytes, come in any order and reach past their region.",
    )
    .decode(|seen| seen.without(&["NNRP-PAY-022"])),
    Defect::codec(
        "hint_flag_moves_fields",
        &["NNRP-PAY-023"],
        "With profile_hint_present the descriptor starts with a word of hints.",
    )
    .decode(|seen| {
        seen.with("body.typed", |frames| {
            for frame in frames.as_array_mut().into_iter().flatten() {
                if frame["descriptor_flags"].as_u64().is_some_and(|flags| flags & 8 != 0) {
                    frame["schema_id"] = frame["schema_version"].take();
                    frame["schema_version"] = frame["stream_semantics"].clone();
                }
            }
        })
    }),
    Defect::codec(
        "payload_is_sniffed",
        &["NNRP-PRO-001"],
        "A payload that starts with a brace is entered as a tool delta.",
    )
    .decode(|seen| {
        seen.with("body.typed", |frames| {
            for frame in frames.as_array_mut().into_iter().flatten() {
                if frame["payload"].as_str().is_some_and(|payload| payload.starts_with("7b")) {
                    frame["stream_semantics"] = json!(5);
                }
            }
        })
    }),
    Defect::codec(
        "section_tables_run_over",
        &["NNRP-PRO-002"],
        "A tensor section that is cut off is taken as far as it goes.",
    )
    .decode(|seen| seen.without(&["NNRP-PRO-002"])),
    Defect::codec(
        "tile_lengths_not_added_up",
        &["NNRP-PRO-003"],
        "The lengths of the tiles need not add up to the payload of their section.",
    )
    .decode(|seen| seen.without(&["NNRP-PRO-003"])),
    Defect::codec(
        "any_dtype",
        &["NNRP-PRO-004"],
        "Element types and index modes are taken whatever their number.",
    )
    .decode(|seen| seen.without(&["dtype_id", "tile_index_mode"])),
    Defect::codec(
        "coverage_always_wanted",
        &["NNRP-PRO-005"],
        "A finished result that covers no tile is refused, whatever its profile.",
    )
    .decode(|seen| {
        let fields = seen.truth()?;
        let zero = |name: &str| fields.get(name) == Some(&json!(0));
        match seen.is(ResultPush) && zero("covered_tile_count") && zero("result_class") {
            true => Err(crate::Refused::new("malformed_body", "nothing is covered")),
            false => Ok(fields),
        }
    }),
];

/// Puts every descriptor of `profile` in a submit without objects under the token profile.
fn as_token(packet: &mut [u8], profile: u8) {
    const PRELUDE: usize = HEADER_LEN + 72;
    if !is(packet, FrameSubmit) || packet.get(PRELUDE..PRELUDE + 8) != Some(&[0; 8]) {
        return;
    }
    let bytes = usize::from(packet.get(PRELUDE + 8).copied().unwrap_or(0));
    let region = packet.get_mut(PRELUDE + 32..PRELUDE + 32 + bytes);
    for descriptor in region.into_iter().flat_map(|region| region.chunks_exact_mut(24)) {
        if descriptor[..2] == [profile, 0] {
            descriptor[0] = 2;
        }
    }
}
