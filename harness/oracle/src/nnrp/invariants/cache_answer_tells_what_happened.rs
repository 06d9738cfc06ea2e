//! status and detail_code of CACHE_ACK agree with each other and with what was there.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const STATUS: Citation = Citation::must("NNRP-CACHE-005").read("R-33");
const EXPLICIT: Citation = Citation::must("NNRP-CACHE-008").read("R-33");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "cache_answer_tells_what_happened",
        says: "replaced is said of an object that was there with other bytes, and a detail_code \
               comes with a refusal and with nothing else.",
        citations: &[STATUS, EXPLICIT],
    };
    const SENT: Kinds = kinds(&[MessageType::CacheAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::CacheAck(ack) = &packet.frame.meta else { return };
        let store = &cx.node.store;
        let Some(put) = store.answered(packet, ack).map(|index| &store.puts[index]) else {
            return;
        };
        let state = cx.conn(packet.conn).state();
        let rejected = ack.status == REJECTED;
        if rejected == (ack.detail_code == 0) {
            out.breach::<Self>(
                EXPLICIT,
                state,
                format_args!("a detail_code exactly in a refusal"),
                format_args!("status {}, detail {:#x}", ack.status, ack.detail_code),
            );
        }
        if rejected || put.fleeting {
            return;
        }
        let there = store.find(&put.key).filter(|object| !object.removed && cx.at < object.expiry);
        let other =
            there.is_some_and(|object| (object.hash, object.bytes) != (put.hash, put.bytes));
        let unsure = there.is_some_and(|object| object.unsure);
        // What is there may have been thrown out in the meantime; what is not cannot be replaced.
        let replaced = ack.status == REPLACED;
        if replaced && !other && !unsure {
            out.breach::<Self>(
                STATUS,
                state,
                format_args!("accepted for key {:#x}", put.key.key),
                format_args!("replaced, where no other content is kept"),
            );
        }
    }
}
