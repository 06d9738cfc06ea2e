//! Who is leaving puts nothing into a cache and moves nowhere.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SESSION: Citation = Citation::must("NNRP-SES-028").read("R-36");
const CONNECTION: Citation = Citation::must("NNRP-CON-004").read("R-12");
const PUT: Citation = Citation::must("NNRP-SES-028").read("R-33");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "endings_take_no_new_questions",
        says: "On a session or connection that closes no CACHE_PUT or SESSION_MIGRATE is sent, \
               and no such put is accepted.",
        citations: &[SESSION, CONNECTION, PUT],
    };
    const SENT: Kinds =
        kinds(&[MessageType::CachePut, MessageType::CacheAck, MessageType::SessionMigrate]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let session = packet.session_in(cx.node);
        let state = session.map_or(conn.state(), |session| session.state.name());
        let ending = session.is_some_and(|it| matches!(it.state, State::Closing | State::Draining));
        let citation = match &packet.frame.meta {
            Metadata::CachePut(_) | Metadata::SessionMigrate(_) if ending => SESSION,
            Metadata::CachePut(_) | Metadata::SessionMigrate(_) if conn.closing() && conn.up => {
                CONNECTION
            }
            Metadata::CacheAck(ack) if ack.status != REJECTED => {
                let store = &cx.node.store;
                let put = store.answered(packet, ack).map(|index| &store.puts[index]);
                if put.is_none_or(|put| put.admitted) {
                    return;
                }
                PUT
            }
            _ => return,
        };
        out.breach::<Self>(
            citation,
            state,
            format_args!("nothing new where the end has begun"),
            format_args!("{}", packet.kind().name()),
        );
    }
}
