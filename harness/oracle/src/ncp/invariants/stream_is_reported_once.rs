//! A stream begins once and ends once for its application.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const BEGINS: Citation = Citation::must("NCP-STREAM-020").read("OP-24");
const ENDS: Citation = Citation::must("NCP-STREAM-004");
const TURNED_AWAY: Citation = Citation::must("NCP-STREAM-017").read("8.6");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "stream_is_reported_once",
        says: "A stream is reported as opened once and after its first chunk came, and as ended \
               once.",
        citations: &[BEGINS, ENDS, TURNED_AWAY],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = events::STREAM;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let (citation, conn, stream_id, expected) = match event {
            Event::Opened { conn, stream_id, .. } => {
                let Some(known) = cx.find(*conn) else { return };
                match known.stream(Name::of(stream_id)) {
                    Some(stream) if stream.opened_told => (BEGINS, conn, stream_id, "once"),
                    Some(stream) if stream.mine => (BEGINS, conn, stream_id, "by the peer"),
                    Some(stream) if stream.end == Some(End::Refused) => {
                        (TURNED_AWAY, conn, stream_id, "and not turned away")
                    }
                    Some(_) => return,
                    None if known.doubtful => return,
                    None => (BEGINS, conn, stream_id, "by chunk 0"),
                }
            }
            Event::Ended { conn, stream_id, .. } => {
                let Some(known) = cx.find(*conn) else { return };
                let stream = known.stream(Name::of(stream_id));
                if stream.is_none_or(|stream| stream.ended_told.is_none()) {
                    return;
                }
                (ENDS, conn, stream_id, "and ended once")
            }
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(*conn),
            format_args!("a stream that is opened {expected}"),
            format_args!("{} `{stream_id}`", event.name()),
        );
    }
}
