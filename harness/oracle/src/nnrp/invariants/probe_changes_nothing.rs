//! A probe is answered or refused, and that is all.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const PROBE: Citation = Citation::must("NNRP-PRB-004");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "probe_changes_nothing",
        says: "A probe ends no connection, before the hello or after it.",
        citations: &[PROBE],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        if error.is_fatal == 1 && only_probes(cx, packet.conn) {
            report(cx, packet.conn, "a fatal ERROR", out);
        }
    }

    fn shutdown(cx: &Cx<'_>, conn: ConnId, _: usize, out: &mut Report<'_>) {
        // After a fatal ERROR that is the end of a connection and no second fault.
        if only_probes(cx, conn) && !cx.conn(conn).closing() {
            report(cx, conn, "its end", out);
        }
    }
}

/// Whether the present step has brought probes and nothing else.
fn only_probes(cx: &Cx<'_>, conn: ConnId) -> bool {
    let heard = &cx.node.heard;
    let probe =
        |heard: &Heard| heard.conn == conn && heard.kind == Some(MessageType::TransportProbe);
    !heard.is_empty() && heard.iter().all(probe) && cx.conn(conn).faults == 0
}

fn report(cx: &Cx<'_>, conn: ConnId, observed: &str, out: &mut Report<'_>) {
    out.breach::<Rule>(
        PROBE,
        cx.conn(conn).state(),
        format_args!("connection {conn} as it was before the probe"),
        format_args!("{observed} in answer to it"),
    );
}
