//! What the header reserves is sent as zero.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const FLAGS: Citation = Citation::must("NCP-HDR-010");
const BYTES: Citation = Citation::must("NCP-HDR-025").read("OP-16");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "reserved_bits_are_clear",
        says: "Bits 4 to 6 of the flags and bytes 6 and 7 of an extended header are zero.",
        citations: &[FLAGS, BYTES],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let (flags, bytes) = (packet.header.flags & 0x70, packet.header.reserved);
        let found = [(FLAGS, "flags", u16::from(flags)), (BYTES, "bytes 6 and 7", bytes)];
        for (citation, part, value) in found.into_iter().filter(|found| found.2 != 0) {
            out.breach::<Self>(
                citation,
                cx.state(packet.conn),
                format_args!("{} whose reserved {part} are zero", packet.kind.name()),
                format_args!("{value:#x}"),
            );
        }
    }
}
