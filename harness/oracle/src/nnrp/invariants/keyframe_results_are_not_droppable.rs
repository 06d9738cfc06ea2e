//! The result of a keyframe is not marked as one that may be lost.

use super::prelude::*;
use wireproof_wire::nnrp::header::CAN_DROP;

pub(in crate::nnrp) struct Rule;

const KEY: Citation = Citation::must("NNRP-RLT-012");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "keyframe_results_are_not_droppable",
        says: "CAN_DROP is not set on the result of a keyframe.",
        citations: &[KEY],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(_) = &packet.frame.meta else { return };
        let Some(op) = packet.op_in(cx.node) else { return };
        if op.keyframe && op.stage != Stage::Unknown && packet.header().flags & CAN_DROP != 0 {
            out.breach::<Self>(
                KEY,
                op.state(),
                format_args!("no CAN_DROP on the result of keyframe {}", op.frame()),
                format_args!("CAN_DROP"),
            );
        }
    }
}
