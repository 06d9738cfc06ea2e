//! MessagePack is chosen where both sides have it.

use super::prelude::*;
use wireproof_wire::ncp::command::Tier;

pub(in crate::ncp) struct Rule;

const PREFERRED: Citation = Citation::should("NCP-VER-006");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "encoding_is_the_preferred_one",
        says: "The negotiated encoding is msgpack if both list it, or the first of the client's \
               list that both have (OP-09).",
        citations: &[PREFERRED],
    };
    const SENT: u16 = kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (true, Outcome::Open, Some(offer)) = (cx.node.configured, conn.outcome, &conn.offer)
        else {
            return;
        };
        let [record] = packet.data() else { return };
        let own = cx.node.setup.encodings.iter();
        let shared = own.fold(Encodings::default(), |set, tier| set.with(*tier));
        let shared = shared.and(offer.encodings);
        let preferred = shared.has(Tier::Msgpack) && offer.first != Some(Tier::Json);
        let json = Reply::read(record, offer).encoding == Some(Tier::Json);
        if cx.server() && packet.is_handshake_caps() && preferred && json {
            out.breach::<Self>(
                PREFERRED,
                cx.state(packet.conn),
                format_args!("msgpack, which both sides list"),
                format_args!("json"),
            );
        }
    }
}
