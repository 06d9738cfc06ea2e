//! What comes in the clear although encryption was agreed does not go unnoticed.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LOGGED: Citation = Citation::should("NCP-ENC-014");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "plaintext_is_noticed",
        says: "A frame with ENC 0 on a connection with an algorithm in force is reported to the \
               application or refused.",
        citations: &[LOGGED],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        let stands = |conn: &&Conn| conn.established() && conn.errors_sent == 0;
        for conn in cx.node.conns.iter().filter(stands) {
            if let Some(record) = conn.plaintext {
                out.breach_at::<Self>(
                    record,
                    LOGGED,
                    conn.state(cx.node.role),
                    format_args!("a warning that a frame came in the clear"),
                    format_args!("none until the end of the run"),
                );
            }
        }
    }
}
