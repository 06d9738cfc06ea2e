//! A session that closes takes no new work.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CLOSING: Citation = Citation::must("NNRP-SES-028");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "nothing_new_after_session_close",
        says: "After SESSION_CLOSE no FRAME_SUBMIT or SESSION_PATCH is sent, or accepted, on \
               the session.",
        citations: &[CLOSING],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit, MessageType::SessionPatch]);
    const EVENTS: u32 = events::SUBMITTED;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if !matches!(packet.kind(), MessageType::FrameSubmit | MessageType::SessionPatch) {
            return;
        }
        let Some(session) = packet.session_in(cx.node) else { return };
        if matches!(session.state, State::Closing | State::Draining) {
            out.breach::<Self>(
                CLOSING,
                session.state.name(),
                format_args!("no new work on session {}", session.id),
                format_args!("{}", packet.kind().name()),
            );
        }
    }

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        let Some((known, op)) = cx.operation(session, lane, frame) else { return };
        if op.late == Some(Late::Session) && !op.reported {
            out.breach::<Self>(
                CLOSING,
                known.state.name(),
                format_args!("ERROR(invalid_state) for frame {frame}"),
                format_args!("an operation on session {session}"),
            );
        }
    }
}
