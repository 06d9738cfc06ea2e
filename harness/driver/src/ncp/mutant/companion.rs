//! Defects around the frames of NWP, NIP, NDP and NOP.

use super::defect::Defect;
use super::depths::{Decoded, Decoding};
use super::edit::Edit;
use super::frames;
use super::stream::called;
use crate::DefectLevel::Machine;
use serde_json::{Value, json};
use wireproof_wire::ncp;
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::companion::{filter, graph};
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec("queries_about_nothing", &["NWP-FRM-001"], "A QueryFrame needs no schema.")
        .decode(|seen| lenient(seen, FrameType::Query, &["NWP-FRM-001"])),
    Defect::codec(
        "limits_of_any_size",
        &["NWP-FRM-002"],
        "A QueryFrame may ask for more than 1000 records.",
    )
    .decode(|seen| lenient(seen, FrameType::Query, &["NWP-FRM-002"])),
    Defect::node(
        Machine,
        "filters_of_any_depth",
        &["NWP-FRM-003"],
        "Filters may be deeper than 8 levels.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Query) && levels(edit) > filter::MAX_LEVELS {
            edit.remove("filter");
        }
    }),
    Defect::node(
        Machine,
        "filters_of_seven_levels",
        &["NWP-FRM-003"],
        "A filter of 8 levels is too deep.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Query) && levels(edit) == filter::MAX_LEVELS {
            let mut deeper = edit.get("filter");
            for _ in 0..filter::MAX_LEVELS {
                deeper = json!({"$not": deeper});
            }
            edit.set("filter", deeper);
        }
    }),
    Defect::agent(
        Machine,
        "asks_too_deeply",
        &["NWP-FRM-003"],
        "The Agent sends filters of 9 levels.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Query) {
            let mut deep = json!({"id": 1});
            for _ in 0..=filter::MAX_LEVELS {
                deep = json!({"$not": deep});
            }
            edit.set("filter", deep);
        }
    }),
    Defect::codec(
        "actions_wait_for_ever",
        &["NWP-FRM-006"],
        "An ActionFrame needs no action, and may wait as long as it likes.",
    )
    .decode(|seen| lenient(seen, FrameType::Action, &["NWP-FRM-006"])),
    Defect::codec("callbacks_in_the_open", &["NWP-FRM-007"], "A callback may go to http://.")
        .decode(|seen| lenient(seen, FrameType::Action, &["NWP-FRM-007"])),
    Defect::codec(
        "subscriptions_to_nothing",
        &["NWP-FRM-008"],
        "A SubscribeFrame needs neither action nor stream nor schema.",
    )
    .decode(|seen| lenient(seen, FrameType::Subscribe, &["NWP-FRM-008"])),
    Defect::codec("idents_with_gaps", &["NIP-FRM-001"], "An IdentFrame may lack any member.")
        .decode(|seen| lenient(seen, FrameType::Ident, &["NIP-FRM-001"])),
    Defect::codec("reasons_of_any_kind", &["NIP-FRM-005"], "Any text is a reason to revoke.")
        .decode(|seen| lenient(seen, FrameType::Revoke, &["NIP-FRM-005"])),
    Defect::codec(
        "announcements_with_gaps",
        &["NDP-FRM-001"],
        "An AnnounceFrame may lack any member.",
    )
    .decode(|seen| lenient(seen, FrameType::Announce, &["NDP-FRM-001"])),
    Defect::codec("resolves_nothing", &["NDP-FRM-003"], "A ResolveFrame needs no target.")
        .decode(|seen| lenient(seen, FrameType::Resolve, &["NDP-FRM-003"])),
    Defect::codec(
        "graphs_of_nothing",
        &["NDP-FRM-004"],
        "A GraphFrame may have neither nodes nor a patch.",
    )
    .decode(|seen| lenient(seen, FrameType::Graph, &["NDP-FRM-004"])),
    Defect::codec("tasks_without_a_graph", &["NOP-FRM-001"], "A TaskFrame may lack any member.")
        .decode(|seen| lenient(seen, FrameType::Task, &["NOP-FRM-001"])),
    Defect::node(
        Machine,
        "tasks_in_circles",
        &["NOP-FRM-002"],
        "The graph of a task may have circles.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Task) {
            edit.set("dag.edges", json!([]));
        }
    }),
    Defect::node(
        Machine,
        "tasks_of_any_size",
        &["NOP-FRM-002"],
        "The graph of a task may have more than 32 nodes.",
    )
    .incoming(|edit, _| {
        let nodes = edit.get("dag.nodes");
        if let Some(nodes) = nodes.as_array().filter(|nodes| nodes.len() > graph::MAX_NODES) {
            edit.set("dag", json!({"nodes": nodes[..1], "edges": []}));
        }
    }),
    Defect::agent(
        Machine,
        "hands_out_circles",
        &["NOP-FRM-002"],
        "The Agent sends tasks whose last node leads to their first.",
    )
    .outgoing(|edit, _| {
        let nodes = edit.get("dag.nodes");
        if let Some([first, .., last] | [first @ last]) = nodes.as_array().map(Vec::as_slice) {
            let mut edges = edit.get("dag.edges").as_array().cloned().unwrap_or_default();
            edges.push(json!({"from": last["id"], "to": first["id"]}));
            edges.push(json!({"from": first["id"], "to": last["id"]}));
            edit.set("dag.edges", Value::Array(edges));
        }
    }),
    Defect::codec("delegates_with_gaps", &["NOP-FRM-004"], "A DelegateFrame may lack any member.")
        .decode(|seen| lenient(seen, FrameType::Delegate, &["NOP-FRM-004"])),
    Defect::codec("barriers_for_nobody", &["NOP-FRM-005"], "A SyncFrame may lack any member.")
        .decode(|seen| lenient(seen, FrameType::Sync, &["NOP-FRM-005"])),
    Defect::codec("alignments_with_gaps", &["NOP-FRM-006"], "An AlignStream may lack any member.")
        .decode(|seen| lenient(seen, FrameType::AlignStream, &["NOP-FRM-006"])),
    Defect::agent(
        Machine,
        "alignments_numbered_down",
        &["NOP-FRM-006"],
        "The second AlignStream of a stream has the number of the first.",
    )
    .outgoing(|edit, memory| {
        if edit.is(FrameType::AlignStream) && memory.count(edit.text("stream_id")) > 0 {
            edit.set("seq", json!(0));
        }
    }),
    Defect::node(
        Machine,
        "alignments_of_anybody",
        &["NOP-FRM-007"],
        "Who sent an AlignStream is not compared with whose connection it is.",
    )
    .incoming(|edit, memory| {
        let nid = memory.setup.peer_nid.clone();
        if edit.is(FrameType::AlignStream) && !nid.is_empty() {
            edit.set("sender_nid", Value::String(nid));
        }
    }),
    Defect::node(
        Machine,
        "graphs_with_gaps",
        &["NDP-FRM-005"],
        "A missing number between GraphFrames goes unnoticed.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Graph) {
            let seq = edit.uint("seq");
            let place = format!("{:?}", edit.conn);
            let next = memory.numbers.get(&place).map_or(seq, |last| last.saturating_add(1));
            edit.set("seq", json!(if edit.flag("initial_sync") { seq } else { next }));
            memory.numbers.insert(place, next);
        }
    }),
    Defect::node(
        Machine,
        "gap_of_graphs_is_a_bad_frame",
        &["NDP-FRM-005"],
        "A missing number between GraphFrames is called a frame of bad form.",
    )
    .outgoing(|edit, _| called(edit, "NDP-GRAPH-SEQ-GAP", "NPS-CLIENT-BAD-FRAME")),
    Defect::node(
        Machine,
        "actions_are_none_of_its_business",
        &["NWP-FRM-014"],
        "A Node that takes queries refuses every action.",
    )
    .incoming(|edit, _| refuse(edit, FrameType::Action)),
    Defect::node(
        Machine,
        "queries_are_none_of_its_business",
        &["NWP-FRM-014"],
        "A Node that takes actions refuses every query.",
    )
    .incoming(|edit, _| refuse(edit, FrameType::Query)),
    Defect::node(
        Machine,
        "streaming_query_answered_at_once",
        &["NWP-FRM-004"],
        "A query that asks for a stream gets the records in a CapsFrame.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Stream) && edit.uint("seq") == 0 && edit.has("request_id") {
            let data = edit.get("data");
            let count = data.as_array().map_or(0, Vec::len);
            let anchor_ref = edit.get("anchor_ref");
            let members = json!({"anchor_ref": anchor_ref, "count": count, "data": data});
            let encoding = edit.header().tier().unwrap_or_default();
            *edit.bytes = frames::made(FrameType::Caps, encoding, members);
        }
    }),
];

/// How deep the filter of a query nests.
fn levels(edit: &Edit<'_>) -> usize {
    let filter = serde_json::from_value(edit.get("filter"));
    filter.map_or(0, |filter: ncp::Value| filter::levels(&filter))
}

/// Answers a frame of that kind as one that has no business here.
fn refuse(edit: &mut Edit<'_>, kind: FrameType) {
    if edit.is(kind) {
        let encoding = edit.header().tier().unwrap_or_default();
        edit.added.replies.push(frames::error(code::NPS_SERVER_UNSUPPORTED, encoding));
        edit.withhold();
    }
}

/// Takes a frame of that kind as it stands where the reference names one of the rules.
fn lenient(seen: &Decoding<'_>, kind: FrameType, rules: &[&str]) -> Decoded {
    match seen.is(kind) {
        true => seen.without(rules),
        false => seen.truth(),
    }
}
