//! What the application finished reaches the wire.

use super::prelude::*;
use wireproof_wire::nnrp::flow::LEVEL_HARD;

pub(in crate::nnrp) struct Rule;

const END: Citation = Citation::must("NNRP-RLT-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "commanded_ends_are_sent",
        says: "An operation whose end the application commanded gets its terminal event.",
        citations: &[END],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        if cx.node.role != Role::Server {
            return;
        }
        for session in cx.live_sessions() {
            // A client may ask the server to hold results back.
            let held = |flow: &Flow| flow.paused || flow.level == LEVEL_HARD;
            let flows = session.op_flows.iter().map(|(_, flow, _)| flow);
            let conn = cx.conn(session.conn);
            if flows.chain([&session.flow_in, &conn.flow_in]).any(held) {
                continue;
            }
            for op in
                session.ops.iter().filter(|op| op.commanded.is_some() && op.stage == Stage::Live)
            {
                out.breach_at::<Self>(
                    op.record,
                    END,
                    op.state(),
                    format_args!("a terminal event for frame {}", op.frame()),
                    format_args!("none until the end of the run"),
                );
            }
        }
    }
}
