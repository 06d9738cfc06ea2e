//! Defects of streams: numbers, names, slots, ends.

use super::defect::Defect;
use super::edit::Edit;
use crate::DefectLevel::{Codec, Machine};
use crate::Refused;
use serde_json::{Value, json};
use wireproof_wire::ncp::code::{self, NPS_CLIENT_BAD_FRAME};
use wireproof_wire::ncp::digest;
use wireproof_wire::ncp::event::Event;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::FINAL;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec("streams_with_gaps", &["NCP-STREAM-001"], "A StreamFrame may lack any member.")
        .decode(|seen| match seen.is(FrameType::Stream) {
            true => seen.without(&["NCP-STREAM-001"]),
            false => seen.truth(),
        }),
    Defect::codec("streams_of_any_name", &["NCP-STREAM-002"], "A stream may be named by any text.")
        .decode(|seen| seen.without(&["NCP-STREAM-002"])),
    Defect::codec(
        "every_chunk_names_its_schema",
        &["NCP-STREAM-008"],
        "A chunk with records and no schema is refused.",
    )
    .decode(|seen| {
        let decoded = seen.truth()?;
        let members = &decoded["payload"];
        let bare = members.get("anchor_ref").is_none() && members["data"] != json!([]);
        match seen.is(FrameType::Stream) && bare {
            true => Err(Refused::new(NPS_CLIENT_BAD_FRAME, "anchor_ref")),
            false => Ok(decoded),
        }
    }),
    Defect::codec(
        "error_code_is_lost",
        &["NCP-STREAM-010"],
        "The error code of a last chunk is not read.",
    )
    .decode(|seen| {
        let mut decoded = seen.truth()?;
        if seen.is(FrameType::Stream)
            && let Some(members) = decoded["payload"].as_object_mut()
        {
            members.remove("error_code");
        }
        Ok(decoded)
    }),
    Defect::node(
        Codec,
        "aborts_are_not_last",
        &["NCP-STREAM-010"],
        "A chunk with an error code is not marked as the last.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Stream) && edit.has("error_code") {
            edit.head(|header| header.flags &= !FINAL);
            edit.set("is_last", json!(false));
        }
    }),
    Defect::node(
        Machine,
        "numbers_from_one",
        &["NCP-STREAM-003"],
        "The first chunk of a stream has the number 1.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Stream) {
            edit.set("seq", json!(edit.uint("seq").saturating_add(1)));
        }
    }),
    Defect::agent(
        Machine,
        "even_numbers_alone",
        &["NCP-STREAM-003"],
        "Numbers of chunks rise by two.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Stream) {
            edit.set("seq", json!(edit.uint("seq") * 2));
        }
    }),
    Defect::node(
        Machine,
        "streams_never_end",
        &["NCP-STREAM-004"],
        "The last chunk of a stream is not marked.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Stream) && edit.flag("is_last") && !edit.has("error_code") {
            edit.head(|header| header.flags &= !FINAL);
            edit.set("is_last", json!(false));
        }
    }),
    Defect::agent(
        Machine,
        "chunks_in_swapped_pairs",
        &["NCP-STREAM-005"],
        "Every second chunk is handed up before the one ahead of it.",
    )
    .told(|telling, memory| match telling.what {
        Event::Chunk { .. } => match memory.events.pop() {
            Some(held) => telling.after.push(held),
            None => {
                memory.events.push(telling.what.clone());
                telling.withhold();
            }
        },
        Event::Ended { .. } => telling.before.append(&mut memory.events),
        _ => {}
    }),
    Defect::agent(
        Machine,
        "gaps_overlooked",
        &["NCP-STREAM-005", "NCP-STREAM-006"],
        "A chunk whose number is too high is taken for the next one.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Stream) {
            let (seq, stream_id) = (edit.uint("seq"), edit.text("stream_id"));
            let next = memory.numbers.entry(stream_id).or_default();
            if seq == 0 || *next > 0 {
                if seq > *next {
                    edit.set("seq", json!(*next));
                }
                *next = seq.min(*next) + 1;
            }
        }
    }),
    Defect::agent(
        Machine,
        "gap_is_a_bad_frame",
        &["NCP-STREAM-006"],
        "A missing number is called a frame of bad form.",
    )
    .outgoing(|edit, _| called(edit, "NCP-STREAM-SEQ-GAP", "NPS-CLIENT-BAD-FRAME")),
    Defect::agent(
        Machine,
        "missing_stream_is_a_bad_parameter",
        &["NCP-STREAM-007"],
        "A stream that does not exist is called a bad parameter.",
    )
    .outgoing(|edit, _| called(edit, "NCP-STREAM-NOT-FOUND", "NPS-CLIENT-BAD-PARAM")),
    Defect::node(
        Machine,
        "numbers_as_text_in_records",
        &["NCP-STREAM-009"],
        "The price in the records of a stream is a truth value.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Stream) && edit.has("data.0.stock") {
            edit.set("data.0.stock", json!(true));
        }
    }),
    Defect::model(
        "numbers_begin_again",
        &["NCP-STREAM-011"],
        "The number behind the highest one is 0, and the stream goes on.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        if taken["seq"] == json!(u32::MAX) {
            taken["last"] = json!(false);
        }
        Ok(taken)
    }),
    Defect::node(
        Machine,
        "one_more_behind_the_last",
        &["NCP-STREAM-004", "NCP-STREAM-015"],
        "Behind the last chunk of a stream goes an empty one.",
    )
    .outgoing(|edit, _| {
        if is_last(edit) && !edit.has("error_code") {
            let last = edit.bytes.clone();
            edit.head(|header| header.flags &= !FINAL);
            edit.set("is_last", json!(false));
            edit.set("seq", json!(edit.uint("seq").saturating_add(1)));
            edit.set("data", json!([]));
            edit.added.before.push(last);
        }
    }),
    Defect::node(
        Machine,
        "one_more_behind_an_abort",
        &["NCP-STREAM-015"],
        "A stream that was aborted comes to a regular end behind it.",
    )
    .outgoing(|edit, memory| {
        let stream_id = edit.text("stream_id");
        if !edit.is(FrameType::Stream) {
            return;
        }
        if edit.has("data.0") {
            memory.knows(&stream_id);
        }
        if edit.has("error_code") && memory.names.contains(&stream_id) {
            let abort = edit.bytes.clone();
            edit.remove("error_code");
            edit.set("seq", json!(edit.uint("seq").saturating_add(1)));
            let more = core::mem::replace(edit.bytes, abort);
            edit.added.after.push(more);
        }
    }),
    Defect::agent(
        Machine,
        "gap_ends_the_connection",
        &["NCP-STREAM-017"],
        "The fault of one stream ends the connection.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("error").starts_with("NCP-STREAM-") {
            edit.hang_up = true;
        }
    }),
    Defect::agent(
        Machine,
        "duplicates_are_handed_up",
        &["NCP-STREAM-018"],
        "A chunk that arrives twice is handed up twice.",
    )
    .incoming(|edit, memory| {
        if !edit.is(FrameType::Stream) || edit.has("error_code") {
            return;
        }
        let stream_id = edit.text("stream_id");
        if memory.knows(&format!("{stream_id} {}", edit.uint("seq"))) {
            let data = edit.get("data");
            let records: Vec<_> = serde_json::from_value(data).unwrap_or_default();
            edit.added.events.push(Event::Chunk {
                conn: edit.conn,
                stream_id,
                seq: u32::try_from(edit.uint("seq")).unwrap_or_default(),
                count: u32::try_from(records.len()).unwrap_or_default(),
                digest: digest::records(&records),
            });
        }
    }),
    Defect::agent(
        Machine,
        "chunks_go_to_the_newest_stream",
        &["NCP-STREAM-019"],
        "Whatever stream a chunk is of, it is handed up as one of the stream opened last.",
    )
    .told(|telling, memory| match &mut telling.what {
        Event::Opened { stream_id, .. } => memory.names.push(stream_id.clone()),
        Event::Chunk { stream_id, .. } => {
            if let Some(newest) = memory.names.last() {
                stream_id.clone_from(newest);
            }
        }
        _ => {}
    }),
    Defect::agent(
        Machine,
        "names_are_taken_again",
        &["NCP-STREAM-020"],
        "The name of a stream that has ended may be given to another one.",
    )
    .incoming(|edit, memory| {
        if !edit.is(FrameType::Stream) {
            return;
        }
        let stream_id = edit.text("stream_id");
        if edit.uint("seq") == 0 && memory.names.contains(&format!("over {stream_id}")) {
            memory.names.push(format!("again {stream_id}"));
        }
        if memory.names.contains(&format!("again {stream_id}")) {
            edit.set("stream_id", Value::String(other(&stream_id)));
        }
    })
    .told(|telling, memory| {
        if let Event::Opened { stream_id, .. }
        | Event::Chunk { stream_id, .. }
        | Event::Ended { stream_id, .. } = &mut telling.what
        {
            let own = other(stream_id);
            if memory.names.contains(&format!("again {own}")) {
                *stream_id = own;
            }
        }
        if let Event::Ended { stream_id, .. } = &telling.what {
            memory.names.push(format!("over {stream_id}"));
        }
    }),
    Defect::node(
        Machine,
        "opener_without_a_schema",
        &["NCP-STREAM-021"],
        "The first chunk of a stream does not name the schema of its records.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Stream) && edit.uint("seq") == 0 && edit.has("data.0") {
            edit.remove("anchor_ref");
        }
    }),
];

/// Whether it is the last chunk of a stream.
fn is_last(edit: &Edit<'_>) -> bool {
    edit.is(FrameType::Stream) && edit.flag("is_last")
}

/// Another name: the last digit of a name is another one, and the same back.
fn other(name: &str) -> String {
    let mut other = name.to_owned();
    let last = other.pop().and_then(|digit| digit.to_digit(16)).unwrap_or(0);
    other.extend(char::from_digit(15 - last, 16));
    other
}

/// Gives an ErrorFrame with one code another one, and the status that belongs to it.
pub fn called(edit: &mut Edit<'_>, code: &str, instead: &str) {
    if edit.is(FrameType::Error) && edit.text("error") == code {
        edit.set("error", json!(instead));
        edit.set("status", json!(code::status_of(instead).unwrap_or(instead)));
    }
}
