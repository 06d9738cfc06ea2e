//! A reused result says what it reuses.

use super::prelude::*;
use wireproof_wire::nnrp::result::CLASS_STALE_REUSE;

pub(in crate::nnrp) struct Rule;

const SOURCE: Citation = Citation::must("NNRP-RLT-008");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "stale_reuse_names_its_source",
        says: "A result of class stale_reuse names a frame, or carries the object in its body.",
        citations: &[SOURCE],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(push) = &packet.frame.meta else { return };
        if push.result_class != CLASS_STALE_REUSE || push.reused_frame_id != 0 {
            return;
        }
        let objects = packet.frame.data().and_then(|data| data.regions().copied());
        let named = objects.is_some_and(|regions| {
            !regions.inline_objects.is_empty() || !regions.object_references.is_empty()
        });
        if !named {
            out.breach::<Self>(
                SOURCE,
                packet.op_in(cx.node).map_or("unknown", Op::state),
                format_args!("reused_frame_id or an object"),
                format_args!("stale_reuse of nothing"),
            );
        }
    }
}
