//! Elsewhere than on an open session a patch changes nothing.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const STATE: Citation = Citation::must("NNRP-PAT-010");
const REFUSED: Citation = Citation::must("NNRP-PAT-010").read("R-13");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "patch_needs_an_open_session",
        says: "A patch outside the open and resumed states is answered with ERROR and applies \
               nothing.",
        citations: &[STATE, REFUSED],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionPatchAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionPatchAck(ack) = &packet.frame.meta else { return };
        let Some(pending) = cx.node.pending_patch(packet) else { return };
        if cx.node.patches[pending].admitted {
            return;
        }
        out.breach::<Self>(
            if ack.applied_patch_mask != 0 { STATE } else { REFUSED },
            packet.session_in(cx.node).map_or("none", |session| session.state.name()),
            format_args!("ERROR(invalid_state)"),
            format_args!("SESSION_PATCH_ACK, applied {:#x}", ack.applied_patch_mask),
        );
    }
}
