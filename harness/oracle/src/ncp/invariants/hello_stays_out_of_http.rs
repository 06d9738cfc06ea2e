//! There is no handshake over HTTP.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

/// NWP takes one for a sign of Agent traffic, so it is no more than a warning (`OP-50`).
const HELLO: Citation = Citation::should("NCP-HELLO-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hello_stays_out_of_http",
        says: "Over HTTP nobody sends HelloFrame.",
        citations: &[HELLO],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(_: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let hello = post.frames().iter().any(|carried| carried.kind() == FrameType::Hello);
        if post.mine && hello {
            out.breach::<Self>(
                HELLO,
                "exchange",
                format_args!("a frame of the session itself"),
                format_args!("HelloFrame"),
            );
        }
    }
}
