//! Defects of the codec where every message starts: bytes, header, extension blocks.

use super::defect::Defect;
use super::depths::Decoding;
use crate::DefectLevel::{Codec, Machine};
use wireproof_wire::nnrp::MessageType::{self, ClientHello, FrameSubmit, Ping, ServerHelloAck};
use wireproof_wire::nnrp::header::HEADER_LEN;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec(
        "flow_credit_big_endian",
        &["NNRP-ENC-001"],
        "FLOW_UPDATE writes its credits with the high byte first.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, MessageType::FlowUpdate) {
                [44, 46, 48].iter().for_each(|&at| packet[at..at + 2].reverse());
            }
        })
    }),
    Defect::codec(
        "structs_aligned_natively",
        &["NNRP-ENC-002"],
        "SESSION_CLOSE_ACK is copied from a struct whose 64-bit number stands at a multiple of 8.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, MessageType::SessionCloseAck) {
                packet.splice(44..44, [0; 4]);
                add(packet, 12, 4);
            }
        })
    }),
    Defect::codec(
        "unassigned_values_taken",
        &["NNRP-ENC-005"],
        "Numbers of profiles, statuses and layouts beyond the assigned ones are taken.",
    )
    .decode(|seen| seen.without(&["NNRP-ENC-005"])),
    Defect::codec(
        "trailing_bytes_ignored",
        &["NNRP-ENC-006"],
        "What follows the declared size in a delimited packet is cut off and forgotten.",
    )
    .decode(|seen| {
        let size = HEADER_LEN + word(seen.bytes, 12) + word(seen.bytes, 16);
        match seen.kind == "packet" && size < seen.bytes.len() && size >= HEADER_LEN {
            true => seen.instead(&seen.bytes[..size]),
            false => seen.truth(),
        }
    }),
    Defect::codec(
        "sizes_wrap",
        &["NNRP-ENC-007"],
        "The declared size is added up in 32 bits and wraps; what is there is then the body.",
    )
    .decode(|seen| {
        let size = word(seen.bytes, 12) as u64 + word(seen.bytes, 16) as u64;
        if seen.kind != "packet" || size <= u64::from(u32::MAX) {
            return seen.truth();
        }
        seen.mended(|packet| {
            let rest = packet.len().saturating_sub(HEADER_LEN + word(packet, 12));
            if let Some(len) = packet.get_mut(16..20) {
                len.copy_from_slice(&(rest as u32).to_le_bytes());
            }
        })
    }),
    Defect::codec(
        "json_metadata_taken",
        &["NNRP-ENC-009"],
        "Metadata that starts with a brace is handed to a JSON reader.",
    )
    .decode(|seen| {
        let json = seen.is(FrameSubmit) && seen.bytes.get(HEADER_LEN) == Some(&b'{');
        seen.truth().or_else(|why| if json { Ok(serde_json::json!({})) } else { Err(why) })
    }),
    Defect::codec(
        "magic_not_looked_at",
        &["NNRP-HDR-001"],
        "The first four bytes of a packet are skipped.",
    )
    .decode(|seen| {
        seen.mended(|packet| {
            if packet.len() >= HEADER_LEN {
                packet[..4].copy_from_slice(b"NNRP");
            }
        })
    }),
    Defect::codec(
        "header_len_not_looked_at",
        &["NNRP-HDR-004"],
        "header_len is skipped: the header has 40 bytes whatever it says.",
    )
    .decode(|seen| match seen.kind {
        "packet" => seen.mended(|packet| {
            if let Some(len) = packet.get_mut(7) {
                *len = HEADER_LEN as u8;
            }
        }),
        _ => seen.truth(),
    }),
    Defect::codec(
        "trace_id_as_a_double",
        &["NNRP-HDR-014"],
        "The trace id passes through a double and loses its lowest bits on the way back.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if let Some(Ok(trace)) = packet.get(32..40).map(<[u8; 8]>::try_from) {
                let rounded = u64::from_le_bytes(trace) & !0x7FF;
                packet[32..40].copy_from_slice(&rounded.to_le_bytes());
            }
        })
    }),
    Defect::server(
        Machine,
        "same_trace_is_a_repetition",
        &["NNRP-HDR-012"],
        "A PING under a trace id that was seen before is taken for a repetition and left alone.",
    )
    .incoming(|edit, memory| {
        let trace = edit.get("header.trace_id");
        if edit.is(Ping) {
            let seen = (0, (trace >> 32) as u32, trace as u32);
            match memory.operations.contains(&seen) {
                true => edit.withhold(),
                false => memory.operations.push(seen),
            }
        }
    }),
    Defect::codec(
        "extension_length_counts_filler",
        &["NNRP-EXT-001"],
        "ext_len counts the filler behind the payload of an extension entry.",
    )
    .encode(|seen| {
        let mut fields = seen.fields.clone();
        let keys = ["extensions", "body.extensions"];
        let Some(key) = keys.iter().find(|key| fields.get(**key).is_some()) else {
            return seen.truth();
        };
        for entry in fields[*key].as_array_mut().into_iter().flatten() {
            let digits = entry["payload"].as_str().unwrap_or_default();
            let width = digits.len().next_multiple_of(16);
            entry["payload"] = format!("{digits:0<width$}").into();
        }
        seen.instead(&fields)
    }),
    Defect::codec(
        "extension_type_0_skipped",
        &["NNRP-EXT-005"],
        "Extension entries of type 0 and unassigned extension flags are skipped.",
    )
    .decode(|seen| seen.without(&["NNRP-EXT-005"])),
    Defect::codec(
        "hello_extensions_anywhere",
        &["NNRP-EXT-006"],
        "The hello extensions are taken in every message and at any length.",
    )
    .decode(|seen| seen.without(&["NNRP-EXT-006"])),
    Defect::codec(
        "data_with_extension_block",
        &["NNRP-EXT-007"],
        "An extension block behind the regions of a submit or result is read as in any message.",
    )
    .decode(|seen| {
        let data = seen.is(FrameSubmit) || seen.is(MessageType::ResultPush);
        seen.truth().or_else(|why| match extension_behind(seen) {
            Some(shorter) if data => seen.instead(&shorter),
            _ => Err(why),
        })
    }),
    Defect::codec(
        "hello_of_60_bytes",
        &["NNRP-NEG-003"],
        "The metadata of the hello messages ends before its last word.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, ClientHello) || is(packet, ServerHelloAck) {
                let end = HEADER_LEN + word(packet, 12);
                if end >= HEADER_LEN + 4 && end <= packet.len() {
                    packet.drain(end - 4..end);
                    add(packet, 12, -4);
                }
            }
        })
    }),
    Defect::server(
        Codec,
        "empty_offers_taken",
        &["NNRP-NEG-005"],
        "A hello that offers no wire format, no profile or no payload family is taken to offer the \
         first.",
    )
    .incoming(|edit, _| {
        if edit.is(ClientHello) {
            for field in [
                "supported_wire_format_bitmap",
                "supported_profile_bitmap",
                "supported_payload_kind_bitmap",
            ] {
                edit.set(field, edit.get(field) | 1);
            }
        }
    }),
    Defect::codec(
        "critical_frames_offered",
        &["NNRP-NEG-006"],
        "Payload families beyond bit 6 and bitmaps of critical extension frames are taken.",
    )
    .decode(|seen| seen.without(&["NNRP-NEG-006"])),
    Defect::codec(
        "hello_lengths_not_checked",
        &["NNRP-NEG-009"],
        "The block lengths of a hello need not add up to its body.",
    )
    .decode(|seen| seen.without(&["NNRP-NEG-009"])),
    Defect::codec(
        "any_server_flags",
        &["NNRP-NEG-017"],
        "Unassigned bits of server_flags are taken.",
    )
    .decode(|seen| seen.without(&["server_flags"])),
    Defect::codec(
        "ping_with_a_clock",
        &["NNRP-CON-009"],
        "PING carries the clock of its sender in eight bytes of body.",
    )
    .encode(|seen| {
        seen.rewritten(|packet| {
            if is(packet, Ping) {
                add(packet, 16, 8);
                packet.extend([0x11; 8]);
            }
        })
    }),
];

