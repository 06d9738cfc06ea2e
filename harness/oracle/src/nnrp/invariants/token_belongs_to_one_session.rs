//! No two sessions share a token.

use super::prelude::*;
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const SHARED: Citation = Citation::must("NNRP-RES-001");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "token_belongs_to_one_session",
        says: "A token that is handed out was not handed out for another session.",
        citations: &[SHARED],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        if ack.resume_token_bytes == 0 || !matches!(ack.session_status, OPENED | RESUMED) {
            return;
        }
        let hash = hash(packet.frame.blocks().token);
        let taken = |token: &&Token| token.hash == hash && token.session != ack.session_id;
        if let Some(token) = cx.node.tokens.iter().find(taken) {
            out.breach::<Self>(
                SHARED,
                "opening",
                format_args!("a token of its own for session {}", ack.session_id),
                format_args!("the token of session {}", token.session),
            );
        }
    }
}
