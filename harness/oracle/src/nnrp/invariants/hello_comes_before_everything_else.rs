//! A client says hello, and has its answer, before it asks for anything.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const FIRST: Citation = Citation::must("NNRP-NEG-001").read("R-08");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hello_comes_before_everything_else",
        says: "Before the hello exchange is done a client only probes, pings or leaves.",
        citations: &[FIRST],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        if conn.answers != 0 || cx.node.role != Role::Client {
            return;
        }
        let admitted = matches!(
            packet.kind(),
            MessageType::ClientHello
                | MessageType::TransportProbe
                | MessageType::Ping
                | MessageType::Pong
                | MessageType::Close
                | MessageType::Error
        );
        if !admitted {
            out.breach::<Self>(
                FIRST,
                conn.state(),
                format_args!("CLIENT_HELLO and its answer first"),
                format_args!("{}", packet.kind().name()),
            );
        }
    }
}
