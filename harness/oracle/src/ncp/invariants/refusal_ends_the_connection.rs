//! A server that refuses a client lets go of the connection.

use super::prelude::*;
use wireproof_wire::ncp::code::NCP_VERSION_INCOMPATIBLE;

pub(in crate::ncp) struct Rule;

const VERSION: Citation = Citation::must("NCP-VER-003");
const OTHERS: Citation = Citation::must("NCP-VER-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "refusal_ends_the_connection",
        says: "After an ErrorFrame in answer to HelloFrame the server closes the connection.",
        citations: &[VERSION, OTHERS],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| cx.server() && conn.up) {
            let Some((record, error)) = conn.refusal.filter(|_| conn.offer.is_some()) else {
                continue;
            };
            let version = error == Name::of(NCP_VERSION_INCOMPATIBLE);
            out.breach_at::<Self>(
                record,
                if version { VERSION } else { OTHERS },
                conn.state(cx.node.role),
                format_args!("the end of the connection"),
                format_args!("it still stands"),
            );
        }
    }
}
