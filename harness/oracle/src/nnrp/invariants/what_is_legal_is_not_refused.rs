//! What is sound and in place is taken.

use super::prelude::*;
use wireproof_base::Carrier;
use wireproof_wire::nnrp::code::{FRAME_EXPIRED, INVALID_STATE, LIMIT_EXCEEDED};

pub(in crate::nnrp) struct Rule;

const NUMBER: Citation = Citation::must("NNRP-ERR-002").read("R-13");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "what_is_legal_is_not_refused",
        says: "A message with which nothing is wrong gets no ERROR, save for load or failure of \
               the other side.",
        citations: &[
            NUMBER,
            Citation::must("NNRP-PAT-002"),
            Citation::must("NNRP-FLOW-023"),
            Citation::must("NNRP-CON-010").read("R-41"),
            Citation::must("NNRP-CACHE-023"),
            Citation::must("NNRP-CACHE-015"),
            Citation::must("NNRP-SUB-018"),
            Citation::must("NNRP-EXT-002"),
            Citation::must("NNRP-PAY-021"),
            Citation::must("NNRP-SES-033"),
            Citation::must("NNRP-SES-025"),
        ],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let Some(heard) = cx.node.refused(packet).filter(|heard| heard.is_legal()) else { return };
        // Limits and deadlines have invariants of their own.
        if matches!(error.error_code, LIMIT_EXCEEDED | FRAME_EXPIRED) {
            return;
        }
        // Where answers are lost and doubled, two ends differ about where a session is.
        let datagram = cx.conn(packet.conn).carrier == Carrier::Datagram;
        if datagram && error.error_code == INVALID_STATE {
            return;
        }
        if let Some(citation) = heard.breaks(error.error_code) {
            let kind = heard.kind.map_or("a packet", MessageType::name);
            out.breach::<Self>(
                citation,
                cx.conn(packet.conn).state(),
                format_args!("{kind} to be taken: nothing is wrong with it"),
                format_args!("ERROR {:#x}", error.error_code),
            );
        }
    }
}
