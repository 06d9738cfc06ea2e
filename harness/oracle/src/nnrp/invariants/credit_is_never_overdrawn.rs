//! A client never has more unfinished operations than the credit it knows of.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CEILING: Citation = Citation::must("NNRP-FLOW-020");
const UPDATED: Citation = Citation::must("NNRP-FLOW-020").read("R-25");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "credit_is_never_overdrawn",
        says: "No operation starts above the credit in force at session or connection scope.",
        citations: &[CEILING, UPDATED],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some((session, conn)) = cx.start(packet) else { return };
        let scopes = [
            ("session", &session.flow_in, session.in_flight),
            ("connection", &conn.flow_in, conn.in_flight),
        ];
        for (scope, flow, in_flight) in scopes {
            if in_flight >= flow.credit && !flow.uncertain {
                // That an update replaces the ceiling, and does not add to it, is a reading.
                let citation = if flow.updated { UPDATED } else { CEILING };
                out.breach::<Self>(
                    citation,
                    session.state.name(),
                    format_args!("at most {} unfinished operations on the {scope}", flow.credit),
                    format_args!("one more beside {in_flight}"),
                );
            }
        }
    }
}
