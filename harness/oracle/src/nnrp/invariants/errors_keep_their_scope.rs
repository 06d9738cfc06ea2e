//! Some errors are always fatal and some never reach beyond a frame.

use super::prelude::*;
use wireproof_wire::nnrp::code::{
    AUTH_FAILED, CACHE_MISS, FRAME_CANCELLED, FRAME_EXPIRED, LEGACY_CACHE_MISS, MALFORMED_HEADER,
    UNSUPPORTED_VERSION,
};
use wireproof_wire::nnrp::error::SCOPE_FRAME;

pub(in crate::nnrp) struct Rule;

const FATAL: Citation = Citation::must("NNRP-ERR-005");
const FRAME: Citation = Citation::must("NNRP-ERR-007");
const FAMILY: Citation = Citation::must("NNRP-ERR-009");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "errors_keep_their_scope",
        says: "Version, authentication and header errors are fatal; frame and cache errors \
               name a frame.",
        citations: &[FATAL, FRAME, FAMILY],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let (code, scope) = (error.error_code, error.error_scope);
        let citation = match code {
            UNSUPPORTED_VERSION | AUTH_FAILED | MALFORMED_HEADER if error.is_fatal == 0 => FATAL,
            FRAME_EXPIRED | FRAME_CANCELLED | LEGACY_CACHE_MISS | CACHE_MISS
                if scope != SCOPE_FRAME =>
            {
                FRAME
            }
            _ if !matches!(code >> 16, 0 | 1 | 3 | 4) => FAMILY,
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.conn(packet.conn).state(),
            format_args!("the family, scope and weight of error {code:#x}"),
            format_args!("scope {scope}, fatal {}", error.is_fatal),
        );
    }
}
