//! CACHE_INVALIDATE takes away what it selects and nothing else.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const EXACT: Citation = Citation::must("NNRP-CACHE-006").read("R-33");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "invalidation_removes_what_it_names",
        says: "No more objects are reported as invalidated than the selector can name.",
        citations: &[EXACT],
    };
    const EVENTS: u32 = events::OTHER;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Invalidated { session, objects } = *event else { return };
        let named = cx.node.answers.iter().filter(|answer| {
            answer.kind == MessageType::CacheInvalidate && answer.session == session
        });
        let most = named.map(|answer| answer.fields[0]).max().unwrap_or(0);
        if u64::from(objects) > most {
            out.breach::<Self>(
                EXACT,
                "invalidating",
                format_args!("at most {most} objects of session {session}"),
                format_args!("{objects}"),
            );
        }
    }
}
