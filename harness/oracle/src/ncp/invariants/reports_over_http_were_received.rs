//! What an application is told of messages over HTTP is what was in them.

use super::prelude::*;
use crate::ncp::http::Heard;

pub(in crate::ncp) struct Rule;

const REQUEST: Citation = Citation::must("NWP-FRM-014");
const RECORDS: Citation = Citation::must("NCP-CAPS-001");
const ERROR: Citation = Citation::must("NCP-ERR-006");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "reports_over_http_were_received",
        says: "Over HTTP every request, answer and error that is reported was received, with that \
               schema, those records and that code.",
        citations: &[REQUEST, RECORDS, ERROR],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn reported(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let (citation, seen) = match event {
            Event::Requested { .. } => (REQUEST, cx.node.reports(event).is_some()),
            Event::Answered { conn, anchor_ref, count, digest, .. } => {
                let answer = Heard::Answer(*conn, Name::of(anchor_ref), *count, *digest);
                (RECORDS, cx.node.heard.contains(&answer))
            }
            Event::Failed { conn, status, error, .. } => {
                let told = Heard::Error(*conn, Name::of(status), Name::of(error));
                (ERROR, cx.node.heard.contains(&told) || cx.node.excuses(*conn, status))
            }
            _ => return,
        };
        if !seen {
            out.breach::<Self>(
                citation,
                "exchange",
                format_args!("a report of what was received"),
                format_args!("{event:?}"),
            );
        }
    }
}
