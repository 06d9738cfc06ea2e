//! The server sends one terminal event per operation and nothing for it afterwards.

use super::prelude::*;
use wireproof_wire::nnrp::error::SCOPE_FRAME;

pub(in crate::nnrp) struct Rule;

const TEXT: Citation = Citation::must("NNRP-RLT-007");
const DROPPED: Citation = Citation::must("NNRP-RLT-011");
const RANKED: Citation = Citation::must("NNRP-RLT-007").read("R-21");
const ERRORS: Citation = Citation::must("NNRP-RLT-007").read("R-54");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "operation_ends_exactly_once",
        says: "After its terminal event nothing is sent for an operation, save once after a \
               resume.",
        citations: &[TEXT, DROPPED, RANKED, ERRORS],
    };
    const SENT: Kinds =
        kinds(&[MessageType::ResultPush, MessageType::ResultDrop, MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let error = match &packet.frame.meta {
            Metadata::ResultPush(_) | Metadata::ResultDrop => false,
            Metadata::Error(error) if error.error_scope == SCOPE_FRAME => true,
            _ => return,
        };
        if packet.author != Role::Server {
            return;
        }
        let (Some(session), Some(op)) = (packet.session_in(cx.node), packet.op_in(cx.node)) else {
            return;
        };
        let Stage::Ended(end) = op.stage else { return };
        let redelivery = op.era < session.resumes && op.ends_sent == 0;
        if redelivery || session.migrated_from.is_some() || session.reused {
            return;
        }
        // A cancel or a repeat that finds the operation finished may be answered.
        if error && (op.cancelled || op.repeated) {
            return;
        }
        let citation = match end {
            End::Closed | End::Lost | End::Claimed => return,
            _ if error => ERRORS,
            End::Error(_) | End::Refused => ERRORS,
            End::Result { plain: false, .. } => RANKED,
            End::Drop => DROPPED,
            End::Result { .. } => TEXT,
        };
        out.breach::<Self>(
            citation,
            op.state(),
            format_args!("nothing more for frame {} of lane {}", op.frame(), op.lane()),
            format_args!("{} after it was {}", packet.kind().name(), op.state()),
        );
    }
}
