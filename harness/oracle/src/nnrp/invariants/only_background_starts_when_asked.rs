//! background_only leaves the scope to background sessions.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CLASS: Citation = Citation::must("NNRP-FLOW-019").read("R-25");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "only_background_starts_when_asked",
        says: "With background_only only sessions of class background start operations.",
        citations: &[CLASS],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some((session, conn)) = cx.start(packet) else { return };
        for (scope, flow) in [("session", &session.flow_in), ("connection", &conn.flow_in)] {
            if flow.flags & 0x4 != 0
                && session.granted.accepted_priority_class != 2
                && !flow.uncertain
            {
                out.breach::<Self>(
                    CLASS,
                    session.state.name(),
                    format_args!("no new operation while background_only is in force"),
                    format_args!("FRAME_SUBMIT under it at {scope} scope"),
                );
            }
        }
    }
}
