//! Closing one session leaves its siblings alone.

use super::prelude::*;
use wireproof_wire::nnrp::session::{ALLOW_RESUME, OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const SIBLING: Citation = Citation::must("NNRP-SES-026");
const RECOVERED: Citation = Citation::must("NNRP-RES-013");
const ALONE: Citation = Citation::must("NNRP-CON-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "session_closes_only_for_a_reason",
        says: "A session is reported closed only if a close, an error or a loss has ended \
               that very session.",
        citations: &[SIBLING, RECOVERED, ALONE],
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
        let recovered = cx.node.sessions.iter().any(|other| other.id != id && other.resumes != 0);
        let citation = match (sibling, recovered) {
            (true, _) => SIBLING,
            (false, true) => RECOVERED,
            (false, false) => ALONE,
        };
        out.breach::<Self>(
            citation,
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
        _ => {
            let ended = session.aborted() || conn.closing() || !conn.up;
            ended || cx.node.role == Role::Client && (session.replaced || dubious(session))
        }
    }
}

/// Whether the grant is one that a client need not install (2.9, `R-37`): it then still waits for
/// the session it lost.
fn dubious(session: &Session) -> bool {
    let grant = &session.granted;
    let enabled = grant.session_flags_ack & u32::from(ALLOW_RESUME) != 0;
    let token = grant.resume_window_ms != 0 && grant.resume_token_bytes != 0;
    let silent = session.asked.resume_token_bytes != 0
        && grant.session_status == OPENED
        && grant.session_error_code == 0;
    let resumed = grant.session_status == RESUMED;
    silent || enabled && !token || resumed && (!enabled || grant.session_error_code != 0)
}
