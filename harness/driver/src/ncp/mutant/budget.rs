//! Defects of token budgets (token-budget §4.3, reference 7).

use super::defect::Defect;
use super::frames;
use crate::DefectLevel::Machine;
use serde_json::json;
use wireproof_wire::ncp::code::NWP_BUDGET_EXCEEDED;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Machine,
        "long_answers_are_refused",
        &["NPS-TOK-003"],
        "An answer above its budget is refused at once.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Caps) && is_reduced(&edit.text("next_cursor")) {
            let encoding = edit.header().tier().unwrap_or_default();
            *edit.bytes = frames::error(NWP_BUDGET_EXCEEDED, encoding);
        }
    }),
    Defect::node(
        Machine,
        "nothing_is_small_enough",
        &["NPS-TOK-004"],
        "An answer that cannot be made small enough has no records.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Error) && edit.text("error") == NWP_BUDGET_EXCEEDED {
            let encoding = edit.header().tier().unwrap_or_default();
            let members = json!({"anchor_ref": "nps:system:empty", "count": 0, "data": []});
            *edit.bytes = frames::made(FrameType::Caps, encoding, members);
        }
    }),
    Defect::node(
        Machine,
        "records_left_out_in_silence",
        &["NPS-TOK-005"],
        "Records above the budget are left out, and nothing says so.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Caps) && is_reduced(&edit.text("next_cursor")) {
            edit.remove("next_cursor");
        }
    }),
    Defect::node(
        Machine,
        "budgets_overlooked",
        &["NPS-TOK-007", "NPS-TOK-004"],
        "The budget of a query is not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Query) {
            edit.remove("token_budget");
        }
    }),
    Defect::node(
        Machine,
        "budgets_stay",
        &["NPS-TOK-007"],
        "The budget of a query counts for all that follow without one.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Query) && edit.has("token_budget") {
            memory.number = edit.uint("token_budget");
        } else if edit.is(FrameType::Query) && memory.number > 0 {
            edit.set("token_budget", json!(memory.number));
        }
    }),
];

/// Whether it is the cursor of records that were left out.
fn is_reduced(cursor: &str) -> bool {
    cursor.len() == 8 && cursor.bytes().all(|byte| byte.is_ascii_digit())
}
