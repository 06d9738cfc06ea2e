//! A body says what it is.

use super::prelude::*;
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::http::content;

pub(in crate::ncp) struct Rule;

const REQUEST: Citation = Citation::must("NPS-ADDR-008");
const RESPONSE: Citation = Citation::must("NPS-ADDR-009");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "bodies_have_their_type",
        says: "A request with a frame is application/nwp-frame, a response with one \
               application/nwp-capsule, and a manifest application/nwp-manifest+json.",
        citations: &[REQUEST, RESPONSE],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(cx: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let kind = post.message.content_type();
        let framed = matches!(post.body, Body::Frames(_));
        let (citation, expected) = match post.status() {
            _ if !post.mine => return,
            None if framed => (REQUEST, content::FRAME),
            Some(200..=299) if framed => (RESPONSE, content::CAPSULE),
            Some(200) if cx.is_for(post, SubPath::Nwm) => (RESPONSE, content::MANIFEST),
            _ => return,
        };
        if kind != expected {
            out.breach::<Self>(
                citation,
                "exchange",
                format_args!("a body of type {expected}"),
                format_args!("`{kind}`"),
            );
        }
    }
}
