//! Who wants a session back says which one.

use super::prelude::*;
use wireproof_wire::nnrp::session::ALLOW_RESUME;

pub(in crate::nnrp) struct Rule;

const WHOLE: Citation = Citation::must("NNRP-RES-002").read("R-37");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "resume_names_its_session",
        says: "An open with a token sets allow_resume and names the session.",
        citations: &[WHOLE],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpen]);

    fn sent(_cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpen(open) = &packet.frame.meta else { return };
        let allowed = open.session_flags & ALLOW_RESUME != 0;
        if open.resume_token_bytes != 0 && (!allowed || open.requested_session_id == 0) {
            out.breach::<Self>(
                WHOLE,
                "none",
                format_args!("a token together with allow_resume and the session wanted"),
                format_args!("flag {allowed}, session {}", open.requested_session_id),
            );
        }
    }
}
