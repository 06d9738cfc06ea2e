//! What an application gets of a stream is what was received, in the order of the numbers.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const ORDER: Citation = Citation::must("NCP-STREAM-005");
const TWICE: Citation = Citation::must("NCP-STREAM-018").read("OP-24");
const MIXED: Citation = Citation::must("NCP-STREAM-019").read("8.6");
const REVERSE: Citation = Citation::must("NCP-FLOW-003").read("OP-22");
const LATER: Citation = Citation::must("NCP-CONN-013").read("8.6");
const SEALED: Citation = Citation::must("NCP-ENC-011");
const UNAGREED: Citation = Citation::must("NCP-ENC-010");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "chunks_are_delivered_once_and_in_order",
        says: "Every chunk handed to an application was received for that stream, with its \
               number, and comes once and in order.",
        citations: &[ORDER, TWICE, MIXED, REVERSE, LATER, SEALED, UNAGREED],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::CHUNK;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Chunk { conn: id, stream_id, seq, count, digest } = event else { return };
        let Some(conn) = cx.find(*id) else { return };
        let stream = conn.stream(Name::of(stream_id));
        let same = |arrival: &Arrival| (arrival.count, arrival.digest) == (*count, *digest);
        // There may be two of a number where the first may have been turned away.
        let seen = stream.and_then(|stream| {
            let mut here = stream.arrivals.iter().filter(|arrival| arrival.seq == *seq);
            here.clone().find(|arrival| same(arrival)).or_else(|| here.next())
        });
        let next = stream.map_or(0, |stream| stream.delivered);
        let citation = match (stream, seen) {
            (Some(stream), _) if stream.end == Some(End::Lost) && !conn.up => LATER,
            (Some(stream), _) if stream.mine => REVERSE,
            (_, Some(seen)) if same(seen) && u64::from(*seq) == next => return,
            _ if u64::from(*seq) < next => TWICE,
            _ if elsewhere(conn, stream, &same) => MIXED,
            (_, None) => unread(conn).unwrap_or(ORDER),
            _ => ORDER,
        };
        out.breach::<Self>(
            citation,
            stream.map_or("unknown", Stream::state),
            format_args!("chunk {next} of `{stream_id}` as it was received"),
            format_args!("chunk {seq} with {count} records, digest {digest:#x}"),
        );
    }
}

/// Whether such a chunk came on another stream.
fn elsewhere(conn: &Conn, own: Option<&Stream>, same: &impl Fn(&Arrival) -> bool) -> bool {
    let others = conn.streams.iter().filter(|other| own.is_none_or(|own| own.id != other.id));
    others.flat_map(|other| &other.arrivals).any(|arrival| arrival.count != 0 && same(arrival))
}

/// A frame that had to be dropped and may have been used all the same.
fn unread(conn: &Conn) -> Option<Citation> {
    let dropped = |id: &str| conn.causes.iter().any(|cause| cause.rule.id == id);
    if dropped("NCP-ENC-009") {
        Some(UNAGREED)
    } else if dropped("NCP-ENC-011") || dropped("NCP-ENC-016") {
        Some(SEALED)
    } else {
        None
    }
}
