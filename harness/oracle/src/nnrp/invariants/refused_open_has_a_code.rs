//! A refusal says why, and a clean success says nothing.

use super::prelude::*;
use wireproof_wire::nnrp::session::{OPENED, PRIORITY_DOWNGRADED, REJECTED, RETRY_LATER};

pub(in crate::nnrp) struct Rule;

const CODE: Citation = Citation::must("NNRP-SES-014");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "refused_open_has_a_code",
        says: "session_error_code is set in a refusal and clear in an ordinary success.",
        citations: &[CODE],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        let code = ack.session_error_code;
        // Without a clue to the open, its token is taken for granted.
        let token = cx.answered_open(packet).is_none_or(|open| open.token.is_some());
        let lowered = ack.session_flags_ack & PRIORITY_DOWNGRADED != 0;
        let wrong = match ack.session_status {
            REJECTED | RETRY_LATER => code == 0,
            OPENED => code != 0 && !lowered && !token,
            _ => false,
        };
        if wrong {
            out.breach::<Self>(
                CODE,
                "opening",
                format_args!("a code in a refusal and none in an ordinary success"),
                format_args!("status {} with code {code:#x}", ack.session_status),
            );
        }
    }
}
