//! Defects of the bound on streams: whoever oversteps it, and places that do not come free.

use super::defect::Defect;
use super::stream::called;
use crate::DefectLevel::Machine;
use serde_json::json;
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::event::Event;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Machine,
        "node_knows_no_bound",
        &["NCP-STREAM-012", "NCP-STREAM-013"],
        "A Node takes any number of streams, whatever it agreed to.",
    )
    .setup(|setup| setup.max_streams = setup.max_streams.saturating_mul(4))
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) {
            memory.number = match edit.has("max_concurrent_streams") {
                true => edit.uint("max_concurrent_streams"),
                false => 32,
            };
            edit.set("max_concurrent_streams", json!(memory.number.saturating_mul(4)));
        }
    })
    .outgoing(|edit, memory| {
        if edit.is_reply() {
            let agreed = memory.number.min(memory.setup.max_streams.into());
            edit.set(STREAMS, json!(agreed));
        }
    })
    .told(|telling, memory| {
        if let Event::Ready { max_streams, .. } = &mut telling.what {
            let wanted = u32::try_from(memory.number).unwrap_or(u32::MAX);
            *max_streams = wanted.min(memory.setup.max_streams);
        }
    }),
    Defect::node(
        Machine,
        "bound_is_a_conflict",
        &["NCP-STREAM-013"],
        "A stream above the bound is called a conflict.",
    )
    .outgoing(|edit, _| called(edit, "NCP-STREAM-LIMIT-EXCEEDED", "NPS-CLIENT-CONFLICT")),
    Defect::agent(
        Machine,
        "agent_knows_no_bound",
        &["NCP-STREAM-014"],
        "An Agent opens more streams than were agreed.",
    )
    .setup(|setup| setup.max_streams = setup.max_streams.saturating_mul(4))
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Hello) {
            edit.set("max_concurrent_streams", json!(memory.setup.max_streams));
        }
    })
    .incoming(|edit, memory| {
        if edit.is_reply() {
            memory.number = edit.uint(STREAMS);
            edit.set(STREAMS, json!(memory.number.saturating_mul(4)));
        }
    })
    .told(|telling, memory| {
        if let Event::Ready { max_streams, .. } = &mut telling.what {
            *max_streams = u32::try_from(memory.number).unwrap_or(u32::MAX);
        }
    }),
    Defect::node(
        Machine,
        "slots_of_ended_streams_are_lost",
        &["NCP-STREAM-016"],
        "Every stream that was ever opened counts against the bound.",
    )
    .outgoing(|edit, memory| {
        if edit.is_reply() {
            memory.number = edit.uint(STREAMS);
        }
    })
    .asked(|asking, memory| {
        let bound = memory.number;
        if matches!(asking.what, Command::Open(_)) && memory.count("opened") >= bound {
            asking.withhold();
        }
    }),
    Defect::agent(
        Machine,
        "slots_of_ended_streams_stay_taken",
        &["NCP-STREAM-016"],
        "Every stream that ever arrived counts against the bound.",
    )
    .incoming(|edit, memory| {
        let new = edit.is(FrameType::Stream)
            && edit.uint("seq") == 0
            && !memory.knows(&edit.text("stream_id"));
        if new && memory.count("opened") >= u64::from(memory.setup.max_streams) {
            let encoding = edit.header().tier().unwrap_or_default();
            let refusal = super::frames::error("NCP-STREAM-LIMIT-EXCEEDED", encoding);
            edit.added.replies.push(refusal);
            edit.withhold();
        }
    }),
];

/// Where the reply of the handshake has the bound.
const STREAMS: &str = "data.0.max_concurrent_streams";
