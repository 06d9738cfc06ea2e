//! What an application is told of answers and errors is what was received.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const ERROR: Citation = Citation::must("NCP-ERR-006");
const RECORDS: Citation = Citation::must("NCP-CAPS-001");
const COUNT: Citation = Citation::must("NCP-CAPS-011").read("4.4");
const SEALED: Citation = Citation::must("NCP-ENC-011");
const UNAGREED: Citation = Citation::must("NCP-ENC-010");
const PLAIN: Citation = Citation::must("NCP-TIER-007").read("OP-05");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "answers_are_reported_as_received",
        says: "Every answer and every error that is reported was received, once, with that \
               schema, those records and that code.",
        citations: &[ERROR, RECORDS, COUNT, SEALED, UNAGREED, PLAIN],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::ANSWER;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let (citation, id, kind) = match event {
            Event::Answered { conn: id, anchor_ref, count, digest, .. } => {
                let Some(conn) = cx.find(*id) else { return };
                let name = Name::of(anchor_ref);
                let seen = conn.news.iter().any(|news| {
                    news.kind == FrameType::Caps
                        && news.name == name
                        && (news.count, news.digest) == (u64::from(*count), *digest)
                });
                if seen {
                    return;
                }
                (unread(conn).unwrap_or(RECORDS), id, "CAPS")
            }
            Event::Failed { conn: id, status, error, .. } => {
                let Some(conn) = cx.find(*id) else { return };
                let (name, other) = (Name::of(error), Name::of(status));
                let seen = conn.news.iter().any(|news| {
                    news.kind == FrameType::Error && (news.name, news.other) == (name, other)
                });
                // The refusal of the handshake may be reported as well.
                if seen || conn.refusal.is_some_and(|refusal| refusal.1 == name) {
                    return;
                }
                (ERROR, id, "ERROR")
            }
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(*id),
            format_args!("{kind} as it was received"),
            format_args!("{event:?}"),
        );
    }
}

/// A frame that had to be refused and may have been used all the same.
fn unread(conn: &Conn) -> Option<Citation> {
    let refused = |id: &str| conn.causes.iter().any(|cause| cause.rule.id == id);
    let counted = conn.causes.iter().any(|cause| cause.what == "count");
    if counted {
        Some(COUNT)
    } else if refused("NCP-ENC-009") {
        Some(UNAGREED)
    } else if refused("NCP-ENC-011") || refused("NCP-ENC-016") {
        Some(SEALED)
    } else {
        refused("NCP-TIER-007").then_some(PLAIN)
    }
}
