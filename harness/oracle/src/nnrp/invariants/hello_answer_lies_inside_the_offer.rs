//! A server selects and accepts only what the client offered.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const WINDOW: Citation = Citation::must("NNRP-NEG-004");
const SUBSET: Citation = Citation::must("NNRP-NEG-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hello_answer_lies_inside_the_offer",
        says: "SERVER_HELLO_ACK selects a version and bitmaps inside the offer of the client.",
        citations: &[SUBSET, WINDOW],
    };
    const SENT: Kinds = kinds(&[MessageType::ServerHelloAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ServerHelloAck(ack) = &packet.frame.meta else { return };
        let conn = cx.conn(packet.conn);
        let Some(offer) = conn.offer.filter(|_| ack.auth_status == 0) else { return };
        if let Some((field, offered, accepted)) = outside(&offer, ack) {
            let window = offer.min_version_major <= 1 && 1 <= offer.max_version_major;
            out.breach::<Self>(
                if window { SUBSET } else { WINDOW },
                conn.state(),
                format_args!("{field} inside {offered:#x}"),
                format_args!("{accepted:#x}"),
            );
        }
    }
}
