//! A put is answered once, with its own key, and within what was granted.

use super::prelude::*;
use wireproof_wire::nnrp::session::ALLOW_CACHE_LEASES;

/// `status` of a refusing CACHE_ACK.
const REJECTED: u32 = 1;

pub(in crate::nnrp) struct Rule;

const ONCE: Citation = Citation::must("NNRP-CACHE-002");
const KIND: Citation = Citation::must("NNRP-CACHE-007");
const LEASE: Citation = Citation::must("NNRP-SES-040").read("R-32");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "cache_answer_names_its_put",
        says: "CACHE_ACK repeats namespace and key of one put and takes only what was granted.",
        citations: &[ONCE, KIND, LEASE],
    };
    const SENT: Kinds = kinds(&[MessageType::CacheAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::CacheAck(ack) = &packet.frame.meta else { return };
        let conn = cx.conn(packet.conn);
        let state = conn.state();
        let Some(request) = packet.request else {
            if conn.owed.is_empty() {
                let expected = format_args!("an answer to a CACHE_PUT of that key");
                out.breach::<Self>(ONCE, state, expected, format_args!("one without a put"));
            }
            return;
        };
        if ack.status == REJECTED || cx.node.role != Role::Server {
            return;
        }
        let kind = conn.requests[request].extra;
        let granted = conn.answer.map_or(0, |answer| answer.cache_object_bitmap);
        if granted & (1u32 << (kind.max(1) - 1)) == 0 {
            out.breach::<Self>(
                KIND,
                state,
                format_args!("object kinds inside {granted:#x}, as granted in the hello"),
                format_args!("kind {kind} accepted"),
            );
        }
        let leases = u32::from(ALLOW_CACHE_LEASES);
        if let Some(session) = packet.session_in(cx.node)
            && session.granted.session_flags_ack & leases == 0
        {
            out.breach::<Self>(
                LEASE,
                session.state.name(),
                format_args!("lease_policy_rejected where leases were not granted"),
                format_args!("accepted for session {}", session.id),
            );
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        cx.unanswered(&[MessageType::CachePut], |conn, request| {
            out.breach_at::<Self>(
                request.record,
                ONCE,
                conn.state(),
                format_args!("CACHE_ACK for key {:#x}", request.key.1),
                format_args!("none until the end of the run"),
            );
        });
    }
}
