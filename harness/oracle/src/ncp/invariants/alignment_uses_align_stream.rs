//! The deprecated AlignFrame is left alone.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const DEPRECATED: Citation = Citation::should("NCP-HDR-029");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "alignment_uses_align_stream",
        says: "State alignment is sent as AlignStream and not as AlignFrame.",
        citations: &[DEPRECATED],
    };
    const SENT: u16 = kinds::OTHER;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.kind == FrameType::Align {
            out.breach::<Self>(
                DEPRECATED,
                cx.state(packet.conn),
                format_args!("AlignStream"),
                format_args!("AlignFrame"),
            );
        }
    }
}
