//! A message names a session that its connection carries.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CLIENT: Citation = Citation::must("NNRP-SES-011");
const SERVER: Citation = Citation::must("NNRP-HDR-009");
const PATH: Citation = Citation::must("NNRP-MIG-007");
const GRACE: Citation = Citation::must("NNRP-MIG-008");
const REFUSED: Citation = Citation::must("NNRP-MIG-004");
const ALONE: Citation = Citation::must("NNRP-RES-010");
const STANDING: Citation = Citation::must("NNRP-HDR-009").read("R-60");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "session_messages_stay_where_the_session_is",
        says: "Session messages name a session granted on that connection; an old path only \
               delivers.",
        citations: &[CLIENT, SERVER, PATH, GRACE, REFUSED, ALONE, STANDING],
    };

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if packet.header().session_id == 0 {
            return;
        }
        let conn = cx.conn(packet.conn);
        let free = matches!(
            packet.kind(),
            MessageType::Error
                | MessageType::Pong
                | MessageType::SessionOpenAck
                | MessageType::SessionMigrate
                | MessageType::SessionMigrateAck
                | MessageType::SessionCloseAck
        );
        let session = packet.session_in(cx.node);
        let here = session.is_some_and(|session| session.conn == packet.conn);
        if free || here || !conn.up || !conn.active {
            return;
        }
        let client = cx.node.role == Role::Client;
        let data = matches!(packet.kind(), MessageType::ResultPush | MessageType::ResultDrop);
        let citation = match session {
            Some(session) if session.migrated_from == Some(packet.conn) => match packet.kind() {
                MessageType::FrameSubmit | MessageType::SessionPatch if client => PATH,
                _ if client || (data && cx.at <= session.path_until) => return,
                _ => GRACE,
            },
            Some(session) if session.resumed_from == Some(packet.conn) && !client => STANDING,
            Some(session) if session.moved_in_vain == Some(packet.conn) => REFUSED,
            Some(session) if session.state == State::Detached => ALONE,
            _ if client => CLIENT,
            _ => SERVER,
        };
        out.breach::<Self>(
            citation,
            session.map_or("none", |session| session.state.name()),
            format_args!("a session that connection {} carries", packet.conn),
            format_args!("{} for session {}", packet.kind().name(), packet.header().session_id),
        );
    }
}
