//! Over HTTP an error shows in the status of the message too.

use super::prelude::*;
use wireproof_wire::ncp::code::{
    NPS_LIMIT_EXCEEDED, NPS_PROTO_VERSION_INCOMPATIBLE, NPS_SERVER_UNSUPPORTED, http_of,
};
use wireproof_wire::ncp::http::Refusal;

pub(in crate::ncp) struct Rule;

const SHOWS: Citation = Citation::must("NCP-CONN-005");
const BODY: Citation = Citation::must("NCP-CONN-005").read("6.5");
const MAPPED: Citation = Citation::must("NCP-ERR-009");
const UNLISTED: Citation = Citation::must("NCP-ERR-009").read("OP-39");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "http_status_is_that_of_the_error",
        says: "Over HTTP an error is answered under the HTTP status listed for its NPS status, \
               with a body that names both parts, and not with a frame.",
        citations: &[SHOWS, BODY, MAPPED, UNLISTED],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(_: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let Some(http) = post.status().filter(|_| post.mine) else { return };
        let refusal = Refusal::read(&post.message).ok();
        let framed = post.frames().iter().find_map(|carried| match &carried.frame {
            Frame::Error(error) => Some(error),
            _ => None,
        });
        let error = refusal.as_ref().map(|refusal| &refusal.error).or(framed);
        let citation = match (error, http) {
            (None, ..400) => return,
            (Some(_), ..400) => SHOWS,
            (_, 400..) if refusal.is_none() => BODY,
            (Some(error), _) => match http_of(&error.status) {
                Some(choices) if choices.contains(&http) => return,
                // A status that nobody registered belongs to no number.
                None => return,
                Some(_) if UNTABLED.contains(&&*error.status) => UNLISTED,
                Some(_) => MAPPED,
            },
            (None, _) => return,
        };
        let said = error.map_or("no error that can be read", |error| &error.status);
        out.breach::<Self>(
            citation,
            "exchange",
            format_args!("an error under the HTTP status that belongs to it"),
            format_args!("{said} under {http}"),
        );
    }
}

/// Statuses that the table of status-codes lacks (reference 9.1).
const UNTABLED: [&str; 3] =
    [NPS_PROTO_VERSION_INCOMPATIBLE, NPS_SERVER_UNSUPPORTED, NPS_LIMIT_EXCEEDED];
