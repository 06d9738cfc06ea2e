//! A refused handshake says why.

use super::prelude::*;
use wireproof_wire::ncp::code::{
    NCP_ENCODING_UNSUPPORTED, NCP_VERSION_INCOMPATIBLE, NPS_PROTO_VERSION_INCOMPATIBLE,
};
use wireproof_wire::ncp::version::parse;

pub(in crate::ncp) struct Rule;

const CODE: Citation = Citation::must("NCP-VER-002");
const STATUS: Citation = Citation::must("NCP-VER-004");
const SHARED: Citation = Citation::must("NCP-VER-014").read("OP-10");
const UNFOUNDED: Citation = Citation::must("NCP-VER-002").read("OP-08");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "refusal_has_the_right_code",
        says: "Too high a minimum is refused with NCP-VERSION-INCOMPATIBLE under its status, no \
               shared encoding with that or NCP-ENCODING-UNSUPPORTED, and a fitting client with \
               neither.",
        citations: &[CODE, STATUS, SHARED, UNFOUNDED],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (true, Outcome::Open, Some(offer)) = (cx.server(), conn.outcome, &conn.offer) else {
            return;
        };
        let (error, status) = (packet.text("error"), packet.text("status"));
        let own = if cx.node.configured { parse(&cx.node.setup.nps_version) } else { None };
        let above = matches!((offer.minimum, own), (Some(least), Some(own)) if least > own);
        let incompatible = error == Some(NCP_VERSION_INCOMPATIBLE);
        let unencoded = error == Some(NCP_ENCODING_UNSUPPORTED);
        let all = cx.node.setup.encodings.iter();
        let own = all.fold(Encodings::default(), |set, tier| set.with(*tier));
        let apart = cx.node.configured && own.and(offer.encodings).is_empty();
        let reason = super::unfit_hello_is_refused::unfit(cx, offer, None).is_some();
        let core =
            offer.protocols.has_ncp() && cx.node.setup.protocols.iter().any(|name| name == "ncp");
        let agent = conn.offer.is_some_and(|offer| offer.odd_agent);
        let citation = if incompatible && status != Some(NPS_PROTO_VERSION_INCOMPATIBLE) {
            STATUS
        } else if above && !apart && !incompatible {
            CODE
        } else if apart && !above && !incompatible && !unencoded {
            SHARED
        } else if cx.node.configured
            && !reason
            && core
            && !agent
            && conn.hellos == 1
            && (incompatible || unencoded)
        {
            UNFOUNDED
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("a code and a status that fit {offer:?}"),
            format_args!("{error:?} under {status:?}"),
        );
    }
}
