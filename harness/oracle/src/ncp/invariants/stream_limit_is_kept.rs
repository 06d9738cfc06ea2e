//! No side opens more streams than both agreed on.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LIMIT: Citation = Citation::must("NCP-STREAM-014").read("OP-14");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "stream_limit_is_kept",
        says: "The streams that a side has opened and that have not ended are at most \
               max_concurrent_streams.",
        citations: &[LIMIT],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let known = conn.stream(packet.name("stream_id")).is_some();
        let limit = conn.agreed.map_or(u32::MAX, |agreed| agreed.streams);
        // Whether the streams of both sides count together is open (OP-14).
        let (_, mine) = conn.open_streams();
        if !known && mine >= limit {
            out.breach::<Self>(
                LIMIT,
                cx.state(packet.conn),
                format_args!("at most {limit} open streams"),
                format_args!("one more beside {mine}"),
            );
        }
    }
}
