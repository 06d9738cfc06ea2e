//! A server refuses a client with which it has too little in common.

use super::prelude::*;
use wireproof_wire::ncp::version::parse;

pub(in crate::ncp) struct Rule;

const VERSION: Citation = Citation::must("NCP-VER-002");
const DEFAULT: Citation = Citation::must("NCP-HELLO-007");
const SHARED: Citation = Citation::must("NCP-VER-007");
const ODD: Citation = Citation::must("NCP-VER-002").read("OP-08");
const ZERO: Citation = Citation::must("NCP-VER-008").read("OP-12");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "unfit_hello_is_refused",
        says: "A HelloFrame with too high a minimum, no shared encoding or protocol, or a \
               zero limit gets no CapsFrame.",
        citations: &[VERSION, DEFAULT, SHARED, ODD, ZERO],
    };
    const SENT: u16 = kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (true, Outcome::Open, Some(offer)) = (cx.server(), conn.outcome, &conn.offer) else {
            return;
        };
        let own = packet.data().first().and_then(|record| Reply::read(record, offer).server);
        if !packet.is_handshake_caps() {
            return;
        }
        if let Some((citation, why)) = unfit(cx, offer, own) {
            out.breach::<Self>(
                citation,
                cx.state(packet.conn),
                format_args!("ErrorFrame: {why}"),
                format_args!("CapsFrame"),
            );
        }
    }
}

/// Why an offer has to be refused.
pub(super) fn unfit(
    cx: &Cx<'_>,
    offer: &Offer,
    own: Option<wireproof_wire::ncp::version::Version>,
) -> Option<(Citation, &'static str)> {
    let setup = cx.node.configured.then_some(&cx.node.setup);
    let own = setup.map_or(own, |setup| parse(&setup.nps_version));
    let above = matches!((offer.minimum, own), (Some(least), Some(own)) if least > own);
    let encodings = setup.map_or(offer.encodings, |setup| {
        let all = setup.encodings.iter();
        all.fold(Encodings::default(), |set, tier| set.with(*tier)).and(offer.encodings)
    });
    let protocols = setup.map(|setup| Protocols::of(setup.protocols.iter().map(|name| &**name)));
    let meets = protocols.is_none_or(|protocols| protocols.meets(offer.protocols));
    if above {
        let citation = if offer.names_minimum { VERSION } else { DEFAULT };
        Some((citation, "the client's minimum is above the server's version"))
    } else if encodings.is_empty() {
        Some((SHARED, "no encoding is shared"))
    } else if !meets {
        Some((SHARED, "no protocol is shared"))
    } else if !offer.sound_versions() {
        Some((ODD, "the versions make no sense"))
    } else if offer.limit == 0 || offer.streams == 0 {
        Some((ZERO, "a limit is zero"))
    } else {
        // OP-11: that `ncp` is not shared need not be held against a client.
        None
    }
}
