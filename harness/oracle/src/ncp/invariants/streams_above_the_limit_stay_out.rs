//! A receiver takes no more streams than were agreed.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LIMITED: Citation = Citation::should("NCP-STREAM-012");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "streams_above_the_limit_stay_out",
        says: "A receiver does not take a stream of its peer when as many of the peer's streams \
               are open as were agreed.",
        citations: &[LIMITED],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::STREAM;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Opened { conn: id, stream_id, .. } = event else { return };
        let Some(conn) = cx.find(*id) else { return };
        let limit = conn.agreed.map_or(u32::MAX, |agreed| agreed.streams);
        let name = Name::of(stream_id);
        if conn.stream(name).is_none_or(|stream| stream.end == Some(End::Refused)) {
            return;
        }
        let others = conn.streams.iter().filter(|stream| {
            !stream.mine && stream.open() && stream.standing == Standing::Taken && stream.id != name
        });
        let others = others.count() as u32;
        if others >= limit && !conn.doubtful {
            out.breach::<Self>(
                LIMITED,
                cx.state(*id),
                format_args!("at most {limit} streams"),
                format_args!("`{stream_id}` beside {others}"),
            );
        }
    }
}
