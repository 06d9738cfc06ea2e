//! Who refuses a packet says so.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const VISIBLE: Citation = Citation::must("NNRP-ERR-011");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "malformed_packets_are_refused_visibly",
        says: "A packet that does not decode is answered by ERROR, a refusing answer, or the \
               end of the connection.",
        citations: &[VISIBLE],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        let up = |conn: &&Conn| conn.up && !conn.closing() && conn.carrier != Carrier::Datagram;
        for conn in cx.node.conns.iter().filter(up) {
            for owed in &conn.owed {
                // Where the rule that was broken is a reading, so is the refusal.
                let citation = Citation { reading: owed.reading, ..VISIBLE };
                out.breach_at::<Self>(
                    owed.record,
                    citation,
                    conn.state(),
                    format_args!("a refusal of the packet that breaks {}", owed.requirement),
                    format_args!("none until the end of the run, since {}", owed.at),
                );
            }
        }
    }
}
