//! What the application finished reaches the wire.

use super::prelude::*;

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
            for op in session.ops.iter().filter(|op| op.commanded && op.stage == Stage::Live) {
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
