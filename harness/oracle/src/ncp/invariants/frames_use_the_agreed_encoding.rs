//! After the handshake both sides keep to the encoding they agreed on.

use super::prelude::*;
use wireproof_wire::ncp::command::Tier;

pub(in crate::ncp) struct Rule;

const READABLE: Citation = Citation::should("NCP-VER-015");
const FOREIGN: Citation = Citation::should("NCP-VER-015").read("8.4");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "frames_use_the_agreed_encoding",
        says: "After the handshake frames are sent in the negotiated encoding.",
        citations: &[READABLE, FOREIGN],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some(agreed) = cx.conn(packet.conn).agreed else { return };
        // Frames of the handshake may come again, and are at fault for that alone.
        let handshake = packet.kind == FrameType::Hello || packet.is_handshake_caps();
        if packet.tier == agreed.encoding || handshake {
            return;
        }
        // Everybody reads Tier-1 (12.2).
        let citation = if packet.tier == Tier::Json { READABLE } else { FOREIGN };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("{} in {}", packet.kind.name(), agreed.encoding.name()),
            format_args!("{}", packet.tier.name()),
        );
    }
}
