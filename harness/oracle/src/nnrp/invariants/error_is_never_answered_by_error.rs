//! ERROR ends an exchange.

use super::prelude::*;
use wireproof_wire::nnrp::code::{FRAME_CANCELLED, FRAME_EXPIRED};

pub(in crate::nnrp) struct Rule;

const ECHO: Citation = Citation::must("NNRP-ERR-008").read("R-13");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "error_is_never_answered_by_error",
        says: "A node that got nothing but ERROR sends no ERROR.",
        citations: &[ECHO],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let (packets, errors) = cx.node.inputs;
        // What the clock or an earlier cancel causes may fall into the same step.
        let timed = matches!(error.error_code, FRAME_EXPIRED | FRAME_CANCELLED);
        if errors != 0 && packets == errors && !timed {
            out.breach::<Self>(
                ECHO,
                cx.conn(packet.conn).state(),
                format_args!("silence after an ERROR"),
                format_args!("ERROR {:#x}", error.error_code),
            );
        }
    }
}
