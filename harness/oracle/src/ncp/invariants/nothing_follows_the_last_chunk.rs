//! A stream that has ended carries no more chunks.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LAST: Citation = Citation::must("NCP-STREAM-004");
const AFTER: Citation = Citation::must("NCP-STREAM-015").read("8.5");
const REFUSED: Citation = Citation::must("NCP-STREAM-016").read("OP-26");
const REUSED: Citation = Citation::must("NCP-STREAM-020").read("OP-24");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "nothing_follows_the_last_chunk",
        says: "After the last chunk, an abort or a refusal no chunk follows, and the stream_id \
               is not used again.",
        citations: &[LAST, AFTER, REFUSED, REUSED],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let Some(stream) = conn.stream(packet.name("stream_id")) else { return };
        let Some(end) = stream.end.filter(|_| conn.up) else { return };
        let seq = packet.seq().unwrap_or(0);
        let update = packet.data().is_empty() && packet.window().is_some();
        let gives_up = packet.error_code().is_some();
        let citation = match end {
            // A window or a cancellation may have crossed the end of the peer's stream.
            _ if !stream.mine && (update || gives_up) => return,
            // What was turned away was no stream to its receiver (V02, V04).
            _ if !stream.mine && stream.maybe_unknown() => return,
            _ if seq == 0 => REUSED,
            _ if !stream.mine => return,
            End::Complete => LAST,
            End::Aborted => AFTER,
            // The refusal may have been refused itself.
            End::Refused if conn.doubtful => return,
            End::Refused => REFUSED,
            End::Lost => return,
        };
        out.breach::<Self>(
            citation,
            stream.state(),
            format_args!("nothing more on `{}`", packet.text("stream_id").unwrap_or("")),
            format_args!("chunk {seq}"),
        );
    }
}
