//! One frame, one operation.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ONE: Citation = Citation::must("NNRP-OP-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "submit_makes_one_operation",
        says: "A submit that was accepted is not accepted again, however often it arrives.",
        citations: &[ONE],
    };
    const EVENTS: u32 = events::SUBMITTED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        let Some((_, op)) = cx.operation(session, lane, frame) else { return };
        if op.reported {
            out.breach::<Self>(
                ONE,
                op.state(),
                format_args!("one operation for frame {frame} of lane {lane}"),
                format_args!("accepted again on session {session}"),
            );
        }
    }
}
