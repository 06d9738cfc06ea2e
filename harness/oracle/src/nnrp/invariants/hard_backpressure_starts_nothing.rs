//! hard asks the submitter to stop.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const HARD: Citation = Citation::should("NNRP-FLOW-014");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hard_backpressure_starts_nothing",
        says: "Under hard backpressure a client starts nothing in that scope.",
        citations: &[HARD],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some((session, conn)) = cx.start(packet) else { return };
        for (scope, flow) in [("session", &session.flow_in), ("connection", &conn.flow_in)] {
            if flow.level == 2 && !flow.uncertain {
                out.breach::<Self>(
                    HARD,
                    session.state.name(),
                    format_args!("no new operation while hard backpressure is in force"),
                    format_args!("FRAME_SUBMIT under it at {scope} scope"),
                );
            }
        }
    }
}
