//! An ordinary close carries no error number.

use super::prelude::*;
use wireproof_wire::nnrp::session::CLOSE_REJECTED;

pub(in crate::nnrp) struct Rule;

const CLOSE: Citation = Citation::must("NNRP-SES-035");
const ANSWER: Citation = Citation::must("NNRP-SES-043");

/// `close_reason`: from here on something went wrong.
const PROTOCOL_ERROR: u16 = 4;

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "close_carries_a_code_only_for_an_error",
        says: "session_error_code is set in a close for an error, and in an answer that turns \
               the close down, and nowhere else.",
        citations: &[CLOSE, ANSWER],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionClose, MessageType::SessionCloseAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let (citation, code, failed) = match &packet.frame.meta {
            Metadata::SessionClose(close) => {
                (CLOSE, close.session_error_code, close.close_reason >= PROTOCOL_ERROR)
            }
            Metadata::SessionCloseAck(ack) => {
                (ANSWER, ack.session_error_code, ack.close_status == CLOSE_REJECTED)
            }
            _ => return,
        };
        if code != 0 && !failed {
            out.breach::<Self>(
                citation,
                packet.session_in(cx.node).map_or("none", |session| session.state.name()),
                format_args!("no session_error_code where nothing went wrong"),
                format_args!("{code:#x} in {}", packet.kind().name()),
            );
        }
    }
}
