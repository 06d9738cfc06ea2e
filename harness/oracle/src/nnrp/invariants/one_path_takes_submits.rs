//! A session takes submits on one connection at a time.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const PATH: Citation = Citation::must("NNRP-MIG-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "one_path_takes_submits",
        says: "A submit that arrives on a connection the session has left creates no \
               operation.",
        citations: &[PATH],
    };
    const EVENTS: u32 = events::SUBMITTED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        let Some((known, op)) = cx.operation(session, lane, frame) else { return };
        if op.late == Some(Late::Path) && !op.reported {
            out.breach::<Self>(
                PATH,
                known.state.name(),
                format_args!("a refusal of frame {frame}, which came elsewhere"),
                format_args!("an operation on session {session}"),
            );
        }
    }
}
