//! The chunks of a stream are numbered 0, 1, 2, …

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const NUMBERS: Citation = Citation::must("NCP-STREAM-003");
const RESUMED: Citation = Citation::must("NCP-FLOW-011").read("8.5");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "chunks_are_numbered_without_gaps",
        says: "Each chunk of a stream has the number after that of the chunk before, the first \
               one 0, also after a pause.",
        citations: &[NUMBERS, RESUMED],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let stream = conn.stream(packet.name("stream_id"));
        let seq = packet.seq().unwrap_or(0);
        let (next, state, citation) = match stream {
            // What goes against the direction has numbers that nobody checks (OP-22).
            Some(stream) if !stream.mine || !stream.open() => return,
            Some(stream) => {
                let resumed = stream.window.reopened && seq < stream.next;
                let citation = if resumed { RESUMED } else { NUMBERS };
                (stream.next, stream.state(), citation)
            }
            // A window for a stream that the peer has not opened (yet) is no opener of its own.
            None if packet.data().is_empty() && packet.window().is_some() && seq != 0 => return,
            None => (0, "idle", NUMBERS),
        };
        if seq != next {
            out.breach::<Self>(
                citation,
                state,
                format_args!("chunk {next} of `{}`", packet.text("stream_id").unwrap_or("")),
                format_args!("chunk {seq}"),
            );
        }
    }
}
