//! A sender stays within the window it knows of.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const UNIT: Citation = Citation::must("NCP-FLOW-002");
const PAUSED: Citation = Citation::must("NCP-FLOW-004");
const ZERO: Citation = Citation::must("NCP-FLOW-008").read("OP-22");
const REPLACED: Citation = Citation::must("NCP-FLOW-009").read("OP-22");
const OTHER: Citation = Citation::must("NCP-FLOW-012").read("8.5");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "window_is_never_overrun",
        says: "On a stream with a window no chunk but an abort is sent when the updates \
               received for it leave nothing.",
        citations: &[UNIT, PAUSED, ZERO, REPLACED, OTHER],
    };
    const SENT: u16 = kinds::STREAM;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some(stream) = cx.conn(packet.conn).stream(packet.name("stream_id")) else { return };
        let window = &stream.window;
        let abort = packet.error_code().is_some() && packet.data().is_empty();
        // OP-23: whoever opens without a window may disregard updates.
        let held = stream.mine && stream.open() && stream.windowed && window.left == Some(0);
        if !held || abort {
            return;
        }
        let citation = if window.closed {
            PAUSED
        } else if window.other_opened {
            OTHER
        } else if window.updates == 0 {
            UNIT
        } else if window.added > 0 {
            REPLACED
        } else {
            ZERO
        };
        out.breach::<Self>(
            citation,
            stream.state(),
            format_args!("no chunk until there is a window"),
            format_args!(
                "chunk {} of `{}` after {} updates",
                packet.seq().unwrap_or(0),
                packet.text("stream_id").unwrap_or(""),
                window.updates
            ),
        );
    }
}
