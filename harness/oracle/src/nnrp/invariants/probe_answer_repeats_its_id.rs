//! A probe answer says which probe it answers.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const PROBE: Citation = Citation::must("NNRP-PRB-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "probe_answer_repeats_its_id",
        says: "TRANSPORT_PROBE_ACK repeats the probe_id of a probe that is open.",
        citations: &[PROBE],
    };
    const SENT: Kinds = kinds(&[MessageType::TransportProbeAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::TransportProbeAck(ack) = &packet.frame.meta else { return };
        let conn = cx.conn(packet.conn);
        if packet.request.is_none() && conn.owed.is_empty() {
            out.breach::<Self>(
                PROBE,
                conn.state(),
                format_args!("the probe_id of a probe without an answer"),
                format_args!("probe_id {}", ack.probe_id),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        cx.unanswered(&[MessageType::TransportProbe], |conn, request| {
            out.breach_at::<Self>(
                request.record,
                PROBE,
                conn.state(),
                format_args!("an answer to probe {}", request.key.0),
                format_args!("none until the end of the run"),
            );
        });
    }
}
