//! Defects of endpoints in what they write into headers and make of them (reference 2).

use super::defect::Defect;
use super::edit::Edit;
use super::frames::{self, made};
use super::memory::Memory;
use super::sealed::reword;
use crate::DefectLevel::{Codec, Machine};
use serde_json::json;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::code::{
    NCP_ENCODING_UNSUPPORTED, NCP_FRAME_FLAGS_INVALID, NCP_FRAME_PAYLOAD_TOO_LARGE,
    NCP_FRAME_UNKNOWN_TYPE, NPS_CLIENT_BAD_FRAME,
};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{EXT, FINAL, Header, LONG_LEN, Split, T0, T1, split};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Codec,
        "long_payload_under_a_short_header",
        &["NCP-HDR-003", "NCP-HDR-004", "NCP-HDR-006"],
        "A payload beyond 65,535 bytes goes under a four-byte header, whose length wraps.",
    )
    .outgoing(|edit, _| {
        let header = edit.header();
        if header.is_ext() && header.len > 0xFFFF {
            let payload = edit.bytes.split_off(LONG_LEN);
            edit.bytes.clear();
            Header { flags: header.flags & !EXT, ..header }.write(edit.bytes);
            edit.bytes.extend(payload);
        }
    }),
    Defect::node(
        Machine,
        "one_frame_per_read",
        &["NCP-HDR-003"],
        "What a read brings behind its first frame is thrown away.",
    )
    .reads(|read| {
        if let Split::Frame { header_len, payload_len } = split(read) {
            read.truncate(header_len + payload_len);
        }
    }),
    Defect::agent(
        Codec,
        "agent_marks_the_other_encoding",
        &["NCP-HDR-006"],
        "The Agent marks its ActionFrames as JSON whatever they are in.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Action) {
            edit.head(|header| header.flags &= !T0);
        }
    }),
    Defect::node(
        Codec,
        "node_uses_the_old_third_tier",
        &["NCP-HDR-007"],
        "The Node marks AnchorFrames with tier 10.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Anchor) {
            edit.head(|header| header.flags = (header.flags & !T0) | T1);
        }
    }),
    Defect::agent(
        Codec,
        "agent_leaves_final_to_streams",
        &["NCP-HDR-008"],
        "The Agent sets FINAL on StreamFrames alone.",
    )
    .outgoing(|edit, _| final_of(edit, |kind| kind != FrameType::Stream, false)),
    Defect::node(
        Codec,
        "node_leaves_final_to_streams",
        &["NCP-HDR-008"],
        "The Node sets FINAL on StreamFrames alone.",
    )
    .outgoing(|edit, _| final_of(edit, |kind| kind != FrameType::Stream, false)),
    Defect::agent(
        Codec,
        "agent_marks_every_chunk_final",
        &["NCP-HDR-009"],
        "The Agent sets FINAL on every StreamFrame.",
    )
    .outgoing(|edit, _| final_of(edit, |kind| kind == FrameType::Stream, true)),
    Defect::node(
        Codec,
        "node_marks_no_chunk_final",
        &["NCP-HDR-009"],
        "The Node sets FINAL on no StreamFrame.",
    )
    .outgoing(|edit, _| final_of(edit, |kind| kind == FrameType::Stream, false)),
    Defect::agent(
        Codec,
        "agent_uses_a_reserved_flag",
        &["NCP-HDR-010"],
        "The Agent marks QueryFrames with flag bit 4.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Query) {
            edit.head(|header| header.flags |= 0x10);
        }
    }),
    Defect::node(
        Codec,
        "node_uses_a_reserved_flag",
        &["NCP-HDR-010"],
        "The Node marks CapsFrames with flag bit 6.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Caps) {
            edit.head(|header| header.flags |= 0x40);
        }
    }),
    Defect::node(
        Machine,
        "node_calls_reserved_flags_a_bad_frame",
        &["NCP-HDR-011"],
        "A frame with a reserved flag is refused as malformed.",
    )
    .incoming(|edit, _| misjudge(edit, Header::has_reserved, NPS_CLIENT_BAD_FRAME)),
    Defect::agent(
        Machine,
        "agent_calls_reserved_flags_an_encoding",
        &["NCP-HDR-011"],
        "The Agent refuses a frame with a reserved flag as one in an unsupported encoding.",
    )
    .incoming(|edit, _| misjudge(edit, Header::has_reserved, NCP_ENCODING_UNSUPPORTED)),
    Defect::agent(
        Machine,
        "agent_keeps_its_long_headers_quiet",
        &["NCP-HDR-015"],
        "The Agent has the eight-byte header and does not say so.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Hello) {
            edit.remove("ext_support");
        }
    }),
    Defect::node(
        Machine,
        "node_cuts_nothing",
        &["NCP-HDR-016"],
        "The Node believes in a limit of 65535 bytes, whatever the client has named.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) && edit.has("max_frame_payload") {
            memory.number = edit.uint("max_frame_payload");
            edit.set("max_frame_payload", json!(65_535));
        }
    })
    .outgoing(|edit, memory| keep_the_reply(edit, memory))
    .told(|telling, memory| keep_the_report(&mut telling.what, memory)),
    Defect::node(
        Machine,
        "node_measures_records_alone",
        &["NCP-HDR-017"],
        "The Node cuts records to the limit and forgets what stands around them.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) && edit.has("max_frame_payload") {
            memory.number = edit.uint("max_frame_payload");
            let more = memory.number.saturating_add(160).min(65_535);
            edit.set("max_frame_payload", json!(more));
        }
    })
    .outgoing(|edit, memory| keep_the_reply(edit, memory))
    .told(|telling, memory| keep_the_report(&mut telling.what, memory)),
    Defect::node(
        Machine,
        "node_has_no_word_for_too_large",
        &["NCP-HDR-018"],
        "A frame above the limit is reported as malformed.",
    )
    .outgoing(|edit, _| reword(edit, NCP_FRAME_PAYLOAD_TOO_LARGE, NPS_CLIENT_BAD_FRAME)),
    Defect::agent(
        Machine,
        "agent_has_no_word_for_too_large",
        &["NCP-HDR-018"],
        "The Agent reports a frame above the limit as one with invalid flags.",
    )
    .outgoing(|edit, _| reword(edit, NCP_FRAME_PAYLOAD_TOO_LARGE, NCP_FRAME_FLAGS_INVALID)),
    Defect::node(
        Machine,
        "node_has_no_word_for_unknown_types",
        &["NCP-HDR-019"],
        "A frame of an unassigned type is reported as malformed.",
    )
    .outgoing(|edit, _| reword(edit, NCP_FRAME_UNKNOWN_TYPE, NPS_CLIENT_BAD_FRAME)),
    Defect::agent(
        Machine,
        "agent_has_no_word_for_unknown_types",
        &["NCP-HDR-019"],
        "The Agent reports a frame of an unassigned type as one with invalid flags.",
    )
    .outgoing(|edit, _| reword(edit, NCP_FRAME_UNKNOWN_TYPE, NCP_FRAME_FLAGS_INVALID)),
    Defect::node(
        Machine,
        "node_has_no_word_for_encodings",
        &["NCP-HDR-020"],
        "A frame in an encoding that is not in use is reported as malformed.",
    )
    .outgoing(|edit, _| reword(edit, NCP_ENCODING_UNSUPPORTED, NPS_CLIENT_BAD_FRAME)),
    Defect::agent(
        Machine,
        "agent_has_no_word_for_encodings",
        &["NCP-HDR-020"],
        "The Agent reports a frame in an encoding that is not in use as an unknown type.",
    )
    .outgoing(|edit, _| reword(edit, NCP_ENCODING_UNSUPPORTED, NCP_FRAME_UNKNOWN_TYPE)),
    Defect::node(
        Machine,
        "node_reads_reserved_tiers",
        &["NCP-HDR-021"],
        "A frame in a reserved tier is read as MsgPack.",
    )
    .incoming(|edit, _| reserved_tier(edit)),
    Defect::agent(
        Machine,
        "agent_reads_reserved_tiers",
        &["NCP-HDR-021"],
        "The Agent reads a frame in a reserved tier as MsgPack.",
    )
    .incoming(|edit, _| reserved_tier(edit)),
    Defect::node(
        Machine,
        "frames_of_ndp_handed_to_nip",
        &["NCP-HDR-022"],
        "What belongs to NDP is handed to NIP.",
    )
    .told(|telling, _| {
        if let Event::Received { frame, .. } = &mut telling.what
            && matches!(frame.as_str(), "ANNOUNCE" | "RESOLVE" | "GRAPH")
        {
            "IDENT".clone_into(frame);
        }
    }),
    Defect::node(
        Machine,
        "node_has_frames_of_its_own",
        &["NCP-HDR-023"],
        "The Node follows its reply with a frame of type F0.",
    )
    .outgoing(|edit, _| {
        if edit.is_reply() {
            let mut frame = made(FrameType::Caps, Tier::Json, json!({"frame": "0xF0"}));
            frame[0] = 0xF0;
            edit.added.after.push(frame);
        }
    }),
    Defect::node(
        Codec,
        "node_writes_into_the_reserved_pair",
        &["NCP-HDR-025"],
        "The Node counts its frames in the reserved pair of eight-byte headers.",
    )
    .outgoing(|edit, memory| {
        if edit.header().is_ext() {
            let number = memory.count("frames") as u16 + 1;
            edit.head(|header| header.reserved = number);
        }
    }),
    Defect::agent(
        Machine,
        "agent_uses_long_headers_unasked",
        &["NCP-HDR-026"],
        "The Agent puts eight-byte headers before its QueryFrames, agreed or not.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Query) {
            edit.head(|header| header.flags |= EXT);
        }
    }),
    Defect::node(
        Machine,
        "node_calls_long_headers_a_bad_frame",
        &["NCP-HDR-026"],
        "An eight-byte header that was not agreed on is reported as a malformed frame.",
    )
    .incoming(|edit, memory| {
        if !memory.setup.ext {
            misjudge(edit, Header::is_ext, NPS_CLIENT_BAD_FRAME);
        }
    }),
    Defect::node(
        Machine,
        "node_wants_the_shortest_header",
        &["NCP-HDR-027"],
        "An eight-byte header before a short payload is refused.",
    )
    .incoming(|edit, memory| {
        if memory.setup.ext {
            let wasteful = |header: &Header| header.is_ext() && header.len <= 0xFFFF;
            misjudge(edit, wasteful, NCP_FRAME_FLAGS_INVALID);
        }
    }),
    Defect::agent(
        Machine,
        "agent_aligns_by_align_frame",
        &["NCP-HDR-029"],
        "The Agent aligns its state by AlignFrame.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::AlignStream) {
            let token = FrameType::Align;
            edit.change(|members| members.retain(|(name, _)| name != "frame"));
            edit.head(|header| header.frame = token.to_u8());
        }
    }),
];

