//! A cancel that finds nothing to end is no fault of the connection.

use super::prelude::*;
use wireproof_wire::nnrp::error::SCOPE_CONNECTION;

pub(in crate::nnrp) struct Rule;

const HARMLESS: Citation = Citation::should("NNRP-SUB-015");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "cancel_of_nothing_is_harmless",
        says: "A FRAME_CANCEL is answered by no ERROR that is fatal or names the connection.",
        citations: &[HARMLESS],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let heard = cx.node.refused(packet).filter(|heard| heard.sound);
        let cancel = heard.is_some_and(|heard| heard.kind == Some(MessageType::FrameCancel));
        let grave = error.is_fatal == 1 || error.error_scope == SCOPE_CONNECTION;
        if cancel && grave && cx.conn(packet.conn).active {
            out.breach::<Self>(
                HARMLESS,
                cx.conn(packet.conn).state(),
                format_args!("silence, or a soft ERROR about the frame"),
                format_args!("scope {}, fatal {}", error.error_scope, error.is_fatal),
            );
        }
    }
}
