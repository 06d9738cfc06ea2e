//! An update changes the scope it names and no other.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SIBLING: Citation = Citation::must("NNRP-FLOW-021");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "update_stays_in_its_scope",
        says: "An update is reported as applied only where one with that scope and epoch has \
               arrived.",
        citations: &[SIBLING],
    };
    const EVENTS: u32 = events::FLOW;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Flow { session, operation, epoch, .. } = *event else { return };
        if !cx.updates(event).any(|seen| seen.update.credit_epoch == epoch) {
            out.breach::<Self>(
                SIBLING,
                "applied",
                format_args!("a change only in a scope that an update names"),
                format_args!("session {session}, operation {operation}: epoch {epoch} applied"),
            );
        }
    }
}
