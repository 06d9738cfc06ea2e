//! A chunk that carries error_code is the last.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LAST: Citation = Citation::must("NCP-STREAM-010");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "error_code_ends_the_stream",
        says: "A chunk of the data sender with error_code has is_last true.",
        citations: &[LAST],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let stream = cx.conn(packet.conn).stream(packet.name("stream_id"));
        // A receiver that gives up may write either (OP-26).
        let forward = stream.is_none_or(|stream| stream.mine);
        if forward && packet.error_code().is_some() && !packet.is_last() {
            out.breach::<Self>(
                LAST,
                stream.map_or("idle", Stream::state),
                format_args!("is_last true beside error_code"),
                format_args!("false"),
            );
        }
    }
}
