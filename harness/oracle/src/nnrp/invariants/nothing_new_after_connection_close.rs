//! A connection that closes takes no new work.

use super::prelude::*;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const CLOSE: Citation = Citation::must("NNRP-CON-004");
const FATAL: Citation = Citation::must("NNRP-CON-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "nothing_new_after_connection_close",
        says: "After CLOSE or a fatal ERROR no open, patch or submit is sent, or accepted, \
               on the connection.",
        citations: &[CLOSE, FATAL],
    };
    const SENT: Kinds = kinds(&[
        MessageType::SessionOpen,
        MessageType::SessionPatch,
        MessageType::FrameSubmit,
        MessageType::SessionOpenAck,
    ]);
    const EVENTS: u32 = events::SUBMITTED;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        if !conn.closing() || !conn.up {
            return;
        }
        let citation = if conn.close_sent || conn.close_received { CLOSE } else { FATAL };
        let new = match &packet.frame.meta {
            Metadata::SessionOpen(_) | Metadata::SessionPatch(_) | Metadata::FrameSubmit(_) => true,
            Metadata::SessionOpenAck(ack) if matches!(ack.session_status, OPENED | RESUMED) => {
                cx.answered_open(packet).is_some_and(|open| !open.admitted)
            }
            _ => false,
        };
        if new {
            out.breach::<Self>(
                citation,
                conn.state(),
                format_args!("nothing new on a connection that closes"),
                format_args!("{}", packet.kind().name()),
            );
        }
    }

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        let Some((known, op)) = cx.operation(session, lane, frame) else { return };
        if op.late == Some(Late::Connection) && !op.reported {
            out.breach::<Self>(
                CLOSE,
                cx.conn(known.conn).state(),
                format_args!("ERROR(invalid_state) for frame {frame}"),
                format_args!("an operation on a connection that closes"),
            );
        }
    }
}
