//! One schema identity, one hash.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CONFLICT: Citation = Citation::must("NNRP-SCH-005").read("R-29");
const STABLE: Citation = Citation::must("NNRP-SCH-022").read("R-31");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "schema_identity_keeps_its_hash",
        says: "A schema that is there, or that promised a stable hash, is not installed again \
               with another one.",
        citations: &[CONFLICT, STABLE],
    };
    const SENT: Kinds = kinds(&[MessageType::CacheAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::CacheAck(ack) = &packet.frame.meta else { return };
        let store = &cx.node.store;
        let put = store.answered(packet, ack).map(|index| &store.puts[index]);
        let Some(header) = put.and_then(|put| put.schema).filter(|_| ack.status != REJECTED) else {
            return;
        };
        let id = (header.schema_id, header.schema_version);
        let Some(known) = store.schema(id).filter(|known| known.hash != header.schema_hash) else {
            return;
        };
        if !known.removed || known.stable {
            out.breach::<Self>(
                if known.removed { STABLE } else { CONFLICT },
                cx.conn(packet.conn).state(),
                format_args!("hash {:#x} for schema {:#x} version {}", known.hash, id.0, id.1),
                format_args!("{:#x} installed", header.schema_hash),
            );
        }
    }
}
