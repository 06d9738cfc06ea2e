//! Defects of endpoints that make do with what can be read of a frame (reference 3.1).

use super::defect::Defect;
use super::edit::Edit;
use crate::DefectLevel::Machine;
use serde_json::json;
use wireproof_wire::ncp::frame;
use wireproof_wire::ncp::frame_type::{FrameType, Layer};
use wireproof_wire::ncp::header::Header;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Machine,
        "requests_without_what_does_not_fit",
        &["NCP-TIER-011"],
        "An optional member of a query or an action is overlooked where its type is another.",
    )
    .incoming(|edit, _| {
        make_do(edit, |kind| matches!(kind, FrameType::Query | FrameType::Action));
    }),
    Defect::node(
        Machine,
        "subscriptions_without_what_does_not_fit",
        &["NCP-TIER-011"],
        "An optional member of a SubscribeFrame is overlooked where its type is another.",
    )
    .incoming(|edit, _| make_do(edit, |kind| kind == FrameType::Subscribe)),
    Defect::agent(
        Machine,
        "diffs_without_what_does_not_fit",
        &["NCP-TIER-011"],
        "An optional member of a DiffFrame is overlooked where its type is another.",
    )
    .incoming(|edit, _| make_do(edit, |kind| kind == FrameType::Diff)),
    Defect::agent(
        Machine,
        "chunks_without_what_does_not_fit",
        &["NCP-TIER-011"],
        "The Agent overlooks an optional member of a StreamFrame where its type is another.",
    )
    .incoming(|edit, _| make_do(edit, |kind| kind == FrameType::Stream)),
    Defect::node(
        Machine,
        "pushed_chunks_without_what_does_not_fit",
        &["NCP-TIER-011"],
        "The Node overlooks an optional member of a StreamFrame where its type is another.",
    )
    .incoming(|edit, _| make_do(edit, |kind| kind == FrameType::Stream)),
    Defect::node(
        Machine,
        "companions_without_what_does_not_fit",
        &["NCP-TIER-011"],
        "An optional member of a frame of NIP, NDP or NOP is overlooked where its type is another.",
    )
    .incoming(|edit, _| {
        make_do(edit, |kind| matches!(kind.layer(), Layer::Nip | Layer::Ndp | Layer::Nop));
    }),
    Defect::node(
        Machine,
        "patches_of_graphs_of_any_kind",
        &["NCP-TIER-011", "NDP-FRM-004"],
        "A GraphFrame whose patch is no list is taken for one that changes nothing.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Graph) && edit.has("patch") && fault(edit.bytes).is_some() {
            edit.set("patch", json!([]));
        }
    }),
];

/// Leaves out the one member whose type keeps a frame of such a kind from being read.
fn make_do(edit: &mut Edit<'_>, takes: fn(FrameType) -> bool) {
    if !edit.kind().is_some_and(takes) || fault(edit.bytes) != Some("NCP-TIER-011") {
        return;
    }
    let original = edit.bytes.clone();
    for (name, _) in edit.members().unwrap_or_default() {
        edit.remove(&name);
        if fault(edit.bytes).is_none() {
            return;
        }
        edit.bytes.clone_from(&original);
    }
}

/// The requirement that a frame breaks in its payload.
fn fault(bytes: &[u8]) -> Option<&'static str> {
    let (header, len) = Header::read(bytes)?;
    frame::read(&header, &bytes[len..]).err().map(|violation| violation.requirement)
}
