//! Defects of the codec where every frame starts: its header.

use super::defect::Defect;
use super::depths::Decoding;
use crate::Refused;
use serde_json::json;
use wireproof_wire::ncp::code::{NCP_FRAME_FLAGS_INVALID, NPS_CLIENT_BAD_FRAME};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{EXT, LONG_LEN, SHORT_LEN, T0, T1};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec(
        "short_length_little_endian",
        &["NCP-HDR-001"],
        "The length of a four-byte header has its low byte first.",
    )
    .decode(|seen| seen.mended(|frame| short_reversed(frame)))
    .encode(|seen| seen.rewritten(|frame| short_reversed(frame))),
    Defect::codec(
        "reserved_pair_before_the_length",
        &["NCP-HDR-002"],
        "The reserved pair of an eight-byte header stands before the length.",
    )
    .decode(|seen| {
        seen.mended(|frame| {
            if is_extended(frame) {
                frame[2..LONG_LEN].rotate_left(2);
            }
        })
    })
    .encode(|seen| {
        seen.rewritten(|frame| {
            if is_extended(frame) {
                frame[2..LONG_LEN].rotate_right(2);
            }
        })
    }),
    Defect::codec(
        "payload_as_long_as_it_is",
        &["NCP-HDR-003", "NCP-HDR-005"],
        "Whatever bytes there are count as the payload, whatever length was announced.",
    )
    .decode(|seen| {
        seen.or_mended(|frame| {
            let head = if is_extended(frame) { LONG_LEN } else { SHORT_LEN };
            let len = (frame.len().saturating_sub(head) as u32).to_be_bytes();
            match frame.get_mut(2..head) {
                Some([a, b]) => (*a, *b) = (len[2], len[3]),
                Some(long) => long[..4].copy_from_slice(&len),
                None => {}
            }
        })
    }),
    Defect::codec(
        "length_of_15_bits",
        &["NCP-HDR-004", "NCP-HDR-013"],
        "The length of a four-byte header is taken for a number with a sign, and refused below 0.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if !header.is_ext() && header.len > 0x7FFF => {
            Err(Refused::new(NPS_CLIENT_BAD_FRAME, "a length below 0"))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "extended_length_of_16_bits",
        &["NCP-HDR-005"],
        "Of the length of an eight-byte header the lower half is read alone.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if header.is_ext() && header.len > 0xFFFF => {
            seen.mended(|frame| frame[2..4].fill(0))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "encoding_is_sniffed",
        &["NCP-HDR-006"],
        "A payload that begins with a brace is read as JSON, every other as MsgPack.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if header.tier().is_some() => seen.mended(|frame| {
            let brace = frame.get(header.header_len()) == Some(&b'{');
            frame[1] = (frame[1] & !T0) | if brace { 0 } else { T0 };
        }),
        _ => seen.truth(),
    }),
    Defect::codec(
        "reserved_tiers_are_msgpack",
        &["NCP-HDR-007", "NCP-HDR-021"],
        "A frame in tier 10 or 11 is read as MsgPack.",
    )
    .decode(|seen| {
        seen.mended(|frame| {
            if frame.get(1).is_some_and(|flags| flags & T1 != 0) {
                frame[1] = (frame[1] & !T1) | T0;
            }
        })
    }),
    Defect::codec(
        "long_headers_only",
        &["NCP-HDR-013"],
        "A frame with a four-byte header is refused.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if !header.is_ext() => Err(Refused::new(NPS_CLIENT_BAD_FRAME, "short")),
        _ => seen.truth(),
    }),
    Defect::codec(
        "short_headers_only",
        &["NCP-HDR-014"],
        "A frame with an eight-byte header is refused.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if header.is_ext() => {
            Err(Refused::new(NCP_FRAME_FLAGS_INVALID, "no such header"))
        }
        _ => seen.truth(),
    })
    .encode(|seen| match seen.fields["header.flags"].as_u64() {
        Some(flags) if seen.is_packet() && flags & u64::from(EXT) != 0 => {
            Err(Refused::new("unsendable", "no such header"))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "unassigned_types_taken",
        &["NCP-HDR-019"],
        "A frame of an unassigned type is handed on as it is.",
    )
    .decode(|seen| unassigned(seen, |byte| byte < 0xF0)),
    Defect::codec(
        "system_range_for_private_use",
        &["NCP-HDR-023"],
        "Type bytes from F0 on are read as frames of the implementation's own.",
    )
    .decode(|seen| unassigned(seen, |byte| byte >= 0xF0)),
    Defect::codec(
        "reserved_pair_must_be_zero",
        &["NCP-HDR-025"],
        "An eight-byte header whose reserved pair is not zero is refused.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if header.reserved != 0 => {
            Err(Refused::new(NCP_FRAME_FLAGS_INVALID, "reserved"))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "short_payload_needs_a_short_header",
        &["NCP-HDR-027"],
        "An eight-byte header before a payload that four bytes could announce is refused.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if header.is_ext() && header.len <= 0xFFFF => {
            Err(Refused::new(NCP_FRAME_FLAGS_INVALID, "extended"))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "error_frame_with_a_header_of_its_own",
        &["NCP-HDR-028"],
        "The flags of an ErrorFrame stand before its type.",
    )
    .decode(|seen| {
        seen.mended(|frame| {
            let error = FrameType::Error.to_u8();
            if let Some(front) = frame.get_mut(..2).filter(|front| front.contains(&error)) {
                front.reverse();
            }
        })
    })
    .encode(|seen| {
        seen.rewritten(|frame| {
            if seen.is(FrameType::Error)
                && let Some(front) = frame.get_mut(..2)
            {
                front.reverse();
            }
        })
    }),
];

fn is_extended(frame: &[u8]) -> bool {
    frame.len() >= LONG_LEN && frame[1] & EXT != 0
}

fn short_reversed(frame: &mut [u8]) {
    if frame.len() >= SHORT_LEN && !is_extended(frame) {
        frame[2..SHORT_LEN].reverse();
    }
}

/// Takes the frames of those unassigned types.
fn unassigned(seen: &Decoding<'_>, which: fn(u8) -> bool) -> super::depths::Decoded {
    match seen.header() {
        Some(header) if header.kind().is_none() && which(header.frame) => Ok(json!({
            "header.frame": header.frame, "header.flags": header.flags, "header.len": header.len,
        })),
        _ => seen.truth(),
    }
}
