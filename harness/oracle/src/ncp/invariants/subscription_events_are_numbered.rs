//! The events of a subscription are numbered without gaps.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const NUMBERS: Citation = Citation::must("NWP-FRM-009");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "subscription_events_are_numbered",
        says: "DiffFrames of a subscription carry seq 1, 2, 3, … or go on where it resumed; a \
               heartbeat may repeat the last one.",
        citations: &[NUMBERS],
    };
    const SENT: u16 = kinds::DIFF;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Frame::Diff(diff) = &packet.frame else { return };
        let conn = cx.conn(packet.conn);
        let Some(known) = conn.subscription(packet.name("stream_id")) else { return };
        let next = known.last.map_or(1, |last| last + 1);
        let repeats = diff.is_heartbeat() && diff.seq == known.last;
        // OP-43: whether the number it resumes at is replayed is contradictory.
        let replays = known.resumed == known.last && diff.seq == known.last;
        if diff.seq != Some(next) && !repeats && !replays && !known.doubtful {
            out.breach::<Self>(
                NUMBERS,
                cx.state(packet.conn),
                format_args!("event {next} of the subscription"),
                format_args!("{:?}", diff.seq),
            );
        }
    }
}
