//! Who speaks too early, or of a session that never was, is told so.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const EARLY: Citation = Citation::must("NNRP-NEG-002").read("R-08");
const UNKNOWN: Citation = Citation::must("NNRP-SES-036");
const UPDATE: Citation = Citation::must("NNRP-FLOW-022").read("R-28");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "what_is_out_of_place_is_refused",
        says: "A server refuses what comes before the hello, and what names a session it never \
               had.",
        citations: &[EARLY, UNKNOWN, UPDATE],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        let up = |conn: &&Conn| conn.up && !conn.closing() && conn.carrier != Carrier::Datagram;
        for conn in cx.node.conns.iter().filter(up) {
            for asked in &conn.astray {
                let citation = match asked.kind {
                    _ if !conn.active => EARLY,
                    MessageType::FlowUpdate => UPDATE,
                    _ => UNKNOWN,
                };
                out.breach_at::<Self>(
                    asked.record,
                    citation,
                    conn.state(),
                    format_args!("a refusal of {} for {}", asked.kind.name(), asked.session),
                    format_args!("none until the end of the run"),
                );
            }
        }
    }
}
