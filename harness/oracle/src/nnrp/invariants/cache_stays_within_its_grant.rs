//! What SERVER_HELLO_ACK grants bounds what is kept.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const GRANT: Citation = Citation::must("NNRP-CACHE-007");
const ROOM: Citation = Citation::must("NNRP-CACHE-008").read("R-33");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "cache_stays_within_its_grant",
        says: "No put is accepted that takes objects or bytes beyond what the hello granted.",
        citations: &[GRANT, ROOM],
    };
    const SENT: Kinds = kinds(&[MessageType::CacheAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::CacheAck(ack) = &packet.frame.meta else { return };
        let store = &cx.node.store;
        let Some(put) = store.answered(packet, ack).map(|index| &store.puts[index]) else {
            return;
        };
        let conn = cx.conn(packet.conn);
        let Some(answer) = conn.answer.filter(|_| ack.status != REJECTED && !put.fleeting) else {
            return;
        };
        let shares = |object: &&Object| {
            let here = match object.key.owner {
                Owner::Conn(of) => of == packet.conn,
                Owner::Session(id) => cx
                    .node
                    .find_session(id)
                    .is_some_and(|index| cx.node.sessions[index].conn == packet.conn),
            };
            let there = !object.removed && !object.unsure && cx.at < object.expiry;
            here && there && object.key != put.key
        };
        let (most, most_bytes) = (answer.max_cache_entries, answer.max_cache_bytes);
        let others = store.objects.iter().filter(shares);
        let (entries, bytes) = others
            .fold((1, u64::from(put.bytes)), |(entries, bytes), object| {
                (entries + 1, bytes + u64::from(object.bytes))
            });
        // Only where the object alone is too much could nothing have been thrown out for it.
        let citation = if most == 0 || put.bytes > most_bytes {
            GRANT
        } else if entries > most || bytes > u64::from(most_bytes) {
            ROOM
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            conn.state(),
            format_args!("at most {most} objects and {most_bytes} bytes, or a refusal"),
            format_args!("{entries} objects with {bytes} bytes"),
        );
    }
}
