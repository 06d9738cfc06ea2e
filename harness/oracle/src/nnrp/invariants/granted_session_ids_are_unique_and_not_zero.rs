//! A granted session has a number, and nobody else has it.

use super::prelude::*;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const UNIQUE: Citation = Citation::must("NNRP-SES-010");
const REACH: Citation = Citation::must("NNRP-SES-010").read("R-06");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "granted_session_ids_are_unique_and_not_zero",
        says: "A success carries a session_id that is not zero and that no other live \
               session has.",
        citations: &[UNIQUE, REACH],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        if !matches!(ack.session_status, OPENED | RESUMED) {
            return;
        }
        let id = ack.session_id;
        let known = cx.node.find_session(id).map(|index| &cx.node.sessions[index]);
        // What waited longer than its window is gone (S20).
        let over = |known: &Session| known.state == State::Detached && known.window_over(cx.at);
        let taken = known.filter(|session| {
            session.state != State::Closed && !over(session) && ack.session_status == OPENED
        });
        let (citation, state) = match taken {
            _ if id == 0 => (UNIQUE, "none"),
            Some(session) if session.conn == packet.conn => (UNIQUE, session.state.name()),
            Some(session) => (REACH, session.state.name()),
            None => return,
        };
        out.breach::<Self>(
            citation,
            state,
            format_args!("a session_id that is not zero and not in use"),
            format_args!("session_id {id}"),
        );
    }
}
