//! What is over stays silent.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SILENT: Citation = Citation::must("NNRP-CON-006");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "nothing_is_sent_on_a_closed_connection",
        says: "Nothing is sent on a connection that has ended at this side.",
        citations: &[SILENT],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        if !conn.up {
            out.breach::<Self>(
                SILENT,
                conn.state(),
                format_args!("nothing on connection {}", packet.conn),
                format_args!("{}", packet.kind().name()),
            );
        }
    }
}
