//! AlignStream frames of one stream are numbered from 0.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const NUMBERS: Citation = Citation::must("NOP-FRM-006");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "align_stream_numbers_rise",
        says: "seq of the AlignStream frames of a stream starts at 0 and rises.",
        citations: &[NUMBERS],
    };
    const SENT: u16 = kinds::OTHER;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.kind != FrameType::AlignStream {
            return;
        }
        let id = packet.name("stream_id");
        let known = cx.conn(packet.conn).aligned.iter().find(|known| known.0 == id);
        let seq = packet.seq().unwrap_or(0);
        let rises = known.map_or(seq == 0, |known| seq > known.1);
        if !rises {
            out.breach::<Self>(
                NUMBERS,
                cx.state(packet.conn),
                format_args!("a number above {:?}", known.map(|known| known.1)),
                format_args!("{seq}"),
            );
        }
    }
}
