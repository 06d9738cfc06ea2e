//! An application is told the windows that its peer has sent.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const UPDATE: Citation = Citation::must("NCP-FLOW-003");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "windows_are_reported_as_received",
        says: "A report of a window follows an update for that stream and has its size.",
        citations: &[UPDATE],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::STREAM;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Window { conn: id, stream_id, size } = event else { return };
        let Some(conn) = cx.find(*id) else { return };
        let stream = conn.stream(Name::of(stream_id));
        let update = stream.and_then(|stream| stream.updates.first());
        // OP-22: the window of a frame without a meaning may be obeyed.
        let doubtful = stream.is_some_and(|stream| stream.standing == Standing::Doubtful);
        if update != Some(size) && !doubtful && !conn.doubtful {
            out.breach::<Self>(
                UPDATE,
                stream.map_or("unknown", Stream::state),
                format_args!("the window that was received: {update:?}"),
                format_args!("{size} for `{stream_id}`"),
            );
        }
    }
}
