//! A deadline that has passed is not waited beyond.

use super::prelude::*;
use wireproof_wire::nnrp::header::RETRANSMIT;

pub(in crate::nnrp) struct Rule;

const OVERDUE: Citation = Citation::must("NNRP-SUB-017");
const DEFAULT: Citation = Citation::must("NNRP-SUB-016");
const CLOCK: Citation = Citation::must("NNRP-SUB-017").read("R-44");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "deadline_ends_the_wait",
        says: "Once its deadline has passed an operation gets RESULT_DROP or ERROR, and no \
               result.",
        citations: &[OVERDUE, DEFAULT, CLOCK],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(_) = &packet.frame.meta else { return };
        let (Some(session), Some(op)) = (packet.session_in(cx.node), packet.op_in(cx.node)) else {
            return;
        };
        // What ended in time may have waited for a client that was away.
        let steady = session.resumes == 0 && session.migrated_from.is_none();
        let live = matches!(op.stage, Stage::Live | Stage::Arrived) && steady;
        // A migration brings what ended while the client was away.
        let again = packet.header().flags & RETRANSMIT != 0 && session.migrated_from.is_some();
        if live && !again && overdue(cx, op, 1) {
            out.breach::<Self>(
                CLOCK,
                op.state(),
                format_args!("RESULT_DROP or ERROR after {} ms", op.deadline_ms),
                format_args!("a result after {}", cx.at.since(op.at)),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        if cx.node.role != Role::Server {
            return;
        }
        for session in cx.live_sessions() {
            // Twice the time is over on any clock that R-44 leaves open.
            let late = |op: &&Op| op.stage == Stage::Live && overdue(cx, op, 2);
            for op in session.ops.iter().filter(late) {
                out.breach_at::<Self>(
                    op.record,
                    if op.default_deadline { DEFAULT } else { OVERDUE },
                    op.state(),
                    format_args!("the end of frame {} after {} ms", op.frame(), op.deadline_ms),
                    format_args!("no terminal event after {}", cx.at.since(op.at)),
                );
            }
        }
    }
}

fn overdue(cx: &Cx<'_>, op: &Op, times: u64) -> bool {
    let limit = wireproof_base::Duration::from_millis(u64::from(op.deadline_ms) * times);
    op.deadline_ms != 0 && cx.at.since(op.at) > limit
}