/// Whether a packet is of that type.
pub fn is(packet: &[u8], kind: MessageType) -> bool {
    packet.starts_with(b"NNRP") && packet.get(6) == Some(&(kind as u8))
}

/// Adds to the 32-bit number at `at`, if there is one.
pub fn add(packet: &mut [u8], at: usize, number: i32) {
    let old = word(packet, at) as u32;
    if let Some(word) = packet.get_mut(at..at + 4) {
        word.copy_from_slice(&old.wrapping_add_signed(number).to_le_bytes());
    }
}

/// The 32-bit number at `at`; 0 behind the end.
fn word(bytes: &[u8], at: usize) -> usize {
    let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
    word.map_or(0, u32::from_le_bytes) as usize
}

/// The packet without the one extension entry it ends with.
fn extension_behind(seen: &Decoding<'_>) -> Option<Vec<u8>> {
    let at = seen.bytes.len().checked_sub(16)?;
    let announced = word(seen.bytes, at + 4);
    let vendor = seen.bytes[at + 1] & 0x80 != 0;
    let body = word(seen.bytes, 16).checked_sub(16)?;
    let mut shorter = seen.bytes[..at].to_vec();
    shorter.get_mut(16..20)?.copy_from_slice(&(body as u32).to_le_bytes());
    (vendor && (1..=8).contains(&announced)).then_some(shorter)
}
