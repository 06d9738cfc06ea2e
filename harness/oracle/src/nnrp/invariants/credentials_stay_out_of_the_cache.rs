//! What proves an identity is not stored.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SECRET: Citation = Citation::should("NNRP-CACHE-024");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "credentials_stay_out_of_the_cache",
        says: "CACHE_PUT does not carry the content of an auth_block.",
        citations: &[SECRET],
    };
    const SENT: Kinds = kinds(&[MessageType::CachePut]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::CachePut(_) = &packet.frame.meta else { return };
        let body = packet.frame.body;
        let inside = |secret: &alloc::vec::Vec<u8>| {
            // A short one may turn up by chance.
            body == secret.as_slice()
                || (secret.len() >= 8 && body.windows(secret.len()).any(|part| part == secret))
        };
        if cx.node.secrets.iter().any(inside) {
            out.breach::<Self>(
                SECRET,
                cx.conn(packet.conn).state(),
                format_args!("an object without credentials"),
                format_args!("the content of an auth_block"),
            );
        }
    }
}
