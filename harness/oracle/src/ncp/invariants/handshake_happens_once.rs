//! One HelloFrame and one reply per connection, each from its own side.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const HELLO: Citation = Citation::must("NCP-HELLO-018").read("OP-17");
const REPLY: Citation = Citation::must("NCP-CONN-003").read("OP-54");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "handshake_happens_once",
        says: "A client sends one HelloFrame, a server one handshake CapsFrame and no HelloFrame.",
        citations: &[HELLO, REPLY],
    };
    const SENT: u16 = kinds::HELLO | kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (citation, again) = match (packet.kind, packet.author) {
            (FrameType::Hello, Role::Client) => (HELLO, conn.hellos != 0),
            (FrameType::Hello, Role::Server) => (REPLY, true),
            _ => (REPLY, packet.is_handshake_caps() && conn.replies != 0),
        };
        if again {
            out.breach::<Self>(
                citation,
                cx.state(packet.conn),
                format_args!("one HelloFrame of the client and one reply of the server"),
                format_args!("another {} of the {}", packet.kind.name(), packet.author),
            );
        }
    }
}
