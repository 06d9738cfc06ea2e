//! Nothing follows a response, and none comes unasked.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const ONCE: Citation = Citation::must("NCP-CONN-015");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "requests_get_one_response_each",
        says: "Over HTTP a request brings one response, be it an error or not, and nothing after \
               it.",
        citations: &[ONCE],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(cx: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let exchange = cx.node.exchange(post.conn, post.stream);
        let (asked, answered) = exchange.map_or((0, 0), |one| (one.requests, one.responses));
        if post.mine && post.status().is_some() && answered >= asked {
            out.breach::<Self>(
                ONCE,
                "exchange",
                format_args!("no more responses than requests, of which there are {asked}"),
                format_args!("one more"),
            );
        }
    }
}
