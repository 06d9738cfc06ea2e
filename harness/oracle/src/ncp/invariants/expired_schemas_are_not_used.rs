//! A schema is used while it may be kept, and no longer.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const EXPIRED: Citation = Citation::must("NCP-ANCHOR-017");
const INSTANT: Citation = Citation::must("NCP-ANCHOR-035").read("OP-34");
const KEPT: Citation = Citation::must("NCP-ANCHOR-013");
const UNKNOWN: Citation = Citation::must("NCP-CAPS-003").read("OP-58");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "expired_schemas_are_not_used",
        says: "Records are read only with a schema that came less than its ttl ago; one with \
               ttl 0 is not kept.",
        citations: &[EXPIRED, INSTANT, KEPT, UNKNOWN],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::ANSWER;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Answered { conn: id, anchor_ref, read: true, digest, .. } = event else {
            return;
        };
        let Some(conn) = cx.find(*id) else { return };
        if wireproof_wire::ncp::anchor::is_system_ref(anchor_ref) {
            return;
        }
        let name = Name::of(anchor_ref);
        let came = conn.news.iter().find(|news| news.name == name && news.digest == *digest);
        // What was known when the answer came may be used when it is handed on.
        let then = came.map_or(cx.at, |news| news.at);
        let citation = match cx.node.knowledge(*id, name, cx.at) {
            Knowledge::Usable(_) | Knowledge::Doubtful(_) => return,
            _ if cx.node.knowledge(*id, name, then).schema().is_some() => return,
            Knowledge::AtExpiry => INSTANT,
            Knowledge::Expired => EXPIRED,
            Knowledge::Spent => KEPT,
            Knowledge::Unknown => UNKNOWN,
        };
        out.breach::<Self>(
            citation,
            cx.state(*id),
            format_args!("records that are not read without a usable schema"),
            format_args!("records under `{anchor_ref}` read"),
        );
    }
}
