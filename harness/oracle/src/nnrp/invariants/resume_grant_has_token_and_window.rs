//! Who grants resumption gives what it takes.

use super::prelude::*;
use wireproof_wire::nnrp::session::{ALLOW_RESUME, OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const GRANT: Citation = Citation::must("NNRP-RES-005").read("R-37");
const AGAIN: Citation = Citation::must("NNRP-RES-004").read("R-37");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "resume_grant_has_token_and_window",
        says: "resume_enabled comes with a token and a window; resumed always has them and \
               no error code.",
        citations: &[GRANT, AGAIN],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(_cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        let enabled = ack.session_flags_ack & u32::from(ALLOW_RESUME) != 0;
        let whole = ack.resume_window_ms != 0 && ack.resume_token_bytes != 0;
        let resumed = ack.session_status == RESUMED;
        let observed = format_args!(
            "enabled {enabled}, window {} ms, token of {} bytes, code {:#x}",
            ack.resume_window_ms, ack.resume_token_bytes, ack.session_error_code
        );
        if resumed && (!enabled || !whole || ack.session_error_code != 0) {
            let expected = format_args!("resumed with token, window and no error code");
            out.breach::<Self>(AGAIN, "opening", expected, observed);
        } else if enabled && !whole && ack.session_status == OPENED {
            let expected = format_args!("resume_enabled with a token and a window");
            out.breach::<Self>(GRANT, "opening", expected, observed);
        }
    }
}
