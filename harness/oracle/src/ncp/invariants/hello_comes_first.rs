//! HelloFrame, then the reply, then everything else.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const FIRST: Citation = Citation::must("NCP-HELLO-001");
const ORDER: Citation = Citation::must("NCP-CONN-003");
const EARLY: Citation = Citation::must("NCP-CONN-009").read("8.1");
const ANSWERED: Citation = Citation::must("NCP-HELLO-017").read("OP-17");
const BROKEN: Citation = Citation::must("NCP-HELLO-019").read("OP-17");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hello_comes_first",
        says: "A client starts with HelloFrame and then waits for the reply; a server says \
               nothing before it, and the reply first.",
        citations: &[FIRST, ORDER, EARLY, ANSWERED, BROKEN],
    };
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        if conn.outcome != Outcome::Open {
            return;
        }
        let reply = packet.is_handshake_caps() || packet.kind == FrameType::Error;
        let (citation, expected) = match packet.author {
            Role::Client if conn.sent == 0 && packet.kind != FrameType::Hello => {
                (FIRST, "HelloFrame as the first frame")
            }
            Role::Client if conn.sent != 0 && packet.kind != FrameType::Hello => {
                // K10: the client may say what is wrong with the reply, or with its header.
                let came = conn.received != 0 || !conn.causes.is_empty();
                if packet.kind == FrameType::Error && came {
                    return;
                }
                (EARLY, "nothing before the reply has come")
            }
            Role::Server if conn.wrong_first.is_some() && packet.kind != FrameType::Error => {
                let citation = if conn.broken_hello { BROKEN } else { ANSWERED };
                (citation, "no answer to a first frame that is no HelloFrame")
            }
            // S01: a client that says nothing may be told so.
            Role::Server if packet.kind == FrameType::Error => return,
            Role::Server if conn.hellos == 0 => (ORDER, "nothing before HelloFrame has come"),
            Role::Server if !reply => (ORDER, "CapsFrame or ErrorFrame in answer to HelloFrame"),
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("{expected}"),
            format_args!("{}", packet.kind.name()),
        );
    }
}
