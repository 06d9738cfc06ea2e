//! A hello is accepted or refused, and not left alone.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ANSWER: Citation = Citation::must("NNRP-ERR-011");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "every_hello_is_answered",
        says: "The first CLIENT_HELLO is answered by SERVER_HELLO_ACK, ERROR or the end of the \
               connection.",
        citations: &[ANSWER],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        if cx.node.role != Role::Server {
            return;
        }
        let waiting = |conn: &&Conn| {
            conn.up && conn.hellos == 1 && conn.answers == 0 && conn.carrier != Carrier::Datagram
        };
        for conn in cx.node.conns.iter().filter(waiting) {
            if conn.closing() || conn.loose_errors != 0 {
                continue;
            }
            let asked = conn.requests.iter().find(|asked| asked.kind == MessageType::ClientHello);
            if let Some(request) = asked {
                out.breach_at::<Self>(
                    request.record,
                    ANSWER,
                    conn.state(),
                    format_args!("SERVER_HELLO_ACK, ERROR or the end of the connection"),
                    format_args!("none until the end of the run"),
                );
            }
        }
    }
}
