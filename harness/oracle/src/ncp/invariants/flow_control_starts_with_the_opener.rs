//! Who uses flow control says so in the first chunk.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const FIRST: Citation = Citation::must("NCP-FLOW-001");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "flow_control_starts_with_the_opener",
        says: "window_size stands on chunk 0 if it stands on any chunk of the data sender.",
        citations: &[FIRST],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some(stream) = cx.conn(packet.conn).stream(packet.name("stream_id")) else { return };
        if stream.mine && stream.open() && !stream.windowed && packet.window().is_some() {
            out.breach::<Self>(
                FIRST,
                stream.state(),
                format_args!("window_size on chunk 0"),
                format_args!("first on chunk {}", packet.seq().unwrap_or(0)),
            );
        }
    }
}
