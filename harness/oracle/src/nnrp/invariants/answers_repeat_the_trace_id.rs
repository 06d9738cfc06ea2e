//! An answer can be traced to its question.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const TRACE: Citation = Citation::should("NNRP-HDR-013");
const OPEN: Citation = Citation::should("NNRP-HDR-013").read("R-05");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "answers_repeat_the_trace_id",
        says: "An answer carries the trace_id of the message it answers.",
        citations: &[TRACE, OPEN],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (asked, citation) = if let Some(request) = packet.request {
            let request = &conn.requests[request];
            // Only the first of several close answers is an answer to a message.
            let again = request.kind == MessageType::SessionClose && request.extra != 0;
            if again || request.contested {
                return;
            }
            (request.trace, TRACE)
        } else if packet.kind() == MessageType::SessionOpenAck {
            let Some(pending) = cx.answered_open(packet) else { return };
            (pending.trace, OPEN)
        } else {
            return;
        };
        let trace = packet.header().trace_id;
        if trace != asked {
            out.breach::<Self>(
                citation,
                conn.state(),
                format_args!("trace_id {asked} in {}", packet.kind().name()),
                format_args!("trace_id {trace}"),
            );
        }
    }
}
