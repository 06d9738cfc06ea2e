//! Closing one session leaves its siblings alone.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SIBLING: Citation = Citation::must("NNRP-SES-026");
const ALONE: Citation = Citation::must("NNRP-CON-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "session_closes_only_for_a_reason",
        says: "A session is reported closed only if a close, an error or a loss has ended \
               that very session.",
        citations: &[SIBLING, ALONE],
    };

    fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
        let Said::Closed { session: id } = claim.said else { return };
        let known = cx.node.find_session(id).map(|index| &cx.node.sessions[index]);
        let state = known.map_or("none", |session| session.state.name());
        if known.is_some_and(|session| borne_out(cx, session)) {
            return;
        }
        let sibling = cx.node.sessions.iter().any(|other| {
            other.id != id
                && matches!(other.state, State::Closed | State::Closing | State::Draining)
        });
        out.breach::<Self>(
            if sibling { SIBLING } else { ALONE },
            state,
            format_args!("session {id} to go on"),
            format_args!("it is reported closed"),
        );
    }
}

fn borne_out(cx: &Cx<'_>, session: &Session) -> bool {
    let conn = cx.conn(session.conn);
    match session.state {
        State::Closed => true,
        // A client may give up a session that waits; a server has promised the window, unless
        // it was a malformed packet that ended the connection: an ERROR is refused in silence.
        State::Detached => {
            let ended = conn.closing() || conn.faults != 0;
            session.window_over(cx.at) || ended || cx.node.role == Role::Client
        }
        _ => session.aborted() || conn.closing() || !conn.up,
    }
}
