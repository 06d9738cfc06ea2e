//! Before the hello exchange a server only answers probes and pings, refuses, or leaves.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const EARLY: Citation = Citation::must("NNRP-NEG-002").read("R-08");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "nothing_is_installed_before_the_hello",
        says: "Before the hello exchange is done a server grants nothing and sends no data.",
        citations: &[EARLY],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let done = conn.answer.is_some_and(|answer| answer.auth_status == 0);
        if done || cx.node.role != Role::Server {
            return;
        }
        let admitted = matches!(
            packet.kind(),
            MessageType::ServerHelloAck
                | MessageType::TransportProbeAck
                | MessageType::Ping
                | MessageType::Pong
                | MessageType::Close
                | MessageType::Error
        );
        if !admitted {
            out.breach::<Self>(
                EARLY,
                conn.state(),
                format_args!("ERROR(invalid_state) to whatever comes before the hello"),
                format_args!("{}", packet.kind().name()),
            );
        }
    }
}
