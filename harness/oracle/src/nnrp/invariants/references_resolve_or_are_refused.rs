//! An operation uses objects that are there, and no others.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const MISSING: Citation = Citation::must("NNRP-SUB-012");
const MISS: Citation = Citation::must("NNRP-CACHE-014");
const EXPIRED: Citation = Citation::must("NNRP-CACHE-015");
const INSTANT: Citation = Citation::must("NNRP-CACHE-015").read("R-32");
const REMOVED: Citation = Citation::must("NNRP-CACHE-006");
const FOREIGN: Citation = Citation::must("NNRP-CON-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "references_resolve_or_are_refused",
        says: "A submit that refers to an object which is not there, or no longer, creates no \
               operation.",
        citations: &[MISSING, MISS, EXPIRED, INSTANT, REMOVED, FOREIGN],
    };
    const EVENTS: u32 = events::SUBMITTED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        let Some((known, op)) = cx.operation(session, lane, frame) else { return };
        if op.reported {
            return;
        }
        let (citation, found) = match op.lookup {
            Lookup::Nothing | Lookup::Live | Lookup::Unsure => return,
            // Where nothing was ever kept, there is no cache to miss in.
            Lookup::Missing if cx.node.store.objects.is_empty() => (MISSING, "was never put"),
            Lookup::Missing => (MISS, "was never put"),
            Lookup::Foreign => (FOREIGN, "is that of another session"),
            Lookup::Invalidated => (REMOVED, "was invalidated"),
            Lookup::Expired => (EXPIRED, "has no lease any more"),
            Lookup::Expiring => (INSTANT, "has come to the end of its lease"),
        };
        out.breach::<Self>(
            citation,
            known.state.name(),
            format_args!("a refusal of frame {frame}: an object it names {found}"),
            format_args!("frame {frame} accepted"),
        );
    }
}
