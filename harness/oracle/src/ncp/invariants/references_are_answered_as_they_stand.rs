//! What a Node says of a reference is what its registry has.

use super::prelude::*;
use wireproof_wire::ncp::code::{NCP_ANCHOR_NOT_FOUND, NCP_ANCHOR_STALE};

pub(in crate::ncp) struct Rule;

const UNKNOWN: Citation = Citation::must("NCP-ANCHOR-019");
const STANDING: Citation = Citation::must("NCP-ANCHOR-032");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "references_are_answered_as_they_stand",
        says: "A reference that was never registered gets no data; what a Node says of one \
               changes only with its registry.",
        citations: &[UNKNOWN, STANDING],
    };
    const SENT: u16 = kinds::ERROR | kinds::CAPS | kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        if !cx.server() || !conn.established() || packet.is_handshake_caps() {
            return;
        }
        let found = match packet.kind {
            FrameType::Error => contradicts(cx, packet).map(|why| (STANDING, why)),
            FrameType::Caps => cx.node.answered_by_caps(packet).and_then(|index| {
                let request = &conn.requests[index];
                data_for_nothing(cx, conn, request).map(|why| (UNKNOWN, why))
            }),
            _ => match conn.stream(packet.name("stream_id")) {
                Some(_) => None,
                None => cx.node.answered_by_stream(packet).and_then(|index| {
                    let request = &conn.requests[index];
                    // Another schema may be that of a stream nobody asked for.
                    let other = packet.name("anchor_ref") != request.anchor;
                    if other && packet.name("request_id").is_none() {
                        return None;
                    }
                    data_for_nothing(cx, conn, request).map(|why| (UNKNOWN, why))
                }),
            },
        };
        if let Some((citation, why)) = found {
            out.breach::<Self>(
                citation,
                cx.state(packet.conn),
                format_args!("an answer that fits the registry"),
                format_args!("{} {why}", packet.kind.name()),
            );
        }
    }
}

/// Whether an answer has data for a reference that no schema stands for. With several requests
/// waiting it is not certain which one it answers.
fn data_for_nothing(cx: &Cx<'_>, conn: &Conn, request: &Request) -> Option<&'static str> {
    let unknown = request.listing == Listing::Unregistered
        && cx.node.listing(request.anchor) == Listing::Unregistered;
    let plain = !request.anchor.is_none() && !request.system && conn.requests.len() == 1;
    (cx.node.configured && unknown && plain).then_some("for a reference that was never registered")
}

/// Whether an ErrorFrame says another thing of a reference than the one before it.
fn contradicts(cx: &Cx<'_>, packet: &Packet<'_>) -> Option<&'static str> {
    let said = match packet.text("error") {
        Some(NCP_ANCHOR_NOT_FOUND) => Said::NotFound,
        Some(NCP_ANCHOR_STALE) => Said::Stale,
        _ => return None,
    };
    let id = Name::of(packet.detail("anchor_ref")?);
    let before = cx.node.said_of(id)?;
    (before != said && cx.node.speaks_of_today(packet, id))
        .then_some("unlike the one before, and the registry did not change")
}
