//! Every SESSION_OPEN gets one answer, and the answers come in the order of the opens.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ONCE: Citation = Citation::must("NNRP-SES-006");
const ORDER: Citation = Citation::must("NNRP-SES-006").read("R-05");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "open_is_answered_once_and_in_order",
        says: "Every SESSION_OPEN is answered by one SESSION_OPEN_ACK or ERROR, in order.",
        citations: &[ONCE, ORDER],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(_) = &packet.frame.meta else { return };
        let conn = cx.conn(packet.conn);
        match cx.node.pending_open(packet) {
            None if conn.owed.is_empty() => out.breach::<Self>(
                ONCE,
                conn.state(),
                format_args!("SESSION_OPEN_ACK only as the answer to a SESSION_OPEN"),
                format_args!("one more answer than opens"),
            ),
            Some(index) if index != 0 && !conn.contested() && conn.carrier != Carrier::Datagram => {
                out.breach::<Self>(
                    ORDER,
                    conn.state(),
                    format_args!("the answer to the oldest open, traced {}", conn.opens[0].trace),
                    format_args!("the answer to a later one, traced {}", packet.header().trace_id),
                )
            }
            _ => {}
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        if cx.node.role != Role::Server {
            return;
        }
        for conn in cx.node.conns.iter().filter(|conn| conn.owes_answers()) {
            for open in conn.opens.iter().skip(conn.loose_errors as usize) {
                out.breach_at::<Self>(
                    open.record,
                    ONCE,
                    conn.state(),
                    format_args!(
                        "an answer to SESSION_OPEN tagged {}",
                        open.open.client_session_tag
                    ),
                    format_args!("none until the end of the run"),
                );
            }
        }
    }
}
