//! Two schemas under one identifier are no accident.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LEAVES: Citation = Citation::should("NCP-ANCHOR-028");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "conflicting_schema_ends_the_connection",
        says: "An Agent that gets a second schema under a known identifier disconnects.",
        citations: &[LEAVES],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| conn.up && !cx.server()) {
            if let Some(record) = conn.conflict {
                out.breach_at::<Self>(
                    record,
                    LEAVES,
                    conn.state(cx.node.role),
                    format_args!("the end of the connection"),
                    format_args!("it still stands"),
                );
            }
        }
    }
}
