//! A session that was closed, or that waited too long, is gone.

use super::prelude::*;
use wireproof_wire::nnrp::session::RESUMED;

pub(in crate::nnrp) struct Rule;

const CLOSED: Citation = Citation::must("NNRP-RES-012");
const WINDOW: Citation = Citation::must("NNRP-RES-012").read("R-37");
const STANDING: Citation = Citation::must("NNRP-RES-006").read("R-60");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "closed_or_expired_session_is_not_resumed",
        says: "A session is not resumed after its close, after its window, or where it is \
               still in use.",
        citations: &[CLOSED, WINDOW, STANDING],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        if ack.session_status != RESUMED {
            return;
        }
        let Some(session) = cx.node.find_session(ack.session_id) else { return };
        let session = &cx.node.sessions[session];
        let window = u64::from(session.granted.resume_window_ms);
        let late = session
            .lost_at
            .is_some_and(|lost| cx.at.since(lost) > wireproof_base::Duration::from_millis(window));
        let (citation, observed) = match session.state {
            // Lost in the middle of its close: that this closes it is table 4.2.
            State::Closed if !session.close_done() => (WINDOW, "it ended with its connection"),
            State::Closed => (CLOSED, "it was closed"),
            State::Detached if late => (WINDOW, "its resume window is over"),
            State::Detached => return,
            _ if session.conn == packet.conn => (STANDING, "it is in use on this connection"),
            _ => return,
        };
        out.breach::<Self>(
            citation,
            session.state.name(),
            format_args!("resume_rejected"),
            format_args!("session {} resumed though {observed}", session.id),
        );
    }
}
