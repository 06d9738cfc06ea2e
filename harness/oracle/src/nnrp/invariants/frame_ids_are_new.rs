//! A frame number is used once per session and lane.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const USED: Citation = Citation::must("NNRP-SUB-004");
const REFUSED: Citation = Citation::must("NNRP-SUB-004").read("R-43");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "frame_ids_are_new",
        says: "A submit has a frame_id that was not used before, unless it repeats one that \
               a loss left open.",
        citations: &[USED, REFUSED],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::FrameSubmit(_) = &packet.frame.meta else { return };
        let (Some(session), Some(op)) = (packet.session_in(cx.node), packet.op_in(cx.node)) else {
            return;
        };
        let lost = session.resumes != 0 || session.migrated_from.is_some();
        let citation = match op.stage {
            Stage::Unknown => return,
            Stage::Ended(End::Error(_) | End::Refused) => REFUSED,
            Stage::Live if lost => return,
            _ => USED,
        };
        out.breach::<Self>(
            citation,
            op.state(),
            format_args!("a frame_id not used before on lane {}", op.lane()),
            format_args!("frame {} again", op.frame()),
        );
    }
}
