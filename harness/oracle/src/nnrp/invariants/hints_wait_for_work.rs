//! Without background results nothing comes while nothing runs.

use super::prelude::*;
use wireproof_wire::nnrp::session::ALLOW_BACKGROUND_RESULTS;

pub(in crate::nnrp) struct Rule;

const IDLE: Citation = Citation::must("NNRP-SES-039").read("R-47");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hints_wait_for_work",
        says: "Without background_results_enabled hints are sent only while an operation is \
               unfinished.",
        citations: &[IDLE],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultHint]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultHint(_) = &packet.frame.meta else { return };
        let Some(session) = packet.session_in(cx.node) else { return };
        let granted = session.granted.session_flags_ack & u32::from(ALLOW_BACKGROUND_RESULTS) != 0;
        let arrived = || session.ops.iter().any(|op| op.stage == Stage::Arrived);
        if !granted && session.in_flight == 0 && session.resumes == 0 && !arrived() {
            out.breach::<Self>(
                IDLE,
                session.state.name(),
                format_args!("a hint that waits for the next operation"),
                format_args!("RESULT_HINT with nothing unfinished"),
            );
        }
    }
}
