//! A connection that does not start with HelloFrame is ended.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const ENDED: Citation = Citation::must("NCP-HELLO-017").read("OP-17");
const BROKEN: Citation = Citation::must("NCP-HELLO-019").read("OP-17");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "wrong_first_frame_ends_the_connection",
        says: "A server ends a connection whose first frame is no HelloFrame, or none that can \
               be read.",
        citations: &[ENDED, BROKEN],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| cx.server() && conn.up) {
            if let Some(record) = conn.wrong_first {
                out.breach_at::<Self>(
                    record,
                    if conn.broken_hello { BROKEN } else { ENDED },
                    conn.state(cx.node.role),
                    format_args!("the end of the connection"),
                    format_args!("it still stands"),
                );
            }
        }
    }
}
