//! Defects of flow control.

use super::defect::Defect;
use super::edit::Edit;
use super::memory::Memory;
use super::report::{Asking, Telling};
use super::stream::called;
use crate::DefectLevel::{Codec, Machine};
use serde_json::json;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::FINAL;
use wireproof_wire::ncp::{Command, Event};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Codec,
        "window_missing_in_the_opener",
        &["NCP-FLOW-001"],
        "The first chunk of a stream with flow control has no window_size.",
    )
    .outgoing(|edit, _| {
        if opens(edit) {
            edit.remove("window_size");
        }
    }),
    Defect::node(
        Machine,
        "chunks_cost_nothing",
        &["NCP-FLOW-002", "NCP-FLOW-008"],
        "Three chunks go beyond the window.",
    )
    .asked(|asking, memory| window(asking, memory, |size| size.saturating_add(3)))
    .outgoing(restore),
    Defect::agent(
        Machine,
        "chunks_of_an_agent_cost_nothing",
        &["NCP-FLOW-002", "NCP-FLOW-008"],
        "Three chunks go beyond the window.",
    )
    .asked(|asking, memory| window(asking, memory, |size| size.saturating_add(3)))
    .outgoing(restore),
    Defect::agent(
        Machine,
        "updates_end_the_stream",
        &["NCP-FLOW-003"],
        "A frame that opens the window again is marked as the last.",
    )
    .incoming(note_opener)
    .outgoing(|edit, memory| {
        if updates(edit, memory) {
            edit.head(|header| header.flags |= FINAL);
            edit.set("is_last", json!(true));
        }
    }),
    Defect::agent(
        Machine,
        "updates_without_a_size",
        &["NCP-FLOW-003"],
        "A frame that opens the window again does not say by how much.",
    )
    .incoming(note_opener)
    .outgoing(|edit, memory| {
        if updates(edit, memory) {
            edit.remove("window_size");
        }
    }),
    Defect::node(
        Machine,
        "window_of_zero_means_nothing",
        &["NCP-FLOW-004", "NCP-FLOW-008"],
        "A new window of zero is overlooked.",
    )
    .outgoing(note_opener)
    .incoming(|edit, memory| {
        if updates(edit, memory) && edit.uint("window_size") == 0 {
            edit.withhold();
        }
    }),
    Defect::node(
        Machine,
        "every_stream_is_counted",
        &["NCP-FLOW-005"],
        "A stream that began without window_size has a window of 1.",
    )
    .asked(|asking, _| {
        if let Command::Open(open) = &mut asking.what {
            open.window.get_or_insert(1);
        }
    })
    .outgoing(|edit, _| {
        if opens(edit) && edit.uint("window_size") == 1 {
            edit.remove("window_size");
        }
    }),
    Defect::agent(
        Machine,
        "overflow_is_taken",
        &["NCP-FLOW-006"],
        "Data beyond the window is taken without a word.",
    )
    .incoming(|edit, _| {
        if opens(edit) {
            edit.remove("window_size");
        }
    }),
    Defect::agent(
        Machine,
        "overflow_is_a_bad_frame",
        &["NCP-FLOW-006"],
        "Data beyond the window is called a frame of bad form.",
    )
    .outgoing(|edit, _| called(edit, "NCP-STREAM-WINDOW-OVERFLOW", "NPS-CLIENT-BAD-FRAME")),
    Defect::node(
        Machine,
        "given_up_and_goes_on",
        &["NCP-FLOW-007"],
        "A sender that was told of an overflow goes on with its stream.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("error").starts_with("NCP-STREAM-WINDOW") {
            edit.remove("details");
        }
    }),
    Defect::node(
        Machine,
        "windows_are_added",
        &["NCP-FLOW-009"],
        "A new window is added to what is left of the old one.",
    )
    .outgoing(|edit, memory| {
        note_opener(edit, memory);
        let place = edit.text("stream_id");
        if opens(edit) {
            memory.numbers.insert(place, edit.uint("window_size"));
        } else if edit.is(FrameType::Stream)
            && let Some(left) = memory.numbers.get_mut(&place)
        {
            *left = left.saturating_sub(1);
        }
    })
    .incoming(|edit, memory| {
        let place = edit.text("stream_id");
        if updates(edit, memory)
            && let Some(left) = memory.numbers.get_mut(&place)
        {
            *left = left.saturating_add(edit.uint("window_size"));
            let sum = *left;
            instead(edit, memory, sum);
        }
    })
    .told(tells_what_came),
    Defect::node(
        Machine,
        "updates_use_the_window",
        &["NCP-FLOW-010"],
        "A frame that opens a window takes one from it.",
    )
    .outgoing(note_opener)
    .incoming(|edit, memory| {
        if updates(edit, memory) {
            instead(edit, memory, edit.uint("window_size").saturating_sub(1));
        }
    })
    .told(tells_what_came),
    Defect::node(
        Machine,
        "one_more_than_admitted",
        &["NCP-FLOW-008"],
        "A window that was opened again admits one chunk more than it says.",
    )
    .outgoing(note_opener)
    .incoming(|edit, memory| {
        let size = edit.uint("window_size");
        if updates(edit, memory) && size > 0 {
            instead(edit, memory, size.saturating_add(1));
        }
    })
    .told(tells_what_came),
    Defect::node(
        Machine,
        "number_lost_in_waiting",
        &["NCP-FLOW-011", "NCP-STREAM-003"],
        "A sender that had to wait leaves one number out.",
    )
    .incoming(note_update)
    .outgoing(|edit, memory| number_after_waiting(edit, memory, |seq| seq.saturating_add(1))),
    Defect::node(
        Machine,
        "number_used_again_after_waiting",
        &["NCP-FLOW-011"],
        "A sender that had to wait goes on with the number that it had used last.",
    )
    .incoming(note_update)
    .outgoing(|edit, memory| number_after_waiting(edit, memory, |seq| seq.saturating_sub(1))),
    Defect::node(
        Machine,
        "one_window_for_all",
        &["NCP-FLOW-012"],
        "A pause of one stream is one of all that this side opened.",
    )
    .outgoing(|edit, memory| {
        note_opener(edit, memory);
        if edit.is(FrameType::Stream) && (edit.flag("is_last") || edit.has("error_code")) {
            let over = edit.text("stream_id");
            memory.names.retain(|name| *name != over);
        }
    })
    .incoming(|edit, memory| {
        if !updates(edit, memory) || edit.uint("window_size") > 0 {
            return;
        }
        let own = edit.text("stream_id");
        let original = edit.bytes.clone();
        for name in memory.names.iter().filter(|name| **name != own) {
            edit.set("stream_id", json!(name));
            edit.added.before.push(edit.bytes.clone());
            *memory.numbers.entry(name.clone()).or_default() += 1;
        }
        *edit.bytes = original;
    })
    .told(|telling, memory| {
        // Nobody asked the others to pause.
        if let Event::Window { stream_id, .. } = &telling.what
            && let Some(paused) = memory.numbers.get_mut(stream_id)
            && *paused > 0
        {
            *paused -= 1;
            telling.withhold();
        }
    }),
    Defect::node(
        Machine,
        "opener_takes_all",
        &["NCP-FLOW-002", "NCP-FLOW-013"],
        "The first chunk takes everything from the window that it brings.",
    )
    .asked(|asking, memory| window(asking, memory, |_| 0))
    .outgoing(restore),
    Defect::model(
        "opener_counts_as_well",
        &["NCP-FLOW-013"],
        "The first chunk takes one from the window that it brings.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if machine.is("stream_sender")
            && let Some(size) = event.pointer_mut("/start/window_size")
        {
            *size = json!(size.as_u64().unwrap_or_default().saturating_sub(1));
        }
        machine.truth(&event)
    }),
    Defect::model(
        "slow_to_open_again",
        &["NCP-FLOW-004"],
        "A stream that waits stays waiting when the window opens.",
    )
    .machine(|machine, event| {
        let waits = machine.is("stream_sender") && machine.state()["state"] == json!("paused");
        let size = event.get("reverse").and_then(|reverse| reverse["window_size"].as_u64());
        match waits && size.is_some_and(|size| size > 0) {
            true => Ok(json!({"do": "window"})),
            false => machine.truth(event),
        }
    }),
    Defect::model(
        "room_for_one_less",
        &["NCP-FLOW-003", "NCP-FLOW-010"],
        "A receiver takes one from the window that it opens.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if let Some(room) = event.get_mut("room")
            && room["size"] != json!(0)
        {
            room["size"] = json!(room["size"].as_u64().unwrap_or(1) - 1);
        }
        machine.truth(&event)
    }),
];

