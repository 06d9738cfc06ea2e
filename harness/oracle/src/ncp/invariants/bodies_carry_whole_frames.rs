//! Over HTTP frames are what a body consists of, as they are on a native connection.

use super::prelude::*;
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::http::Fault as Mangled;

pub(in crate::ncp) struct Rule;

const BODY: Citation = Citation::must("NCP-CONN-015");
const BARE: Citation = Citation::must("NCP-CONN-015").read("OP-38");
const FRAMES: Citation = Citation::must("NCP-HDR-024");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "bodies_carry_whole_frames",
        says: "Over HTTP a message that carries frames is whole and has them in its body, each \
               with its header and its members, and nothing else.",
        citations: &[BODY, BARE, FRAMES],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(_: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        use SubPath::{Invoke, Query, Stream, Subscribe};
        let aside =
            matches!(post.request(), Some(("GET", Some(Query | Stream | Invoke | Subscribe))));
        if !post.mine || !aside && !post.carries() {
            return;
        }
        let (citation, what) = match &post.body {
            Body::Frames(_) => return,
            Body::Empty => (BODY, "none"),
            Body::Json(_) => (BARE, "an object without a header"),
            Body::Broken(violation) => {
                let observed = format_args!("a frame that breaks a rule: {violation}");
                return out.breach::<Self>(FRAMES, STATE, format_args!("{EXPECTED}"), observed);
            }
            Body::Other => (FRAMES, "bytes that are no frames"),
        };
        out.breach::<Self>(citation, STATE, format_args!("{EXPECTED}"), format_args!("{what}"));
    }
}

/// The node sends bytes that are no message.
pub(in crate::ncp) fn mangled(_: ConnId, fault: Mangled, out: &mut Report<'_>) {
    let expected = format_args!("a whole message");
    out.breach::<Rule>(BODY, STATE, expected, format_args!("{fault}"));
}

const STATE: &str = "exchange";
const EXPECTED: &str = "whole frames in the body";
