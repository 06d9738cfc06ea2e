//! A stream that has ended on the wire has ended for the application.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const FREED: Citation = Citation::must("NCP-STREAM-016").read("OP-26");
const LOST: Citation = Citation::must("NCP-CONN-013").read("8.6");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "every_stream_ends",
        says: "Every stream that was reported as opened is reported as ended once its last \
               chunk, its abort, its refusal or the end of its connection has come.",
        citations: &[FREED, LOST],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|_| cx.node.tells.ended) {
            let left = |stream: &&Stream| {
                stream.opened_told
                    && stream.ended_told.is_none()
                    && stream.end.is_some()
                    && stream.standing == Standing::Taken
                    && !conn.doubtful
            };
            for stream in conn.streams.iter().filter(left) {
                let citation = if stream.end == Some(End::Lost) { LOST } else { FREED };
                out.breach_at::<Self>(
                    stream.record,
                    citation,
                    stream.state(),
                    format_args!("a report that the stream has ended"),
                    format_args!("none until the end of the run"),
                );
            }
        }
    }
}
