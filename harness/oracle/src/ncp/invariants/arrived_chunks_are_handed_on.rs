//! A chunk with which nothing is wrong reaches the application.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const ASSEMBLED: Citation = Citation::must("NCP-STREAM-005");
const FREE: Citation = Citation::must("NCP-FLOW-005");
const APART: Citation = Citation::must("NCP-STREAM-017").read("8.6");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "arrived_chunks_are_handed_on",
        says: "A receiver that reports chunks reports every one that came in turn and within \
               its window.",
        citations: &[ASSEMBLED, FREE, APART],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        let conns = cx.node.conns.iter().filter(|_| cx.node.tells.chunks);
        for conn in conns.filter(|conn| conn.owes_answers()) {
            let refused = conn.streams.iter().any(|stream| stream.end == Some(End::Refused));
            let sound = |stream: &&Stream| {
                !stream.mine
                    && stream.end != Some(End::Refused)
                    && stream.standing == Standing::Taken
                    && !stream.gap
            };
            for stream in conn.streams.iter().filter(sound) {
                // One that was passed over has been found already.
                let due = |arrival: &&Arrival| {
                    !arrival.doubtful
                        && arrival.count != 0
                        && u64::from(arrival.seq) >= stream.delivered
                };
                let Some(arrival) = stream.arrivals.iter().find(due) else { continue };
                let citation = match stream.windowed {
                    _ if refused => APART,
                    false => FREE,
                    true => ASSEMBLED,
                };
                out.breach_at::<Self>(
                    arrival.record,
                    citation,
                    stream.state(),
                    format_args!("a report of chunk {}", arrival.seq),
                    format_args!("none until the end of the run"),
                );
            }
        }
    }
}
