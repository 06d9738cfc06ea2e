//! A chunk waits for a window and for nothing else.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const REOPENED: Citation = Citation::must("NCP-FLOW-011").read("8.5");
const FREE: Citation = Citation::must("NCP-FLOW-005");
const OTHERS: Citation = Citation::must("NCP-FLOW-012").read("8.5");
const ROOM: Citation = Citation::must("NCP-FLOW-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "credited_chunks_are_sent",
        says: "What the application wants sent on an open stream is sent as far as the window \
               reaches, whatever other streams wait for.",
        citations: &[REOPENED, FREE, OTHERS, ROOM],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        for conn in cx.node.conns.iter().filter(|conn| conn.owes_answers()) {
            let paused = conn
                .streams
                .iter()
                .any(|stream| stream.mine && stream.open() && stream.window.left == Some(0));
            let stuck = |stream: &&Stream| {
                stream.mine
                    && stream.open()
                    && stream.waiting != 0
                    && !stream.waiting_doubtful
                    && stream.standing == Standing::Taken
                    && may_go_on(stream)
            };
            for stream in conn.streams.iter().filter(stuck) {
                let citation = match stream.window.left {
                    _ if stream.window.updates != 0 => REOPENED,
                    _ if paused => OTHERS,
                    None => FREE,
                    Some(_) => ROOM,
                };
                out.breach_at::<Self>(
                    stream.record,
                    citation,
                    stream.state(),
                    format_args!("the chunks that wait, {} of them", stream.waiting),
                    format_args!("a window of {:?} and nothing sent", stream.window.left),
                );
            }
        }
    }
}

/// Whether the window leaves no doubt: one unit may have gone to the opener (OP-21).
fn may_go_on(stream: &Stream) -> bool {
    match stream.window.left {
        None => true,
        Some(left) if stream.window.updates == 0 => left > 1,
        Some(left) => left > 0,
    }
}
