//! Who asks for a stream gets one.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const STREAM: Citation = Citation::must("NWP-FRM-004");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "streaming_query_gets_a_stream",
        says: "A query with stream true is not answered by CapsFrame.",
        citations: &[STREAM],
    };
    const SENT: u16 = kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let [request] = conn.requests.as_slice() else { return };
        // OP-36: where the reference was replaced, the answer may tell so.
        let plain = request.stream && request.listing == Listing::Current;
        if cx.server() && conn.established() && plain && !packet.is_handshake_caps() {
            out.breach::<Self>(
                STREAM,
                cx.state(packet.conn),
                format_args!("StreamFrame in answer to a query with stream true"),
                format_args!("CapsFrame"),
            );
        }
    }
}
