//! A pause holds until a newer update lifts it.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const PAUSED: Citation = Citation::must("NNRP-FLOW-017");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "paused_scope_starts_nothing",
        says: "While a scope is paused no operation starts in it.",
        citations: &[PAUSED],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some((session, conn)) = cx.start(packet) else { return };
        for (scope, flow) in [("session", &session.flow_in), ("connection", &conn.flow_in)] {
            if flow.paused && !flow.uncertain {
                out.breach::<Self>(
                    PAUSED,
                    session.state.name(),
                    format_args!("no new operation while a pause is in force"),
                    format_args!("FRAME_SUBMIT under it at {scope} scope"),
                );
            }
        }
    }
}
