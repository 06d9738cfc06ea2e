//! A diff is applied to the version it starts from, as a whole, or not at all.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const BASE: Citation = Citation::must("NCP-DIFF-011").read("OP-29");
const WHOLE: Citation = Citation::must("NCP-DIFF-012").read("8.9");
const UNCHANGED: Citation = Citation::must("NCP-DIFF-013").read("8.9");
const ANCHOR: Citation = Citation::must("NCP-DIFF-014").read("OP-58");
const FORMAT: Citation = Citation::must("NCP-DIFF-008");
const RESULT: Citation = Citation::must("NCP-DIFF-003");
const HEARTBEAT: Citation = Citation::must("NCP-DIFF-013").read("OP-43");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "diffs_apply_to_their_base_alone",
        says: "A diff that is reported as applied came, fitted version, schema and format, and \
               left the record that its operations make.",
        citations: &[BASE, WHOLE, UNCHANGED, ANCHOR, FORMAT, RESULT, HEARTBEAT],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::DIFF;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Applied { conn: id, stream_id, entity, version, digest } = event else { return };
        let Some(conn) = cx.find(*id) else { return };
        let (stream, name) = (Name::of(stream_id), Name::of(entity));
        let mut seen = conn.patched.iter().filter(|seen| seen.stream == stream && seen.id == name);
        let versions = |seen: &Patched| {
            *version == seen.base + 1 || seen.seq.is_some_and(|seq| seq == *version)
        };
        let citation = match seen.clone().find(|seen| seen.fate == Fate::Applied) {
            Some(seen) if !versions(seen) => BASE,
            Some(seen) if seen.digest.is_none_or(|known| known == *digest) => return,
            Some(_) => RESULT,
            None => match seen.next().map(|seen| seen.fate) {
                Some(Fate::Open | Fate::Unfollowed | Fate::Applied) => return,
                Some(Fate::Base) => BASE,
                Some(Fate::Anchor) => ANCHOR,
                Some(Fate::Format) => FORMAT,
                Some(Fate::Malformed) => UNCHANGED,
                Some(Fate::Failed) => WHOLE,
                Some(Fate::Heartbeat) => HEARTBEAT,
                None if conn.doubtful => return,
                None => UNCHANGED,
            },
        };
        out.breach::<Self>(
            citation,
            cx.state(*id),
            format_args!("a diff that fits `{entity}`, carried out as a whole"),
            format_args!("version {version}, digest {digest:#x}"),
        );
    }
}
