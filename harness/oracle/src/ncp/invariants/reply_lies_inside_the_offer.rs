//! What a server grants is what both sides have.

use super::prelude::*;
use wireproof_wire::ncp::version::parse;

pub(in crate::ncp) struct Rule;

const VERSION: Citation = Citation::must("NCP-VER-001");
const NUMBERS: Citation = Citation::must("NCP-VER-013").read("8.4");
const ENCODING: Citation = Citation::must("NCP-VER-005");
const LIMIT: Citation = Citation::must("NCP-VER-008");
const LIMIT_DEFAULT: Citation = Citation::must("NCP-HELLO-008");
const STREAMS: Citation = Citation::must("NCP-VER-009").read("OP-14");
const STREAMS_DEFAULT: Citation = Citation::must("NCP-HELLO-010").read("OP-14");
const EXT: Citation = Citation::must("NCP-VER-010").read("OP-15");
const EXT_DEFAULT: Citation = Citation::must("NCP-HELLO-009").read("OP-15");
const PROTOCOLS: Citation = Citation::must("NCP-VER-011").read("OP-11");
const ALGORITHMS: Citation = Citation::must("NCP-VER-012").read("OP-37");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "reply_lies_inside_the_offer",
        says: "Version and limits of the handshake reply are the smaller of both values, and \
               everything in it was offered.",
        citations: &[
            VERSION,
            NUMBERS,
            ENCODING,
            LIMIT,
            LIMIT_DEFAULT,
            STREAMS,
            STREAMS_DEFAULT,
            EXT,
            EXT_DEFAULT,
            PROTOCOLS,
            ALGORITHMS,
        ],
    };
    const SENT: u16 = kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (true, Outcome::Open, Some(offer)) = (cx.server(), conn.outcome, &conn.offer) else {
            return;
        };
        let [record] = packet.data() else { return };
        if !packet.is_handshake_caps() {
            return;
        }
        let reply = Reply::read(record, offer);
        let setup = cx.node.configured.then_some(&cx.node.setup);
        let own_limit = setup.map_or(u32::MAX, |setup| setup.max_frame_payload);
        let own_streams = setup.map_or(u32::MAX, |setup| setup.max_streams);
        let limit = smaller(offer.limit, own_limit, setup.is_some(), reply.limit);
        let streams = smaller(offer.streams, own_streams, setup.is_some(), reply.streams);
        let within = |list: &Protocols| list.within(offer.protocols) && !list.foreign;
        let (version, citation) = session_version(cx, offer, &reply);
        let named =
            |named: bool, own: Citation, default: Citation| if named { own } else { default };
        let found = [
            (citation, "session_version", version),
            (
                ENCODING,
                "negotiated_encoding",
                reply.encoding.is_none_or(|tier| offer.encodings.has(tier)),
            ),
            (named(offer.names_limit, LIMIT, LIMIT_DEFAULT), "max_frame_payload", limit),
            (
                named(offer.names_streams, STREAMS, STREAMS_DEFAULT),
                "max_concurrent_streams",
                streams,
            ),
            (
                named(offer.names_ext, EXT, EXT_DEFAULT),
                "ext_support",
                offer.ext || reply.ext != Some(true),
            ),
            (PROTOCOLS, "supported_protocols", reply.protocols.as_ref().is_none_or(within)),
            (ALGORITHMS, "e2e_enc_algorithms", !reply.foreign_algorithm),
        ];
        for (citation, member, _) in found.into_iter().filter(|found| !found.2) {
            out.breach::<Self>(
                citation,
                cx.state(packet.conn),
                format_args!("{member} as both sides have it"),
                format_args!("{record:?} for {offer:?}"),
            );
        }
    }
}

/// Whether a limit is the smaller of both values, as far as both are known.
fn smaller(theirs: u32, own: u32, known: bool, granted: Option<u32>) -> bool {
    granted
        .is_none_or(|granted| granted <= theirs.min(own) && (!known || granted == theirs.min(own)))
}

/// Whether the version in force is the smaller of both.
fn session_version(cx: &Cx<'_>, offer: &Offer, reply: &Reply) -> (bool, Citation) {
    let own = if cx.node.configured { parse(&cx.node.setup.nps_version) } else { reply.server };
    let (Some(granted), Some(theirs), Some(own)) = (reply.version, offer.version, own) else {
        return (true, VERSION);
    };
    // Number by number, and not as decimals or texts.
    let longer = theirs.minor.max(own.minor) > 9;
    (granted == theirs.min(own), if longer { NUMBERS } else { VERSION })
}
