//! A result that may be lost is never sent twice.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ONCE: Citation = Citation::must("NNRP-RLT-013");
const INHERITED: Citation = Citation::must("NNRP-NEG-016");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "fire_and_forget_is_sent_once",
        says: "Under fire_and_forget the terminal result goes out once, across a resume too.",
        citations: &[ONCE, INHERITED],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(_) = &packet.frame.meta else { return };
        let (Some(session), Some(op)) = (packet.session_in(cx.node), packet.op_in(cx.node)) else {
            return;
        };
        let again = packet.finality != Finality::More && op.result_sent && op.once;
        // Within one life of the session this is a second end like any other.
        if again && op.era < session.resumes {
            out.breach::<Self>(
                if op.inherits_loss { INHERITED } else { ONCE },
                op.state(),
                format_args!("the result of frame {} once", op.frame()),
                format_args!("its result again after a resume"),
            );
        }
    }
}
