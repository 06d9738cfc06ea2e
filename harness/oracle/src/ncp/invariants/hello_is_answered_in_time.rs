//! A HelloFrame that can be read is answered within 5 seconds.

use super::prelude::*;
use wireproof_base::{Duration, Instant};

pub(in crate::ncp) struct Rule;

const ANSWER: Citation = Citation::must("NCP-HELLO-014");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hello_is_answered_in_time",
        says: "A server answers HelloFrame with CapsFrame or ErrorFrame within 5 seconds.",
        citations: &[ANSWER],
    };
    const SENT: u16 = kinds::CAPS | kinds::ERROR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let answers = cx.server() && conn.outcome == Outcome::Open && conn.offer.is_some();
        if answers && cx.at > deadline(conn.hello.0) {
            out.breach_at::<Self>(
                conn.hello.1,
                ANSWER,
                cx.state(packet.conn),
                format_args!("an answer until {}", deadline(conn.hello.0)),
                format_args!("{} at {}", packet.kind.name(), cx.at),
            );
        }
    }

    fn shutdown(cx: &Cx<'_>, id: ConnId, _: usize, out: &mut Report<'_>) {
        let conn = cx.conn(id);
        if cx.server() && conn.up && unanswered(conn) {
            out.breach_at::<Self>(
                conn.hello.1,
                ANSWER,
                cx.state(id),
                format_args!("CapsFrame or ErrorFrame"),
                format_args!("the end of the connection"),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        let waiting = |conn: &&Conn| conn.up && unanswered(conn);
        for conn in cx.node.conns.iter().filter(|_| cx.server()).filter(waiting) {
            if cx.at > deadline(conn.hello.0) {
                out.breach_at::<Self>(
                    conn.hello.1,
                    ANSWER,
                    conn.state(cx.node.role),
                    format_args!("an answer until {}", deadline(conn.hello.0)),
                    format_args!("none"),
                );
            }
        }
    }
}

/// Whether a server has got a HelloFrame it can answer and has not. An ErrorFrame may not fit, and
/// an application may have ended the connection.
fn unanswered(conn: &Conn) -> bool {
    conn.outcome == Outcome::Open && conn.offer.is_some() && !conn.close_commanded
}

fn deadline(hello: Instant) -> Instant {
    hello + Duration::from_millis(5_000)
}
