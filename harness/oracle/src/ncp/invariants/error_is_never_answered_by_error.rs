//! An ErrorFrame that arrived whole ends the matter.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LOOP: Citation = Citation::must("NCP-ERR-008").read("11.12");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "error_is_never_answered_by_error",
        says: "A node that has got nothing but sound ErrorFrames sends none itself.",
        citations: &[LOOP],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (errors, others) = cx.node.inputs;
        let caused = conn.causes.iter().any(|cause| cause.step == cx.node.step);
        // A Node may happen to answer a request just then.
        let waits = cx.server() && !conn.requests.is_empty();
        if errors != 0 && others == 0 && !caused && !waits && conn.established() {
            out.breach::<Self>(
                LOOP,
                cx.state(packet.conn),
                format_args!("no ErrorFrame in answer to an ErrorFrame"),
                format_args!("`{}`", packet.text("error").unwrap_or("")),
            );
        }
    }
}
