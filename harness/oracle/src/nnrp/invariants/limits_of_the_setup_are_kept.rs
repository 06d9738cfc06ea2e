//! A server grants no more than it was set up to grant.

use super::prelude::*;
use wireproof_wire::nnrp::session::OPENED;

pub(in crate::nnrp) struct Rule;

const SESSIONS: Citation = Citation::must("NNRP-SES-021");
const PRIORITY: Citation = Citation::must("NNRP-SES-019");
const LEASES: Citation = Citation::must("NNRP-SES-020");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "limits_of_the_setup_are_kept",
        says: "A server that is set up with a limit of sessions, or to turn down higher classes \
               or leases, opens no session beyond that.",
        citations: &[SESSIONS, PRIORITY, LEASES],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        if !cx.node.configured || ack.session_status != OPENED {
            return;
        }
        let Some(pending) = cx.answered_open(packet) else { return };
        let (setup, open) = (&cx.node.setup, &pending.open);
        let sessions = cx.sessions_on(packet.conn);
        let leases = open.session_flags & wireproof_wire::nnrp::session::ALLOW_CACHE_LEASES != 0;
        let (citation, expected) = if sessions >= usize::from(setup.max_sessions) {
            (SESSIONS, "session_limit_reached")
        } else if setup.strict_priority && open.priority_class < setup.best_priority {
            (PRIORITY, "priority_rejected")
        } else if setup.strict_leases && leases && setup.lease_ttl_ms == 0 {
            (LEASES, "lease_policy_rejected")
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            "opening",
            format_args!("{expected}"),
            format_args!(
                "session {} beside {sessions} others, class {} asked for, leases asked for: \
                 {leases}",
                ack.session_id, open.priority_class
            ),
        );
    }
}
