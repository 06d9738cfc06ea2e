//! A connection that was closed is closed for all of its sessions.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SESSIONS: Citation = Citation::must("NNRP-CON-005");
const END: Citation = Citation::must("NNRP-CON-005").read("R-12");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "connection_close_ends_everything",
        says: "After the end of a closed connection no session of it goes on, and a close \
               comes to its end.",
        citations: &[SESSIONS, END],
    };
    const EVENTS: u32 = events::RESULT | events::SUBMITTED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let (Event::Submitted { session, .. } | Event::Result { session, .. }) = *event else {
            return;
        };
        let Some(index) = cx.node.find_session(session) else { return };
        let known = &cx.node.sessions[index];
        let conn = cx.conn(known.conn);
        if known.state == State::Closed && !conn.up && conn.closing() {
            out.breach::<Self>(
                SESSIONS,
                known.state.name(),
                format_args!("nothing more of session {session}"),
                format_args!("work on it after its connection was closed"),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| conn.up) {
            let both = conn.close_sent && conn.close_received;
            if (both || conn.fatal_sent) && conn.carrier != Carrier::Datagram {
                out.breach::<Self>(
                    END,
                    conn.state(),
                    format_args!("the end of the connection"),
                    format_args!("it still stands at the end of the run"),
                );
            }
        }
    }
}
