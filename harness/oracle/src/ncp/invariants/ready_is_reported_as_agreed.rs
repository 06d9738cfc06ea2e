//! The session runs with the values of the first reply.

use super::prelude::*;
use wireproof_wire::ncp::version::parse;

pub(in crate::ncp) struct Rule;

const REPLY: Citation = Citation::must("NCP-CONN-003");
const TWICE: Citation = Citation::must("NCP-CONN-003").read("OP-54");
const VERSION: Citation = Citation::must("NCP-VER-001");
const ENCODING: Citation = Citation::must("NCP-VER-005");
const LIMIT: Citation = Citation::must("NCP-VER-008");
const STREAMS: Citation = Citation::must("NCP-VER-009").read("OP-14");
const EXT: Citation = Citation::must("NCP-VER-010").read("OP-15");
const ALGORITHM: Citation = Citation::must("NCP-ENC-017").read("OP-37");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "ready_is_reported_as_agreed",
        says: "A node is ready once, after the reply to the first HelloFrame, with what both \
               sides have.",
        citations: &[REPLY, TWICE, VERSION, ENCODING, LIMIT, STREAMS, EXT, ALGORITHM],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::READY;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Ready {
            conn: id, version, encoding, max_frame_payload, max_streams, ext, ..
        } = event
        else {
            return;
        };
        let Event::Ready { algorithm, .. } = event else { return };
        let Some(conn) = cx.find(*id) else { return };
        if conn.readies != 0 {
            report(cx, *id, TWICE, "one report of readiness", "another", out);
        }
        let Some(agreed) = conn.agreed else { return };
        let limits = [agreed.limit, agreed.usable_limit()];
        let named = agreed.algorithm.map_or("", |algorithm| algorithm.name());
        // Without a key nothing is encrypted (E03).
        let keyless = cx.node.keyed() == Some(false) && algorithm.is_empty();
        let found = [
            (VERSION, "version", agreed.version.is_none() || parse(version) == agreed.version),
            (ENCODING, "encoding", *encoding == agreed.encoding),
            (LIMIT, "max_frame_payload", limits.contains(max_frame_payload)),
            (STREAMS, "max_streams", *max_streams == agreed.streams),
            (EXT, "ext", *ext == agreed.ext),
            (ALGORITHM, "algorithm", keyless || algorithm == named),
        ];
        for (citation, member, _) in found.into_iter().filter(|found| !found.2) {
            report(cx, *id, citation, "what the first reply says", member, out);
        }
    }

    fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
        let Claimed::Ready = claim.said else { return };
        let answered = cx.find(claim.conn).is_some_and(|conn| conn.outcome == Outcome::Caps);
        if !answered {
            report(cx, claim.conn, REPLY, "a handshake CapsFrame before readiness", "none", out);
        }
    }
}

fn report(
    cx: &Cx<'_>,
    conn: ConnId,
    citation: Citation,
    expected: &str,
    observed: &str,
    out: &mut Report<'_>,
) {
    let (expected, observed) = (format_args!("{expected}"), format_args!("{observed}"));
    out.breach::<Rule>(citation, cx.state(conn), expected, observed);
}
