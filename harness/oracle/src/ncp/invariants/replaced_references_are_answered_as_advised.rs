//! A reference that was replaced is answered with its successor, or as stale.

use super::prelude::*;
use wireproof_wire::ncp::code::NCP_ANCHOR_STALE;

pub(in crate::ncp) struct Rule;

const INLINE: Citation = Citation::should("NCP-ANCHOR-021");
const STALE: Citation = Citation::should("NCP-ANCHOR-022");
const DEFAULT: Citation = Citation::must("NCP-ANCHOR-023").read("OP-36");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "replaced_references_are_answered_as_advised",
        says: "For a replaced reference a Node attaches the current schema, or answers \
               NCP-ANCHOR-STALE where auto_anchor is false.",
        citations: &[INLINE, STALE, DEFAULT],
    };
    const SENT: u16 = kinds::ERROR | kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        // With several requests waiting it is not certain which one is answered.
        let [request] = conn.requests.as_slice() else { return };
        let Listing::Superseded(successor) = request.listing else { return };
        // Nothing is said about a successor that the Node has dropped.
        if cx.node.listing(successor) == Listing::Unregistered {
            return;
        }
        // OP-36: answers that cannot carry a schema may do as they like.
        let plain = request.kind == FrameType::Query && !request.stream && !request.reshaped;
        if !cx.server() || !conn.established() || !plain {
            return;
        }
        let stale = packet.text("error") == Some(NCP_ANCHOR_STALE);
        let inline = matches!(&packet.frame, Frame::Caps(caps) if caps.inline_anchor.is_some());
        let caps = packet.kind == FrameType::Caps;
        if !stale && !caps
            || wireproof_wire::ncp::anchor::is_system_ref(
                packet.text("anchor_ref").unwrap_or_default(),
            )
        {
            return;
        }
        let citation = match request.auto {
            Some(false) if caps => STALE,
            None if stale => DEFAULT,
            None | Some(true) if !inline => INLINE,
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("what auto_anchor {:?} asks for", request.auto),
            format_args!("{}, inline_anchor {inline}", packet.kind.name()),
        );
    }
}
