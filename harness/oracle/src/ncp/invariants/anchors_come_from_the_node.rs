//! Schemas are authored by the Node.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const AUTHOR: Citation = Citation::should("NCP-ANCHOR-014");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "anchors_come_from_the_node",
        says: "An Agent sends no AnchorFrame; one that does is reported as unusual (OP-20).",
        citations: &[AUTHOR],
    };
    const SENT: u16 = kinds::ANCHOR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.author == Role::Client {
            out.breach::<Self>(
                AUTHOR,
                cx.state(packet.conn),
                format_args!("AnchorFrame from the Node alone"),
                format_args!("one from the Agent"),
            );
        }
    }
}
