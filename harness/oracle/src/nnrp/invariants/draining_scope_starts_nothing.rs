//! drain_in_flight_only lets what runs end, and nothing else.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const DRAIN: Citation = Citation::must("NNRP-FLOW-018");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "draining_scope_starts_nothing",
        says: "With drain_in_flight_only nothing new starts in the scope.",
        citations: &[DRAIN],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some((session, conn)) = cx.start(packet) else { return };
        for (scope, flow) in [("session", &session.flow_in), ("connection", &conn.flow_in)] {
            if flow.flags & 0x8 != 0 && !flow.uncertain {
                out.breach::<Self>(
                    DRAIN,
                    session.state.name(),
                    format_args!("no new operation while drain_in_flight_only is in force"),
                    format_args!("FRAME_SUBMIT under it at {scope} scope"),
                );
            }
        }
    }
}
