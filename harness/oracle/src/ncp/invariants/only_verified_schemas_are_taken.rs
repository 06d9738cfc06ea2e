//! A schema is taken if it is sound and fits its identifier.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const INLINE: Citation = Citation::must("NCP-ANCHOR-025");
const UNCHANGED: Citation = Citation::must("NCP-ANCHOR-026").read("8.8");
const WRONG: Citation = Citation::must("NCP-ANCHOR-030").read("OP-33");
const MALFORMED: Citation = Citation::must("NCP-ANCHOR-031");
const TTL: Citation = Citation::must("NCP-ANCHOR-012");
const CONFLICT: Citation = Citation::must("NCP-ANCHOR-029");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "only_verified_schemas_are_taken",
        says: "A schema is reported as verified only if it came with the identifier that is its \
               digest, and with the ttl it came with, 3600 if none.",
        citations: &[INLINE, UNCHANGED, WRONG, MALFORMED, TTL, CONFLICT],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::ANCHOR;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Anchored { conn: id, anchor_ref, ttl } = event else { return };
        let Some(conn) = cx.find(*id) else { return };
        let name = Name::of(anchor_ref);
        let cached = conn.anchors.iter().find(|cached| cached.id == name);
        let refused = conn.causes.iter().rev().find(|cause| {
            let schema = cause.rule.id == CONFLICT.id || cause.rule.id == WRONG.id;
            cause.subject == name && (schema || cause.what == "inline_anchor")
        });
        let now = refused.filter(|cause| cause.step == cx.node.step);
        let citation = match (cached, now) {
            (_, Some(cause)) if cause.rule.id == CONFLICT.id => CONFLICT,
            (_, Some(cause)) if cause.what == "inline_anchor" => return,
            (_, Some(cause)) if cause.rule.id == WRONG.id && inline(conn) => INLINE,
            (_, Some(cause)) if cause.rule.id == WRONG.id => WRONG,
            (Some(cached), _) if cached.ttl == *ttl => return,
            (Some(cached), _) if cached.ttl == 3600 => TTL,
            (Some(_), _) => UNCHANGED,
            (None, _) if conn.doubtful => return,
            (None, _) if malformed(conn, cx.node.step) => MALFORMED,
            (None, _) => UNCHANGED,
        };
        out.breach::<Self>(
            citation,
            cx.state(*id),
            format_args!("a schema that was received and verified"),
            format_args!("`{anchor_ref}` for {ttl} s"),
        );
    }
}

/// Whether the latest frame was an answer.
fn inline(conn: &Conn) -> bool {
    conn.news.last().is_some_and(|news| news.kind == FrameType::Caps)
}

fn malformed(conn: &Conn, step: u32) -> bool {
    conn.causes.iter().any(|cause| cause.step == step && cause.rule.id == MALFORMED.id)
}
