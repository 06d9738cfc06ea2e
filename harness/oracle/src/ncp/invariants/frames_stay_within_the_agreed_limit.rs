//! No payload is longer than what both sides agreed on.

use super::prelude::*;
use wireproof_base::Level;

pub(in crate::ncp) struct Rule;

const LIMIT: Citation = Citation::must("NCP-HDR-016");
const CHUNK: Citation = Citation::must("NCP-HDR-017");
const ERROR: Citation = Citation { level: Level::Should, ..LIMIT };

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "frames_stay_within_the_agreed_limit",
        says: "No payload exceeds max_frame_payload, nor 65,535 bytes where the extended header is \
               not agreed.",
        citations: &[LIMIT, CHUNK, ERROR],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.taint.is_none_or(|violation| violation.row != 7) {
            return;
        }
        let conn = cx.conn(packet.conn);
        let limit = conn.agreed.map_or(65_535, |agreed| agreed.usable_limit());
        let citation = match packet.kind {
            FrameType::Stream => CHUNK,
            // OP-27: one without room for its two codes cannot be made shorter.
            FrameType::Error if limit < ROOM => ERROR,
            _ => LIMIT,
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("{} of at most {limit} bytes", packet.kind.name()),
            format_args!("{} bytes", packet.header.len),
        );
    }
}

/// Bytes that an ErrorFrame with nothing but its two codes needs at most.
const ROOM: u32 = 128;
