//! The number of a refusal says what is wrong.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const NUMBER: Citation = Citation::must("NNRP-ERR-002").read("R-13");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "refusals_name_a_cause_that_holds",
        says: "The error_code of a refusal is one that the message and the state bear out.",
        citations: &[
            NUMBER,
            Citation::must("NNRP-NEG-002").read("R-13"),
            Citation::must("NNRP-NEG-004").read("R-13"),
            Citation::must("NNRP-NEG-014").read("R-13"),
            Citation::must("NNRP-SUB-002").read("R-13"),
            Citation::must("NNRP-PAT-010").read("R-13"),
            Citation::must("NNRP-SES-036").read("R-13"),
            Citation::must("NNRP-SES-008").read("R-13"),
            Citation::must("NNRP-HDR-002").read("R-13"),
            Citation::must("NNRP-EXT-003"),
            Citation::must("NNRP-EXT-004"),
            Citation::must("NNRP-SUB-012"),
            Citation::must("NNRP-SUB-012").read("R-13"),
            Citation::must("NNRP-CACHE-014"),
            Citation::must("NNRP-CACHE-015"),
            Citation::must("NNRP-CACHE-015").read("R-32"),
        ],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let Some(heard) = cx.node.refused(packet).filter(|heard| !heard.is_legal()) else { return };
        if let Some(citation) = heard.breaks(error.error_code) {
            out.breach::<Self>(
                citation,
                cx.conn(packet.conn).state(),
                format_args!("the number of what is wrong with {}", name(heard)),
                format_args!("ERROR {:#x}", error.error_code),
            );
        }
    }
}

fn name(heard: &Heard) -> &'static str {
    heard.kind.map_or("a packet", MessageType::name)
}
