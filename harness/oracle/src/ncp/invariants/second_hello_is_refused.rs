//! A HelloFrame after the handshake is not taken and ends the connection.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const REFUSED: Citation = Citation::must("NCP-HELLO-018").read("OP-17");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "second_hello_is_refused",
        says: "A server ends the connection on which a second HelloFrame comes, with or without an \
               ErrorFrame.",
        citations: &[REFUSED],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| cx.server() && conn.up) {
            if let Some(record) = conn.second_hello {
                out.breach_at::<Self>(
                    record,
                    REFUSED,
                    conn.state(cx.node.role),
                    format_args!("the end of the connection"),
                    format_args!("it still stands"),
                );
            }
        }
    }
}
