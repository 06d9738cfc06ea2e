//! abort stops unfinished operations at once.

use super::prelude::*;
use wireproof_wire::nnrp::session::POLICY_ABORT;

pub(in crate::nnrp) struct Rule;

const ABORT: Citation = Citation::must("NNRP-SES-030");
const ZERO: Citation = Citation::must("NNRP-SES-030").read("R-36");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "abort_gives_no_further_time",
        says: "After a close by abort, or with no time to drain, the server sends no more \
               results.",
        citations: &[ABORT, ZERO],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(_) = &packet.frame.meta else { return };
        let Some(session) = packet.session_in(cx.node) else { return };
        let closes = [session.close_sent, session.close_received];
        let abort = |close: &Option<Close>| close.is_some_and(|close| close.policy == POLICY_ABORT);
        if !matches!(session.state, State::Closing | State::Draining) || !session.aborted() {
            return;
        }
        out.breach::<Self>(
            if closes.iter().any(abort) { ABORT } else { ZERO },
            session.state.name(),
            format_args!("no more results on session {}", session.id),
            format_args!("a result of frame {}", packet.header().frame_id),
        );
    }
}
