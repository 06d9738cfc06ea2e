//! A schema that was fetched or sent is there while it may be kept.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const CACHED: Citation = Citation::must("NCP-ANCHOR-016");
const INLINE: Citation = Citation::must("NCP-ANCHOR-024");
const LIFETIME: Citation = Citation::must("NCP-ANCHOR-017");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "cached_schemas_are_used",
        says: "An Agent reads records under a schema it has got and may still keep.",
        citations: &[CACHED, INLINE, LIFETIME],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::ANSWER;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Answered { conn: id, anchor_ref, read: false, digest, .. } = event else {
            return;
        };
        let Some(conn) = cx.find(*id) else { return };
        let name = Name::of(anchor_ref);
        let came = conn.news.iter().find(|news| news.name == name && news.digest == *digest);
        let Some(then) = came.map(|news| news.at) else { return };
        let (Knowledge::Usable(_), Knowledge::Usable(_)) =
            (cx.node.knowledge(*id, name, then), cx.node.knowledge(*id, name, cx.at))
        else {
            return;
        };
        let cached = conn.anchors.iter().find(|cached| cached.id == name);
        let citation = match cached {
            Some(cached) if cached.way == Way::Inline => INLINE,
            Some(cached) if cached.at == then => CACHED,
            Some(_) => LIFETIME,
            None => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(*id),
            format_args!("records that are read: their schema is known"),
            format_args!("records under `{anchor_ref}` not read"),
        );
    }
}
