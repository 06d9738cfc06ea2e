//! Fields without a meaning carry none.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ROUTE: Citation = Citation::must("NNRP-HDR-011").read("R-42");
const HELLO: Citation = Citation::must("NNRP-NEG-015").read("R-07");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "unused_fields_are_left_clear",
        says: "route_id and the session ids of the hello are zero.",
        citations: &[ROUTE, HELLO],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let hello = match &packet.frame.meta {
            Metadata::ClientHello(hello) => hello.requested_session_id,
            Metadata::ServerHelloAck(ack) => ack.session_id,
            _ => 0,
        };
        let route = u32::from(packet.header().route_id);
        let found = [(ROUTE, "route_id", route), (HELLO, "session id", hello)];
        for (citation, field, value) in found.into_iter().filter(|found| found.2 != 0) {
            out.breach::<Self>(
                citation,
                cx.conn(packet.conn).state(),
                format_args!("{field} 0 in {}", packet.kind().name()),
                format_args!("{value}"),
            );
        }
    }
}
