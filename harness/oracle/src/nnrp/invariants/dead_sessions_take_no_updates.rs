//! Nothing flows on a session that is gone.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const DEAD: Citation = Citation::must("NNRP-FLOW-022").read("R-28");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "dead_sessions_take_no_updates",
        says: "No update is applied to a session that is closed or lost.",
        citations: &[DEAD],
    };
    const EVENTS: u32 = events::FLOW;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Flow { session: id, epoch, .. } = *event else { return };
        if id == 0 {
            return;
        }
        let Some(index) = cx.node.find_session(id) else { return };
        let session = &cx.node.sessions[index];
        if matches!(session.state, State::Closed | State::Detached) {
            out.breach::<Self>(
                DEAD,
                session.state.name(),
                format_args!("a refusal of updates for session {id}"),
                format_args!("epoch {epoch} applied"),
            );
        }
    }
}
