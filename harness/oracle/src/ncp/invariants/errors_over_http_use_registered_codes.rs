//! An error over HTTP speaks in registered codes.

use super::prelude::*;
use wireproof_wire::ncp::code::{NPS_CLIENT_BAD_FRAME, is_code, is_status, status_of};
use wireproof_wire::ncp::http::Refusal;

pub(in crate::ncp) struct Rule;

const STATUS: Citation = Citation::must("NCP-ERR-002");
const CODE: Citation = Citation::must("NCP-ERR-003");
const PAIR: Citation = Citation::must("NCP-ERR-004");
const SPELLING: Citation = Citation::must("NCP-ERR-010");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "errors_over_http_use_registered_codes",
        says: "The body of an error names an NPS status and a registered code, and both belong \
               together; a fault without a code repeats its status.",
        citations: &[STATUS, CODE, PAIR, SPELLING],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(cx: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let Some(Refusal { error: said, .. }) =
            Refusal::read(&post.message).ok().filter(|_| post.mine)
        else {
            return;
        };
        let (status, error) = (&*said.status, &*said.error);
        // What the application wants said is said.
        if cx.conn(post.conn).commanded.contains(&Name::of(error)) {
            return;
        }
        let letter = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-');
        let spelled = !error.is_empty() && error.bytes().all(letter);
        let citation = if !is_status(status) {
            STATUS
        } else if !spelled {
            SPELLING
        } else if is_code(error) && status_of(error) != Some(status) {
            PAIR
        } else if !is_code(error) && error != status && status != NPS_CLIENT_BAD_FRAME {
            CODE
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            "exchange",
            format_args!("a registered code under its status"),
            format_args!("`{error}` under `{status}`"),
        );
    }
}
