//! The extended header is used where both sides have it.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const AGREED: Citation = Citation::must("NCP-HDR-026").read("OP-15");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "extended_header_waits_for_an_agreement",
        says: "EXT is set only after a handshake in which both sides said they support it.",
        citations: &[AGREED],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let agreed = cx.conn(packet.conn).agreed.is_some_and(|agreed| agreed.ext);
        if packet.header.is_ext() && !agreed {
            out.breach::<Self>(
                AGREED,
                cx.state(packet.conn),
                format_args!("the default header, as long as EXT is not agreed"),
                format_args!("{} with an extended one", packet.kind.name()),
            );
        }
    }
}
