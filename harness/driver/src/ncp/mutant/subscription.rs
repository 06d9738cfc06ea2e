//! Defects of subscriptions.

use super::defect::Defect;
use super::stream::called;
use crate::DefectLevel::{Machine, Recovery};
use serde_json::json;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Machine,
        "events_from_zero",
        &["NWP-FRM-009"],
        "The first event of a subscription has the number 0.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Diff) && edit.has("seq") {
            edit.set("seq", json!(edit.uint("seq").saturating_sub(1)));
        }
    }),
    Defect::node(
        Machine,
        "events_skip_a_number",
        &["NWP-FRM-009"],
        "Numbers of events rise by two.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Diff) && edit.has("seq") {
            edit.set("seq", json!((edit.uint("seq") * 2).saturating_sub(1)));
        }
    }),
    Defect::node(
        Recovery,
        "too_old_means_from_now",
        &["NWP-FRM-010"],
        "Whoever resumes before the first event that is kept begins with what comes.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("error") == "NWP-SUBSCRIBE-SEQ-TOO-OLD" {
            edit.withhold();
        }
    }),
    Defect::node(
        Recovery,
        "too_old_is_not_found",
        &["NWP-FRM-010"],
        "Whoever resumes before the first event that is kept is told there is no such stream.",
    )
    .outgoing(|edit, _| {
        called(edit, "NWP-SUBSCRIBE-SEQ-TOO-OLD", "NWP-SUBSCRIBE-STREAM-NOT-FOUND");
    }),
    Defect::agent(
        Recovery,
        "missing_events_are_missed",
        &["NWP-FRM-011"],
        "An Agent that misses an event does nothing about it.",
    )
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Subscribe) && memory.count(edit.text("stream_id")) > 0 {
            edit.withhold();
        }
    }),
    Defect::node(
        Recovery,
        "subscribers_outlive_their_connection",
        &["NWP-FRM-005"],
        "What a Node has for a subscriber goes to the next connection.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Subscribe) {
            memory.knows(&edit.text("stream_id"));
        }
        if edit.is(FrameType::Hello) {
            memory.count("hello");
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Stream) || edit.is(FrameType::Diff) {
            memory.kept = vec![(edit.conn, edit.stream, edit.bytes.clone())];
        }
        let again = memory.numbers.get("hello").is_some_and(|count| *count > 1);
        if edit.is_reply()
            && again
            && let Some((_, _, frame)) = memory.kept.pop()
        {
            edit.added.after.push(frame);
        }
    }),
    Defect::model(
        "numbers_of_changes_alone",
        &["NWP-FRM-009"],
        "What nobody is there to hear gets no number.",
    )
    .machine(|machine, event| {
        let away = machine.is("subscription") && machine.state()["state"] == json!("away");
        match away && event.get("change").is_some() {
            true => Ok(json!({"do": "keep"})),
            false => machine.truth(event),
        }
    }),
    Defect::model(
        "resumed_from_anywhere",
        &["NWP-FRM-010"],
        "Whoever resumes before the first event that is kept begins with what comes.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|refused| {
            let mut event = event.clone();
            match event.get_mut("subscribe").and_then(|subscribe| subscribe.as_object_mut()) {
                Some(members) if refused.kind == "NWP-SUBSCRIBE-SEQ-TOO-OLD" => {
                    members.remove("resume_from_seq");
                    machine.truth(&event)
                }
                _ => Err(refused),
            }
        })
    }),
    Defect::model(
        "speaks_to_the_absent",
        &["NWP-FRM-005"],
        "A change goes out although the subscriber has left.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        if taken["do"] == json!("keep") {
            taken["do"] = json!("send");
        }
        Ok(taken)
    }),
];
