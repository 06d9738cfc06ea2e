//! A result belongs to a frame that was submitted.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const RESULT: Citation = Citation::must("NNRP-RLT-005");
const HINT: Citation = Citation::must("NNRP-RLT-015");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "results_name_a_known_operation",
        says: "RESULT_PUSH, RESULT_DROP and RESULT_HINT name a frame that has arrived on \
               that session.",
        citations: &[RESULT, HINT],
    };
    const SENT: Kinds =
        kinds(&[MessageType::ResultPush, MessageType::ResultDrop, MessageType::ResultHint]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let cancelled = packet.op_in(cx.node).is_some_and(|op| op.cancelled);
        let unknown =
            packet.op_in(cx.node).is_none_or(|op| op.stage == Stage::Unknown && !op.malformed);
        let citation = match &packet.frame.meta {
            Metadata::ResultPush(_) if unknown => RESULT,
            // A cancel may be answered ahead of the submit that it overtook.
            Metadata::ResultDrop if unknown && !cancelled => RESULT,
            Metadata::ResultHint(_) if unknown && packet.header().frame_id != 0 => HINT,
            _ => return,
        };
        let Some(session) = packet.session_in(cx.node) else { return };
        if session.reused {
            return;
        }
        let header = packet.header();
        out.breach::<Self>(
            citation,
            session.state.name(),
            format_args!("a frame that was submitted on session {}", session.id),
            format_args!("frame {} of lane {}", header.frame_id, header.view_id),
        );
    }
}
