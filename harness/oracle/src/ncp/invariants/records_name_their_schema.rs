//! The first chunk of a stream of records says which schema they follow.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const NAMED: Citation = Citation::should("NCP-STREAM-021");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "records_name_their_schema",
        says: "A stream that carries records names their schema in its first chunk.",
        citations: &[NAMED],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let stream = conn.stream(packet.name("stream_id"));
        // OP-36: where the schema asked for was replaced, none at all passes.
        let (first, excused) = match stream {
            None => {
                let request = cx.node.answered_by_stream(packet).filter(|_| cx.server());
                let request = request.map(|index| &conn.requests[index]);
                let replaced = request.is_some_and(|asked| asked.listing != Listing::Current);
                (packet.text("anchor_ref").is_none(), replaced)
            }
            Some(stream) => {
                let first = stream.mine && stream.open() && stream.carried == 0;
                (first && stream.anchor.is_none(), stream.anchor_excused)
            }
        };
        if first && !excused && !packet.data().is_empty() {
            out.breach::<Self>(
                NAMED,
                stream.map_or("idle", Stream::state),
                format_args!("anchor_ref on chunk 0"),
                format_args!("none, and records on chunk {}", packet.seq().unwrap_or(0)),
            );
        }
    }
}
