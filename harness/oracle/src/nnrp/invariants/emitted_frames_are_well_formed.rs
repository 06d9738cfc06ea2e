//! Everything a node sends decodes under the strict rules.

use super::prelude::*;
use wireproof_base::Level;
use wireproof_wire::nnrp::Layer;

pub(in crate::nnrp) struct Rule;

const SIZE: Citation = Citation::must("NNRP-ENC-006");
const LIMIT: Citation = Citation::must("NNRP-ENC-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "emitted_frames_are_well_formed",
        says: "Every packet that is sent decodes strictly: lengths, fields, ids and body.",
        citations: &[
            SIZE,
            LIMIT,
            Citation::must("NNRP-ENC-002"),
            Citation::must("NNRP-ENC-003"),
            Citation::must("NNRP-ENC-004"),
            Citation::must("NNRP-ENC-005"),
            Citation::must("NNRP-HDR-001"),
            Citation::must("NNRP-HDR-002"),
            Citation::must("NNRP-HDR-003"),
            Citation::must("NNRP-HDR-004"),
            Citation::must("NNRP-HDR-005"),
            Citation::must("NNRP-HDR-006"),
            Citation::must("NNRP-HDR-007"),
            Citation::must("NNRP-HDR-008"),
            Citation::must("NNRP-HDR-009"),
            Citation::must("NNRP-HDR-010"),
            Citation::must("NNRP-CON-003"),
            Citation::must("NNRP-EXT-004"),
            Citation::must("NNRP-SES-008"),
            Citation::must("NNRP-PAT-003"),
            Citation::must("NNRP-RLT-011"),
            Citation::must("NNRP-FLOW-003"),
            Citation::must("NNRP-FLOW-004"),
            Citation::must("NNRP-FLOW-005"),
            Citation::must("NNRP-CACHE-005"),
            Citation::must("NNRP-CACHE-006"),
            Citation::must("NNRP-ERR-003"),
        ],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let limit = conn.answer.map_or(0, |answer| answer.max_body_bytes);
        let len = packet.header().body_len;
        if limit != 0 && len > limit {
            out.breach::<Self>(
                LIMIT,
                conn.state(),
                format_args!("a body of at most {limit} bytes, as agreed in the hello"),
                format_args!("{} with a body of {len} bytes", packet.kind().name()),
            );
        }
    }

    fn garbled(cx: &Cx<'_>, garbled: &Garbled, out: &mut Report<'_>) {
        if !garbled.mine {
            return;
        }
        let violation = &garbled.refusal.violation;
        // These two readings are about the receiver: a sender of such a value breaks the text.
        let reading = violation.reading.filter(|name| !matches!(*name, "R-51" | "R-45"));
        let citation = Citation { id: violation.requirement, level: Level::Must, reading };
        let kind = garbled.refusal.kind.map_or("a packet", MessageType::name);
        let part = match violation.layer {
            Layer::Header => "header",
            Layer::Metadata => "metadata",
            Layer::Body => "body",
        };
        out.breach::<Self>(
            citation,
            cx.conn(garbled.conn).state(),
            format_args!("{kind} with a {part} that keeps {}", violation.requirement),
            format_args!("on stream {}: {violation}", garbled.stream.0),
        );
    }

    fn shutdown(cx: &Cx<'_>, conn: ConnId, pending: usize, out: &mut Report<'_>) {
        if pending != 0 {
            out.breach::<Self>(
                SIZE,
                cx.conn(conn).state(),
                format_args!("the end of a connection after a whole packet"),
                format_args!("{pending} bytes of a packet that is cut off"),
            );
        }
    }
}