/// Whether it is the first chunk of a stream with something in it.
fn opens(edit: &Edit<'_>) -> bool {
    edit.is(FrameType::Stream) && edit.uint("seq") == 0 && edit.has("data.0")
}

/// Notes the name of a stream that begins.
fn note_opener(edit: &mut Edit<'_>, memory: &mut Memory) {
    if opens(edit) {
        memory.knows(&edit.text("stream_id"));
    }
}

/// Whether it is a new window for a stream that was noted.
fn updates(edit: &Edit<'_>, memory: &Memory) -> bool {
    edit.is(FrameType::Stream)
        && edit.has("window_size")
        && !edit.has("data.0")
        && memory.names.contains(&edit.text("stream_id"))
}

/// Notes that a stream may go on.
fn note_update(edit: &mut Edit<'_>, memory: &mut Memory) {
    if updates(edit, memory) && edit.uint("window_size") > 0 {
        memory.numbers.insert(edit.text("stream_id"), 1);
    }
}

/// Changes the numbers of a stream that had to wait.
fn number_after_waiting(edit: &mut Edit<'_>, memory: &mut Memory, change: fn(u64) -> u64) {
    note_opener(edit, memory);
    if edit.is(FrameType::Stream) && memory.numbers.contains_key(&edit.text("stream_id")) {
        edit.set("seq", json!(change(edit.uint("seq"))));
    }
}

/// Puts another window in the place of the one that arrived, which is noted.
fn instead(edit: &mut Edit<'_>, memory: &mut Memory, size: u64) {
    let came = format!("came {}", edit.text("stream_id"));
    memory.numbers.insert(came, edit.uint("window_size"));
    edit.set("window_size", json!(size));
}

/// Tells the window that arrived.
fn tells_what_came(telling: &mut Telling, memory: &mut Memory) {
    if let Event::Window { stream_id, size, .. } = &mut telling.what
        && let Some(came) = memory.numbers.get(&format!("came {stream_id}"))
    {
        *size = u32::try_from(*came).unwrap_or(u32::MAX);
    }
}

/// Opens a stream with another window than was asked for, which is noted.
fn window(asking: &mut Asking, memory: &mut Memory, change: fn(u32) -> u32) {
    if let Command::Open(open) = &mut asking.what
        && let Some(size) = &mut open.window
    {
        memory.numbers.insert(open.stream_id.clone(), (*size).into());
        *size = change(*size);
    }
}

/// Puts the window that was asked for into the first chunk.
fn restore(edit: &mut Edit<'_>, memory: &mut Memory) {
    if opens(edit)
        && let Some(size) = memory.numbers.get(&edit.text("stream_id"))
    {
        edit.set("window_size", json!(size));
    }
}
