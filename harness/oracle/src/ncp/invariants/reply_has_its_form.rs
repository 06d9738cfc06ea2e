//! The handshake reply is one record under its system reference.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const FORM: Citation = Citation::must("NCP-CAPS-007").read("OP-06");
const MEMBERS: Citation = Citation::must("NCP-CAPS-008").read("OP-06");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "reply_has_its_form",
        says: "A CapsFrame that answers HelloFrame has the reference nps:system:caps and one \
               record with its seven members.",
        citations: &[FORM, MEMBERS],
    };
    const SENT: u16 = kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (true, Outcome::Open, Some(offer)) = (cx.server(), conn.outcome, &conn.offer) else {
            return;
        };
        let (citation, fault) = match packet.data() {
            [record] if packet.is_handshake_caps() => match Reply::read(record, offer).missing {
                Some(member) => (MEMBERS, member),
                None => return,
            },
            _ if packet.is_handshake_caps() => (FORM, "data"),
            // That it comes now is a fault of its own.
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("nps:system:caps with one whole record"),
            format_args!("a fault in {fault}"),
        );
    }
}
