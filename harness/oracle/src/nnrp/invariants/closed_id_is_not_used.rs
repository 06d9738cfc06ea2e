//! After closed the number of a session means nothing.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CLOSED: Citation = Citation::must("NNRP-SES-032");
const FATAL: Citation = Citation::must("NNRP-SES-032").read("R-13");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "closed_id_is_not_used",
        says: "After close_status closed no message names the session, late closes and \
               refusals excepted.",
        citations: &[CLOSED, FATAL],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some(session) = packet.session_in(cx.node) else { return };
        if session.state != State::Closed || !cx.conn(packet.conn).up {
            return;
        }
        let excepted = matches!(
            packet.kind(),
            MessageType::SessionClose
                | MessageType::SessionCloseAck
                | MessageType::SessionOpenAck
                | MessageType::SessionMigrateAck
                | MessageType::Error
                | MessageType::Pong
        );
        if excepted || session.conn != packet.conn {
            return;
        }
        let answered = session.close_sent.is_some_and(|close| close.done)
            || session.close_received.is_some_and(|close| close.done);
        out.breach::<Self>(
            if answered { CLOSED } else { FATAL },
            session.state.name(),
            format_args!("nothing more for session {}", session.id),
            format_args!("{}", packet.kind().name()),
        );
    }
}
