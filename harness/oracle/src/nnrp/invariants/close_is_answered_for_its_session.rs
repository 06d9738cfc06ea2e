//! Every SESSION_CLOSE is answered, until closed or rejected.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ANSWER: Citation = Citation::must("NNRP-SES-027");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "close_is_answered_for_its_session",
        says: "SESSION_CLOSE_ACK answers a close of the same session, and every close comes \
               to its end.",
        citations: &[ANSWER],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionCloseAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionCloseAck(_) = &packet.frame.meta else { return };
        let conn = cx.conn(packet.conn);
        if packet.request.is_none() && conn.owed.is_empty() {
            out.breach::<Self>(
                ANSWER,
                packet.session_in(cx.node).map_or("none", |session| session.state.name()),
                format_args!("SESSION_CLOSE_ACK only while a close of that session is open"),
                format_args!("one for session {}", packet.header().session_id),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| conn.owes_answers()) {
            let closes = conn
                .requests
                .iter()
                .filter(|request| !request.mine && request.kind == MessageType::SessionClose);
            for request in closes.skip(conn.loose_errors as usize) {
                let Some(index) = cx.node.find_session(request.session) else { continue };
                let session = &cx.node.sessions[index];
                let close = session.close_received.filter(|close| !close.done);
                let Some(close) = close.filter(|_| session.state != State::Closed) else {
                    continue;
                };
                let due = close.aborts() || close.over() <= cx.at || session.unfinished() == 0;
                if due || request.extra == 0 {
                    out.breach_at::<Self>(
                        request.record,
                        ANSWER,
                        session.state.name(),
                        format_args!("closed or rejected for session {}", session.id),
                        format_args!("no end of the close until the end of the run"),
                    );
                }
            }
        }
    }
}
