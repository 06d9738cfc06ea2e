//! Nobody waits for ever for the other side of the handshake.

use super::prelude::*;
use wireproof_base::Duration;

pub(in crate::ncp) struct Rule;

const CLIENT: Citation = Citation::should("NCP-HELLO-015");
const SERVER: Citation = Citation::should("NCP-HELLO-016");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "silent_peers_are_given_up",
        says: "A client without a reply, and a server without a HelloFrame, end the connection \
               after 5 seconds; the server says why.",
        citations: &[CLIENT, SERVER],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn shutdown(cx: &Cx<'_>, id: ConnId, _: usize, out: &mut Report<'_>) {
        let conn = cx.conn(id);
        let timed_out = cx.at >= conn.since + wait(cx, cx.node.setup.hello_timeout_ms);
        let silent = conn.received == 0 && conn.sent == 0 && !conn.close_commanded;
        if cx.server() && conn.up && silent && timed_out {
            out.breach::<Self>(
                SERVER,
                cx.state(id),
                format_args!("ErrorFrame before the connection of a silent client is closed"),
                format_args!("none"),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        let setup = &cx.node.setup;
        let waiting = |conn: &&Conn| conn.up && conn.outcome == Outcome::Open;
        for conn in cx.node.conns.iter().filter(waiting) {
            let (citation, since, record, wait) = match cx.node.role {
                Role::Client if conn.hellos == 0 || conn.received != 0 => continue,
                Role::Client => {
                    (CLIENT, conn.hello.0, conn.hello.1, wait(cx, setup.caps_timeout_ms))
                }
                Role::Server if conn.received != 0 => continue,
                Role::Server => (SERVER, conn.since, conn.record, wait(cx, setup.hello_timeout_ms)),
            };
            if cx.at > since + wait {
                out.breach_at::<Self>(
                    record,
                    citation,
                    conn.state(cx.node.role),
                    format_args!("the end of the connection by {}", since + wait),
                    format_args!("it still stands at {}", cx.at),
                );
            }
        }
    }
}

/// How long the node waits: as it is set up, or 5 seconds.
fn wait(cx: &Cx<'_>, set: u32) -> Duration {
    Duration::from_millis(if cx.node.configured { u64::from(set) } else { 5_000 })
}
