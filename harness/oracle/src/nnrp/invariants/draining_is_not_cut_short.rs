//! drain gives unfinished operations the time it names.

use super::prelude::*;
use wireproof_wire::nnrp::session::CLOSE_CLOSED;

pub(in crate::nnrp) struct Rule;

const TIME: Citation = Citation::must("NNRP-SES-029");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "draining_is_not_cut_short",
        says: "No closed under drain while operations are unfinished and time is left.",
        citations: &[TIME],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionCloseAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionCloseAck(ack) = &packet.frame.meta else { return };
        let Some(session) = packet.session_in(cx.node) else { return };
        let Some(close) = session.close_received else { return };
        if ack.close_status != CLOSE_CLOSED
            || session.state == State::Closed
            || session.aborted()
            || cx.at >= close.over()
            || cx.conn(packet.conn).closing()
        {
            return;
        }
        let unfinished = session.ops.iter().filter(|op| op.counted).count();
        if unfinished != 0 {
            out.breach::<Self>(
                TIME,
                session.state.name(),
                format_args!("time until {} for what is unfinished", close.over()),
                format_args!("closed with {unfinished} unfinished"),
            );
        }
    }
}
