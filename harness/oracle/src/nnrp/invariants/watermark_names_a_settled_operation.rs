//! last_operation_id of a close is an operation whose end was seen.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const KNOWN: Citation = Citation::must("NNRP-SES-034");
const SETTLED: Citation = Citation::must("NNRP-SES-034").read("R-36");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "watermark_names_a_settled_operation",
        says: "The watermark of a close and of its answer names an operation of the session, \
               the highest one that is settled.",
        citations: &[KNOWN, SETTLED],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionClose, MessageType::SessionCloseAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let watermark = match &packet.frame.meta {
            Metadata::SessionClose(close) => close.last_operation_id,
            Metadata::SessionCloseAck(ack) => ack.last_operation_id,
            _ => return,
        };
        let Some(session) = packet.session_in(cx.node) else { return };
        // Of a session that is gone nobody has to know anything.
        if watermark == 0 || session.state == State::Closed || session.reused {
            return;
        }
        let known = session.find_op(watermark).map(|index| &session.ops[index]);
        let known = known.filter(|op| op.stage != Stage::Unknown);
        // An end that was held back for a client that is away may never be sent.
        let held = |op: &Op| op.end_reported && (op.commanded.is_some() || op.offered.is_some());
        let settled = known.is_some_and(|op| op.ended() || op.doubtful || op.disputed || held(op));
        if settled {
            return;
        }
        out.breach::<Self>(
            if known.is_some() { SETTLED } else { KNOWN },
            session.state.name(),
            format_args!("an operation of session {} that has ended", session.id),
            format_args!("last_operation_id {watermark:#x}"),
        );
    }
}
