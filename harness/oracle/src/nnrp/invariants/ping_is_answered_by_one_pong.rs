//! One PONG per PING.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const PONG: Citation = Citation::must("NNRP-CON-010").read("R-41");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "ping_is_answered_by_one_pong",
        says: "PONG answers a PING of the same session, and only once.",
        citations: &[PONG],
    };
    const SENT: Kinds = kinds(&[MessageType::Pong]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.kind() == MessageType::Pong && packet.request.is_none() {
            out.breach::<Self>(
                PONG,
                cx.conn(packet.conn).state(),
                format_args!("one PONG per PING, with its session"),
                format_args!("PONG for session {}", packet.header().session_id),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        cx.unanswered(&[MessageType::Ping], |conn, request| {
            out.breach_at::<Self>(
                request.record,
                PONG,
                conn.state(),
                format_args!("PONG for session {}", request.session),
                format_args!("none until the end of the run"),
            );
        });
    }
}
