//! A submit is never lost in silence.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const TAKEN: Citation = Citation::must("NNRP-OP-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "every_submit_is_taken_or_refused",
        says: "A submit that arrived is accepted, or refused so that the client sees it.",
        citations: &[TAKEN],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        if cx.node.role != Role::Server {
            return;
        }
        for session in cx.live_sessions() {
            let conn = cx.conn(session.conn);
            let silent = session.ops.iter().filter(|op| {
                // What met a close on its way may be dropped; an overtaking cancel may
                // have been answered already.
                let late = op.late.is_some() || op.cancelled || op.repeated || op.waits;
                op.stage == Stage::Arrived && !late
            });
            for op in silent.skip(conn.loose_errors as usize) {
                out.breach_at::<Self>(
                    op.record,
                    TAKEN,
                    op.state(),
                    format_args!("frame {} accepted or refused", op.frame()),
                    format_args!("neither until the end of the run"),
                );
            }
        }
    }
}