fn final_of(edit: &mut Edit<'_>, which: fn(FrameType) -> bool, set: bool) {
    if edit.kind().is_some_and(which) {
        edit.head(|header| match set {
            true => header.flags |= FINAL,
            false => header.flags &= !FINAL,
        });
    }
}

/// Refuses a frame for its header, with a code that does not fit.
fn misjudge(edit: &mut Edit<'_>, which: fn(&Header) -> bool, code: &str) {
    if which(&edit.header()) && !edit.is(FrameType::Hello) && !edit.is_reply() {
        edit.withhold();
        edit.added.replies.push(frames::error(code, Tier::Json));
    }
}

fn reserved_tier(edit: &mut Edit<'_>) {
    if edit.header().flags & T1 != 0 {
        edit.bytes[1] = (edit.bytes[1] & !T1) | T0;
    }
}

/// The limit is reported as it would have been.
fn keep_the_report(event: &mut Event, memory: &Memory) {
    if let Event::Ready { max_frame_payload, .. } = event
        && memory.number > 0
    {
        let agreed = memory.number.min((*max_frame_payload).into());
        *max_frame_payload = u32::try_from(agreed).unwrap_or(u32::MAX);
    }
}

/// The reply tells the limit that it would have told.
fn keep_the_reply(edit: &mut Edit<'_>, memory: &Memory) {
    if edit.is_reply() && memory.number > 0 {
        let agreed = memory.number.min(edit.uint("data.0.max_frame_payload"));
        edit.set("data.0.max_frame_payload", json!(agreed));
    }
}
