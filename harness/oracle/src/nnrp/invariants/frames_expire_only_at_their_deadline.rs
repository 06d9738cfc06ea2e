//! frame_expired is said of a deadline that has passed.

use super::prelude::*;
use wireproof_wire::nnrp::code::FRAME_EXPIRED;

pub(in crate::nnrp) struct Rule;

const NONE: Citation = Citation::must("NNRP-SUB-016");
const CLOCK: Citation = Citation::must("NNRP-SUB-017").read("R-44");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "frames_expire_only_at_their_deadline",
        says: "A frame is called expired only once the budget it names, or else the default of \
               the session, is used up.",
        citations: &[NONE, CLOCK],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let Some(op) = packet.op_in(cx.node).filter(|_| error.error_code == FRAME_EXPIRED) else {
            return;
        };
        if op.stage == Stage::Unknown || cx.node.role != Role::Server {
            return;
        }
        let limit = wireproof_base::Duration::from_millis(u64::from(op.deadline_ms));
        let citation = match op.deadline_ms {
            0 => NONE,
            _ if cx.at.since(op.at) < limit => CLOCK,
            _ => return,
        };
        out.breach::<Self>(
            citation,
            op.state(),
            format_args!(
                "frame {} with a deadline of {} ms, 0 for none",
                op.frame(),
                op.deadline_ms
            ),
            format_args!("frame_expired after {}", cx.at.since(op.at)),
        );
    }
}
