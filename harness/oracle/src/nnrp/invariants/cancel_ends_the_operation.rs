//! A cancelled operation ends.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const END: Citation = Citation::must("NNRP-SUB-014");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "cancel_ends_the_operation",
        says: "FRAME_CANCEL for an unfinished operation leads to its terminal event.",
        citations: &[END],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        if cx.node.role != Role::Server {
            return;
        }
        for session in cx.live_sessions() {
            let owed = |op: &&Op| op.cancelled && !op.cancelled_ahead && op.stage == Stage::Live;
            for op in session.ops.iter().filter(owed) {
                out.breach_at::<Self>(
                    op.record,
                    END,
                    op.state(),
                    format_args!("frame {} to end as cancelled", op.frame()),
                    format_args!("no terminal event until the end of the run"),
                );
            }
        }
    }
}
