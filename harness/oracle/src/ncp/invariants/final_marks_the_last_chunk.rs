//! FINAL is set on the last chunk of a stream and on every other frame.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const OTHERS: Citation = Citation::must("NCP-HDR-008");
const CHUNKS: Citation = Citation::must("NCP-HDR-009");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "final_marks_the_last_chunk",
        says: "FINAL equals is_last on a StreamFrame and is set on every other frame.",
        citations: &[OTHERS, CHUNKS],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.remarks.final_wrong {
            let citation = if packet.kind == FrameType::Stream { CHUNKS } else { OTHERS };
            let expected = packet.frame.is_final();
            out.breach::<Self>(
                citation,
                cx.state(packet.conn),
                format_args!("{} with FINAL {expected}", packet.kind.name()),
                format_args!("flags {:#04x}", packet.header.flags),
            );
        }
    }
}
