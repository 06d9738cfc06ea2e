//! A payload repeats the type of its frame.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const NAMED: Citation = Citation::should("NCP-TIER-010");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "frame_names_its_type",
        says: "Every payload carries frame; without it a peer is warned (OP-04).",
        citations: &[NAMED],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.remarks.unnamed {
            out.breach::<Self>(
                NAMED,
                cx.state(packet.conn),
                format_args!("{} with frame {}", packet.kind.name(), packet.kind.token()),
                format_args!("no such member"),
            );
        }
    }
}
