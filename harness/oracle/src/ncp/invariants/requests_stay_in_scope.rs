//! Who asks for more than he may gets no data.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const SCOPE: Citation = Citation::must("NWP-FRM-013");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "requests_stay_in_scope",
        says: "A request outside of the scope that its sender has shown is not answered with \
               data.",
        citations: &[SCOPE],
    };
    const SENT: u16 = kinds::CAPS | kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let [request] = cx.conn(packet.conn).requests.as_slice() else { return };
        if cx.server() && request.outside {
            out.breach::<Self>(
                SCOPE,
                cx.state(packet.conn),
                format_args!("no data for {} outside of the scope", request.kind.name()),
                format_args!("{}", packet.kind.name()),
            );
        }
    }
}
