//! A connection that is refused or ended carries nothing more.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const REFUSED: Citation = Citation::must("NCP-CONN-003");
const ENDED: Citation = Citation::must("NWP-FRM-005");
const UNFIT: Citation = Citation::must("NCP-CAPS-008").read("OP-06");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "nothing_follows_the_end",
        says: "After a refusal, after a reply the client cannot accept, and after the end of a \
               connection nothing is sent on it.",
        citations: &[REFUSED, ENDED, UNFIT],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let error = packet.kind == FrameType::Error;
        let (citation, why) = match conn.outcome {
            _ if !conn.up => (ENDED, "the connection has ended"),
            // The refusal may have been refused by its header.
            Outcome::Error if conn.doubtful => return,
            Outcome::Error => (REFUSED, "the handshake was refused"),
            Outcome::Caps if conn.unacceptable.is_some() && !cx.server() && !error => {
                (UNFIT, "the reply cannot be accepted")
            }
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("nothing more: {why}"),
            format_args!("{}", packet.kind.name()),
        );
    }
}
