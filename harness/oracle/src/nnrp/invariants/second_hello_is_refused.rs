//! One hello and one answer per connection.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ONCE: Citation = Citation::must("NNRP-NEG-014");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "second_hello_is_refused",
        says: "A second CLIENT_HELLO is neither sent nor answered with anything but ERROR.",
        citations: &[ONCE],
    };
    const SENT: Kinds = kinds(&[MessageType::ClientHello, MessageType::ServerHelloAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (expected, again) = match &packet.frame.meta {
            Metadata::ClientHello(_) => ("one CLIENT_HELLO per connection", conn.hellos != 0),
            Metadata::ServerHelloAck(_) => {
                let again = conn.answers != 0 || conn.hellos == 0;
                ("one SERVER_HELLO_ACK, to the first CLIENT_HELLO", again)
            }
            _ => return,
        };
        if again {
            out.breach::<Self>(
                ONCE,
                conn.state(),
                format_args!("{expected}"),
                format_args!(
                    "{} after {} hellos and {} answers",
                    packet.kind().name(),
                    conn.hellos,
                    conn.answers
                ),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| conn.owes_answers()) {
            let hellos = conn
                .requests
                .iter()
                .filter(|request| !request.mine && request.kind == MessageType::ClientHello);
            for request in hellos.skip(conn.loose_errors as usize) {
                out.breach_at::<Self>(
                    request.record,
                    ONCE,
                    conn.state(),
                    format_args!("ERROR(invalid_state) in answer to a second CLIENT_HELLO"),
                    format_args!("no answer until the end of the run"),
                );
            }
        }
    }
}
