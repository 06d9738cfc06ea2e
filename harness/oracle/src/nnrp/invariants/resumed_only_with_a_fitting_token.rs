//! Only the token of a session brings it back.

use super::prelude::*;
use wireproof_wire::nnrp::code::RESUME_REJECTED;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const BARE: Citation = Citation::must("NNRP-RES-003").read("R-37");
const OTHER: Citation = Citation::must("NNRP-RES-001");
const UNKNOWN: Citation = Citation::must("NNRP-RES-006");
const SPENT: Citation = Citation::must("NNRP-RES-006").read("R-37");
const FRESH: Citation = Citation::must("NNRP-RES-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "resumed_only_with_a_fitting_token",
        says: "resumed answers a token that was issued for that session and is still good; \
               nothing else does.",
        citations: &[BARE, OTHER, UNKNOWN, SPENT, FRESH],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        let Some(pending) = cx.answered_open(packet) else { return };
        let known = cx.node.find_session(ack.session_id).map(|index| &cx.node.sessions[index]);
        let state = known.map_or("none", |session| session.state.name());
        let mut report = |citation, expected: &str, observed: &str| {
            let observed = format_args!("session {}: {observed}", ack.session_id);
            out.breach::<Self>(citation, state, format_args!("{expected}"), observed);
        };
        match (ack.session_status, pending.token) {
            (RESUMED, None) => report(BARE, "resumed only for a token", "resumed without one"),
            (RESUMED, Some(hash)) => {
                let issued = |token: &&Token| token.hash == hash;
                let own = |token: &&Token| token.session == ack.session_id;
                let expected = "the latest token of the session, or refusal";
                match cx.node.tokens.iter().rev().filter(issued).find(own) {
                    Some(token) if token.validity == Validity::Spent => {
                        report(SPENT, expected, "a token that a newer one has replaced");
                    }
                    Some(_) => {}
                    None if cx.node.tokens.iter().any(|token| token.hash == hash) => {
                        report(OTHER, expected, "the token of another session");
                    }
                    None => report(UNKNOWN, expected, "a token that was never issued"),
                }
            }
            (OPENED, Some(_)) if ack.session_error_code != RESUME_REJECTED => {
                let expected = "resumed, a refusal, or a fresh session that says resume_rejected";
                report(FRESH, expected, "a fresh session without a word");
            }
            _ => {}
        }
    }
}
