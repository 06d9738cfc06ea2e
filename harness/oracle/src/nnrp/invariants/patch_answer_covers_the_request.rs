//! A patch is answered once, field by field.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ONCE: Citation = Citation::must("NNRP-PAT-002");
const MASKS: Citation = Citation::must("NNRP-PAT-004").read("R-34");
const STATUS: Citation = Citation::must("NNRP-PAT-005");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "patch_answer_covers_the_request",
        says: "SESSION_PATCH_ACK answers one patch, its masks cover the request, its status \
               fits the masks.",
        citations: &[ONCE, MASKS, STATUS],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionPatchAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionPatchAck(ack) = &packet.frame.meta else { return };
        let conn = cx.conn(packet.conn);
        let state = packet.session_in(cx.node).map_or("none", |session| session.state.name());
        let Some(request) = packet.request else {
            if conn.owed.is_empty() {
                let expected = format_args!("an answer to a SESSION_PATCH");
                out.breach::<Self>(ONCE, state, expected, format_args!("one without a patch"));
            }
            return;
        };
        if conn.requests.iter().any(|request| request.contested) {
            return;
        }
        let mask = conn.requests[request].extra as u32;
        let (applied, rejected) = (ack.applied_patch_mask, ack.rejected_patch_mask);
        if applied & rejected != 0 || applied | rejected != mask {
            out.breach::<Self>(
                MASKS,
                state,
                format_args!("masks that part {mask:#x} between them"),
                format_args!("applied {applied:#x}, rejected {rejected:#x}"),
            );
            return;
        }
        let status = match (applied, rejected) {
            (_, 0) => 0,
            (0, _) => 2,
            _ => 1,
        };
        if ack.status != status || (ack.reason == 0) != (ack.status == 0) {
            out.breach::<Self>(
                STATUS,
                state,
                format_args!("status {status}, with a reason unless it is 0"),
                format_args!("status {}, reason {}", ack.status, ack.reason),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        cx.unanswered(&[MessageType::SessionPatch], |conn, request| {
            out.breach_at::<Self>(
                request.record,
                ONCE,
                conn.state(),
                format_args!("SESSION_PATCH_ACK for session {}", request.session),
                format_args!("none until the end of the run"),
            );
        });
    }
}
