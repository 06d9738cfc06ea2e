//! A recovered session loses no result.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const OWED: Citation = Citation::must("NNRP-RES-008");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "resume_redelivers_what_is_owed",
        says: "After a resume every terminal event that was not acknowledged is sent again.",
        citations: &[OWED],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        if cx.node.role != Role::Server {
            return;
        }
        for session in cx.live_sessions() {
            if session.resumes == 0 || session.watermarked || session.migrated_from.is_some() {
                continue;
            }
            let owed = session.ops.iter().filter(|op| {
                let lossy = op.once || op.loss_unsettled;
                let ended = matches!(op.stage, Stage::Ended(End::Result { .. } | End::Drop));
                ended && op.era < session.resumes && op.ends_sent == 0 && !lossy
            });
            for op in owed {
                out.breach_at::<Self>(
                    op.record,
                    OWED,
                    session.state.name(),
                    format_args!("the end of frame {} again after the resume", op.frame()),
                    format_args!("nothing until the end of the run"),
                );
            }
        }
    }
}
