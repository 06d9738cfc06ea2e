//! HelloFrame is sent so that anybody can read it.

use super::prelude::*;
use wireproof_wire::ncp::command::Tier;

pub(in crate::ncp) struct Rule;

const PLAIN: Citation = Citation::must("NCP-HELLO-003");
const JSON: Citation = Citation::should("NCP-HELLO-004");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hello_is_plain_and_readable",
        says: "HelloFrame is not encrypted and is encoded in Tier-1.",
        citations: &[PLAIN, JSON],
    };
    const SENT: u16 = kinds::HELLO;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        // Whoever commands another encoding gets it.
        let commanded = cx.node.configured && cx.node.setup.hello_tier == packet.tier;
        if packet.tier != Tier::Json && !commanded {
            out.breach::<Self>(
                JSON,
                cx.state(packet.conn),
                format_args!("HelloFrame in json"),
                format_args!("{}", packet.tier.name()),
            );
        }
    }

    fn garbled(cx: &Cx<'_>, fault: &Fault, out: &mut Report<'_>) {
        if fault.mine && fault.header.kind() == Some(FrameType::Hello) && fault.header.is_sealed() {
            out.breach::<Self>(
                PLAIN,
                cx.state(fault.conn),
                format_args!("HelloFrame with ENC 0"),
                format_args!("flags {:#04x}", fault.header.flags),
            );
        }
    }
}
