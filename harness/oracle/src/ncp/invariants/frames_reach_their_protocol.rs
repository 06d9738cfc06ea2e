//! A frame is handed to the protocol its type belongs to.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const ROUTED: Citation = Citation::must("NCP-HDR-022");
const REQUEST: Citation = Citation::must("NWP-FRM-014");
const NAMED: Citation = Citation::must("NOP-FRM-007");
const UNAGREED: Citation = Citation::must("NCP-ENC-010");
const GRAPH: Citation = Citation::must("NOP-FRM-002");
const SHAPE: Citation = Citation::must("NOP-FRM-002").read("5.5");
const FILTER: Citation = Citation::must("NWP-FRM-003");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "frames_reach_their_protocol",
        says: "A reported request or companion frame was received, with that type and \
               identifier, from a peer that may send it.",
        citations: &[ROUTED, REQUEST, NAMED, UNAGREED, GRAPH, SHAPE, FILTER],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::OTHER;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let (citation, id) = match event {
            Event::Received { conn: id, frame } => {
                let Some(conn) = cx.find(*id) else { return };
                let kind = FrameType::from_name(frame);
                let seen = conn.news.iter().any(|news| Some(news.kind) == kind);
                let owed = |id: &str| {
                    let mut causes = conn.causes.iter();
                    causes.any(|cause| cause.rule.id == id && cause.step == cx.node.step)
                };
                let foreign = owed(NAMED.id);
                match (seen, foreign && kind == Some(FrameType::AlignStream)) {
                    (_, true) => (NAMED, id),
                    (true, false) => return,
                    _ if kind == Some(FrameType::Align) => return,
                    // A sealed frame where nothing was agreed was to be dropped.
                    (false, false) if owed("NCP-ENC-009") => (UNAGREED, id),
                    (false, false) => (unread(cx, conn).unwrap_or(ROUTED), id),
                }
            }
            Event::Requested { conn: id, frame, anchor_ref, request_id, .. } => {
                let Some(conn) = cx.find(*id) else { return };
                let kind = FrameType::from_name(frame);
                let (anchor, name) = (Name::of(anchor_ref), Name::of(request_id));
                let seen = conn.requests.iter().any(|request| {
                    Some(request.kind) == kind
                        && !request.told
                        && request.id == name
                        && request.anchor == anchor
                });
                if seen || conn.doubtful || !cx.server() {
                    return;
                }
                (unread(cx, conn).unwrap_or(REQUEST), id)
            }
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(*id),
            format_args!("a frame as it was received"),
            format_args!("{event:?}"),
        );
    }
}

/// The rule that the frame has broken which is taken all the same.
fn unread(cx: &Cx<'_>, conn: &Conn) -> Option<Citation> {
    match conn.unread.filter(|unread| unread.0 == cx.node.step)? {
        (_, "NWP-FRM-003", None) => Some(FILTER),
        (_, "NOP-FRM-002", None) => Some(GRAPH),
        (_, "NOP-FRM-002", Some("5.5")) => Some(SHAPE),
        _ => None,
    }
}
