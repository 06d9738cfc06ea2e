//! A session that is over is over for the application, too.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CLOSED: Citation = Citation::must("NNRP-SES-032");
const CONNECTION: Citation = Citation::must("NNRP-CON-005");
const WINDOW: Citation = Citation::must("NNRP-RES-012").read("R-37");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "ended_sessions_are_let_go",
        says: "The end of a session by its close, by the close of its connection or by its \
               window is reported.",
        citations: &[CLOSED, CONNECTION, WINDOW],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        // Of a node that reports no ends at all nobody can tell.
        if cx.node.close_events == 0 {
            return;
        }
        for session in cx.node.sessions.iter().filter(|session| !session.end_told) {
            let conn = cx.conn(session.conn);
            // Where packets are damaged or late, a client may have dropped the grant.
            let lossy = conn.carrier == Carrier::Datagram;
            if lossy && cx.node.role == Role::Client && !session.announced {
                continue;
            }
            let answered = session.close_sent.is_some_and(|close| close.done)
                || session.close_received.is_some_and(|close| close.done);
            let (citation, what) = match session.state {
                State::Closed if answered => (CLOSED, "its close"),
                State::Closed if !conn.up && conn.closing() => (CONNECTION, "the connection"),
                State::Detached if session.window_over(cx.at) => (WINDOW, "its window"),
                _ => continue,
            };
            out.breach::<Self>(
                citation,
                session.state.name(),
                format_args!("session {} gone with {what}", session.id),
                format_args!("its end never reported"),
            );
        }
    }
}
