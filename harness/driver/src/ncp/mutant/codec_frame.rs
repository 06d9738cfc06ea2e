//! Defects of the codec behind the header: payloads and their members.

use super::defect::Defect;
use super::depths::Decoding;
use crate::Refused;
use serde_json::{Value, json};
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{table, tier};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec(
        "trust_frames_in_msgpack_alone",
        &["NCP-TIER-001"],
        "TrustFrame is known in MsgPack alone.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if seen.is(FrameType::Trust) && header.tier() == Some(Tier::Json) => {
            Err(Refused::new(NPS_CLIENT_BAD_FRAME, "no such frame"))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "payloads_of_any_kind",
        &["NCP-TIER-003"],
        "A payload that is an array, a text or a number is a frame without members.",
    )
    .decode(|seen| match payload(seen) {
        Some((encoding, payload)) => {
            seen.truth().or_else(|refused| match tier::decode_any(encoding, payload) {
                Ok(value) if value.as_map().is_none() => Ok(json!({"payload": {}})),
                _ => Err(refused),
            })
        }
        None => seen.truth(),
    }),
    Defect::codec(
        "numbers_are_doubles",
        &["NCP-TIER-004", "NCP-TIER-009"],
        "Every number passes through a double.",
    )
    .decode(|seen| {
        let mut decoded = seen.truth()?;
        if let Some(members) = decoded.get_mut("payload") {
            round(members);
        }
        Ok(decoded)
    }),
    Defect::codec(
        "bitsets_are_text",
        &["NCP-TIER-005"],
        "A bitset patch that is text is taken for the bytes of the text.",
    )
    .decode(|seen| match seen.is(FrameType::Diff) {
        true => seen.without(&["patch"]),
        false => seen.truth(),
    }),
    Defect::codec(
        "unknown_members_refused",
        &["NCP-TIER-006"],
        "A frame with a member that its table lacks is refused.",
    )
    .decode(|seen| {
        let decoded = seen.truth()?;
        let Some((encoding, payload)) = payload(seen) else { return Ok(decoded) };
        let kind = seen.header().and_then(|header| header.kind());
        let value = tier::decode(encoding, payload).ok();
        let members = value.as_ref().and_then(|value| value.as_map()).unwrap_or_default();
        let strange = |name: &str| {
            let known = kind.and_then(|kind| table::find(kind, name)).is_some();
            name != "frame" && !known && kind != Some(FrameType::Align)
        };
        match members.iter().any(|(name, _)| strange(name)) {
            true => Err(Refused::new(NPS_CLIENT_BAD_FRAME, "an unknown member")),
            false => Ok(decoded),
        }
    }),
    Defect::codec(
        "unreadable_payloads_are_empty",
        &["NCP-TIER-007"],
        "A payload that cannot be read is taken for one without members.",
    )
    .decode(|seen| match payload(seen) {
        Some((encoding, payload)) if tier::decode_any(encoding, payload).is_err() => {
            Ok(json!({"payload": {}}))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "frame_member_not_compared",
        &["NCP-TIER-008", "NCP-TIER-010"],
        "The member frame may name any other frame.",
    )
    .decode(|seen| seen.without(&["NCP-TIER-008"])),
    Defect::codec(
        "integers_of_any_size",
        &["NCP-TIER-009"],
        "An integer beyond its type is taken.",
    )
    .decode(|seen| seen.without(&["NCP-TIER-009"])),
    Defect::codec(
        "members_of_any_type",
        &["NCP-TIER-011"],
        "A member of another type than its table names is taken.",
    )
    .decode(|seen| seen.without(&["NCP-TIER-011"])),
    Defect::codec(
        "answers_without_count",
        &["NCP-CAPS-001"],
        "A CapsFrame without reference, count or records is taken.",
    )
    .decode(|seen| match seen.is(FrameType::Caps) {
        true => seen.without(&["NCP-CAPS-001"]),
        false => seen.truth(),
    }),
    Defect::codec(
        "count_not_compared",
        &["NCP-CAPS-002", "NCP-CAPS-011"],
        "The count of a CapsFrame may be any number.",
    )
    .decode(|seen| seen.without(&["NCP-CAPS-011", "NCP-CAPS-002"])),
    Defect::codec(
        "cursor_is_decoded",
        &["NCP-CAPS-004"],
        "A cursor is decoded with the alphabet of Base64 that has plus and slash, and lost if that \
         fails.",
    )
    .decode(|seen| match seen.is(FrameType::Caps) {
        true => {
            let mut decoded = seen.truth()?;
            if let Some(members) = decoded["payload"].as_object_mut() {
                members.remove("next_cursor");
            }
            Ok(decoded)
        }
        false => seen.truth(),
    }),
    Defect::codec("token_estimate_of_16_bits", &["NCP-CAPS-005"], "token_est is cut to 16 bits.")
        .decode(|seen| {
            seen.with("payload.token_est", |value| {
                *value = json!(value.as_u64().unwrap_or_default() & 0xFFFF);
            })
        }),
    Defect::codec(
        "inline_schema_not_looked_at",
        &["NCP-CAPS-006"],
        "What stands under inline_anchor is taken as it is.",
    )
    .decode(|seen| match seen.is(FrameType::Caps) {
        true => seen.without(&["inline_anchor", "anchor_id", "schema"]),
        false => seen.truth(),
    }),
    Defect::codec(
        "tokenizer_by_number",
        &["NCP-CAPS-012"],
        "tokenizer_used is the number of a tokenizer, and a name is not understood.",
    )
    .decode(|seen| {
        let decoded = seen.truth()?;
        match decoded["payload"].get("tokenizer_used") {
            Some(Value::String(_)) => Err(Refused::new(NPS_CLIENT_BAD_FRAME, "tokenizer_used")),
            _ => Ok(decoded),
        }
    }),
    Defect::codec(
        "hello_completed_from_defaults",
        &["NCP-HELLO-005", "NCP-HELLO-019"],
        "A HelloFrame without a required member or with an empty list gets what is usual.",
    )
    .decode(|seen| match seen.is(FrameType::Hello) {
        true => seen.without(&["NCP-HELLO-005", "NCP-HELLO-019"]),
        false => seen.truth(),
    }),
    Defect::codec(
        "hello_may_be_sealed",
        &["NCP-HELLO-003"],
        "The flag ENC is overlooked on a HelloFrame.",
    )
    .decode(|seen| match seen.is(FrameType::Hello) {
        true => seen.mended(|frame| {
            if let Some(flags) = frame.get_mut(1) {
                *flags &= !wireproof_wire::ncp::header::ENC;
            }
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "version_with_anything_behind",
        &["NCP-HELLO-006"],
        "What follows the second number of a version is cut off.",
    )
    .decode(|seen| match seen.is_structure("version") {
        true => seen.or_mended(|bytes| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let mut parts = text.split('.');
            let (major, minor) = (parts.next().unwrap_or("0"), parts.next().unwrap_or("0"));
            *bytes = format!("{major}.{}", minor.trim()).into_bytes();
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "errors_without_a_code",
        &["NCP-ERR-001"],
        "An ErrorFrame without status or code is taken.",
    )
    .decode(|seen| match seen.is(FrameType::Error) {
        true => seen.without(&["NCP-ERR-001"]),
        false => seen.truth(),
    }),
    Defect::codec("details_of_any_type", &["NCP-ERR-005"], "The details of an error may be text.")
        .decode(|seen| match seen.is(FrameType::Error) {
            true => seen.without(&["details"]),
            false => seen.truth(),
        }),
    Defect::codec(
        "codes_without_hyphens",
        &["NCP-ERR-010"],
        "Codes are read and written with underscores.",
    )
    .decode(|seen| match seen.is(FrameType::Error) {
        true => seen.with("payload.error", |code| {
            *code = json!(code.as_str().unwrap_or_default().replace('-', "_"));
        }),
        false => seen.truth(),
    }),
];

/// Encoding and payload of a frame that is all there.
fn payload<'a>(seen: &Decoding<'a>) -> Option<(Tier, &'a [u8])> {
    let header = seen.header()?;
    let payload = seen.bytes.get(header.header_len()..)?;
    let whole = payload.len() == header.len as usize && header.kind().is_some();
    header.tier().filter(|_| whole && !header.is_sealed()).map(|encoding| (encoding, payload))
}

/// Numbers beyond 53 bits lose what a double cannot hold.
fn round(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(members) => members.values_mut().for_each(round),
        Value::Number(number) => {
            if let Some(exact) = number.as_u64().filter(|exact| exact >> 53 != 0) {
                let spare = 11 - exact.leading_zeros();
                *value = json!(exact >> spare << spare);
            }
        }
        _ => {}
    }
}
