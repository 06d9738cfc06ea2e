//! What a receiver sends on a stream is a window or the end.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const FORM: Citation = Citation::must("NCP-FLOW-003");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "window_update_has_its_form",
        says: "A StreamFrame against the direction of its stream has window_size, no records \
               and is_last false, or an error_code.",
        citations: &[FORM],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let stream = cx.conn(packet.conn).stream(packet.name("stream_id"));
        let Some(stream) = stream.filter(|stream| !stream.mine && !stream.maybe_unknown()) else {
            return;
        };
        // One that starts at 0 after the end uses the name again.
        let records = packet.data().len();
        let update = packet.window().is_some() && records == 0 && !packet.is_last();
        if packet.error_code().is_none() && !update && stream.open() {
            out.breach::<Self>(
                FORM,
                stream.state(),
                format_args!("window_size, no records and is_last false"),
                format_args!(
                    "window_size {:?}, {records} records, is_last {}",
                    packet.window(),
                    packet.is_last()
                ),
            );
        }
    }
}
