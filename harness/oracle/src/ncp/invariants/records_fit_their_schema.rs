//! Records that are sent follow the schema they name.

use super::prelude::*;
use wireproof_wire::ncp::record;

pub(in crate::ncp) struct Rule;

const CAPS: Citation = Citation::must("NCP-CAPS-003");
const STREAM: Citation = Citation::must("NCP-STREAM-009");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "records_fit_their_schema",
        says: "Every record of CapsFrame and StreamFrame has the fields of its schema with \
               their types, apart from those a projection leaves out.",
        citations: &[CAPS, STREAM],
    };
    const SENT: u16 = kinds::STREAM | kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.data().is_empty() || packet.is_handshake_caps() {
            return;
        }
        let conn = cx.conn(packet.conn);
        let (citation, anchor, wanted) = match packet.kind {
            FrameType::Caps => {
                let request = cx.node.answered_by_caps(packet);
                let request = request.map(|index| &conn.requests[index]);
                let reshaped = request.is_none_or(|request| request.reshaped);
                let wanted = request.map_or(&[][..], |request| &request.fields);
                (
                    CAPS,
                    packet.name("anchor_ref"),
                    (reshaped || !wanted.is_empty()).then_some(wanted),
                )
            }
            _ => match conn.stream(packet.name("stream_id")) {
                Some(stream) if !stream.mine || !stream.open() => return,
                Some(stream) => (STREAM, stream.anchor, stream.projected.then_some(&[][..])),
                None => {
                    let request = cx.node.answered_by_stream(packet).filter(|_| cx.server());
                    let request = request.map(|index| &conn.requests[index]);
                    let loose = request
                        .is_some_and(|request| request.reshaped || !request.fields.is_empty());
                    (STREAM, packet.name("anchor_ref"), loose.then_some(&[][..]))
                }
            },
        };
        let Some(place) = cx.node.find_schema(anchor) else { return };
        let schema = &cx.node.schemas[place].schema;
        for (index, one) in packet.data().iter().enumerate() {
            let fits = match wanted {
                None => record::fits(schema, one),
                Some(wanted) => record::fits_projected(schema, one, wanted),
            };
            if let Err(misfit) = fits {
                out.breach::<Self>(
                    citation,
                    cx.state(packet.conn),
                    format_args!("records that follow the schema of {}", packet.kind.name()),
                    format_args!("record {index}: {misfit}"),
                );
                return;
            }
        }
    }
}
