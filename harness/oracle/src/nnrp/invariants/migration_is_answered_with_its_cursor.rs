//! A migration is answered, and its cursor does not go back.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ANSWER: Citation = Citation::must("NNRP-MIG-009");
const CURSOR: Citation = Citation::must("NNRP-MIG-005").read("R-38");
const BELOW: Citation = Citation::must("NNRP-MIG-006");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "migration_is_answered_with_its_cursor",
        says: "SESSION_MIGRATE_ACK answers a migration, with a cursor not below the last \
               result of the client.",
        citations: &[ANSWER, CURSOR, BELOW],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionMigrateAck, MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let session = packet.session_in(cx.node);
        let state = session.map_or("none", |session| session.state.name());
        match &packet.frame.meta {
            Metadata::SessionMigrateAck(ack) => {
                let Some(request) = packet.request else {
                    if conn.owed.is_empty() {
                        let expected = format_args!("an answer to a SESSION_MIGRATE");
                        let observed = format_args!("one without a migration");
                        out.breach::<Self>(ANSWER, state, expected, observed);
                    }
                    return;
                };
                let last = conn.requests[request].extra;
                if ack.accept_code == 0 && ack.resume_from_frame_id < last {
                    out.breach::<Self>(
                        CURSOR,
                        state,
                        format_args!("resume_from_frame_id of at least {last}"),
                        format_args!("{}", ack.resume_from_frame_id),
                    );
                }
            }
            Metadata::FrameSubmit(_) => {
                let moved = session.filter(|session| session.migrated_from.is_some());
                let Some(session) = moved.filter(|session| session.conn == packet.conn) else {
                    return;
                };
                // One cursor stands for all lanes: a lane may still have new frames below.
                let again = packet.op_in(cx.node).is_some_and(|op| op.stage != Stage::Unknown);
                let frame = u64::from(packet.header().frame_id);
                if again && frame < session.cursor && packet.header().view_id == 0 {
                    out.breach::<Self>(
                        BELOW,
                        state,
                        format_args!("frames from {} on", session.cursor),
                        format_args!("frame {frame}"),
                    );
                }
            }
            _ => {}
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        cx.unanswered(&[MessageType::SessionMigrate], |conn, request| {
            out.breach_at::<Self>(
                request.record,
                ANSWER,
                conn.state(),
                format_args!("SESSION_MIGRATE_ACK for session {}", request.session),
                format_args!("none until the end of the run"),
            );
        });
    }
}
