//! session_error_code says why an open was refused.

use super::prelude::*;
use wireproof_wire::nnrp::code::{
    LEASE_POLICY_REJECTED, PRIORITY_REJECTED, PROFILE_UNSUPPORTED, RESUME_REJECTED,
    SCHEMA_UNSUPPORTED, SESSION_AUTH_FAILED, SESSION_LIMIT_REACHED,
};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::session::{ALLOW_CACHE_LEASES, REJECTED, RETRY_LATER};

pub(in crate::nnrp) struct Rule;

const PROFILE: Citation = Citation::must("NNRP-SES-016").read("R-20");
const SCHEMA: Citation = Citation::must("NNRP-SES-017");
const LEASE: Citation = Citation::must("NNRP-SES-020");
const PRIORITY: Citation = Citation::must("NNRP-SES-019");
const AUTH: Citation = Citation::must("NNRP-SES-018");
const RESUME: Citation = Citation::must("NNRP-RES-006");
const PARALLEL: Citation = Citation::must("NNRP-CON-001");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "refused_open_names_a_cause_that_holds",
        says: "The session_error_code of a refusal is one that the open, the hello and the \
               settings of the server bear out.",
        citations: &[PROFILE, SCHEMA, LEASE, PRIORITY, AUTH, RESUME, PARALLEL],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        if !matches!(ack.session_status, REJECTED | RETRY_LATER) {
            return;
        }
        let Some(pending) = cx.answered_open(packet) else { return };
        if let Some(citation) = wrong(cx, packet.conn, pending, ack.session_error_code) {
            out.breach::<Self>(
                citation,
                "opening",
                format_args!("the number of what is wrong with the open"),
                format_args!("{:#x}", ack.session_error_code),
            );
        }
    }
}

/// The rule that a refusal with `code` breaks.
fn wrong(cx: &Cx<'_>, conn: ConnId, pending: &PendingOpen, code: u32) -> Option<Citation> {
    let (open, setup) = (&pending.open, &cx.node.setup);
    let known = cx.node.configured;
    let leases = open.session_flags & ALLOW_CACHE_LEASES != 0 || open.lease_ttl_hint_ms != 0;
    // What it grants to others it may still turn down by a policy of its own; what the settings
    // grant it may not.
    let granted = open.priority_class >= setup.best_priority;
    // A server that was given no limit may have one of its own.
    let limited = setup.max_sessions != Setup::default().max_sessions;
    let citation = match code {
        PROFILE_UNSUPPORTED if profile_agreed(cx, conn, open.profile_id) => PROFILE,
        // A version of no schema is unfit.
        SCHEMA_UNSUPPORTED if open.schema_id == 0 && open.schema_version == 0 => SCHEMA,
        LEASE_POLICY_REJECTED if !leases => LEASE,
        PRIORITY_REJECTED if known && granted => PRIORITY,
        SESSION_AUTH_FAILED if known && pending.auth.is_none() && setup.session_auth.is_empty() => {
            AUTH
        }
        RESUME_REJECTED if pending.token.is_none() => RESUME,
        SESSION_LIMIT_REACHED if known && limited && pending.token.is_none() => {
            let free = open.requested_session_id == 0
                || cx.node.find_session(open.requested_session_id).is_none();
            let room = cx.sessions_on(conn) < usize::from(setup.max_sessions);
            // Refusing an excessive wish instead of lowering it is accepted.
            let modest = open.max_in_flight_operations <= setup.max_in_flight.max(1);
            return (free && room && modest).then_some(PARALLEL);
        }
        _ => return None,
    };
    Some(citation)
}

/// Whether the hello has agreed on a profile; profile 0 needs no agreement (`R-20`).
fn profile_agreed(cx: &Cx<'_>, conn: ConnId, profile: u16) -> bool {
    let agreed = cx.conn(conn).answer.map_or(0, |answer| answer.accepted_profile_bitmap);
    profile == 0 || (profile <= 2 && agreed >> (profile - 1) & 1 != 0)
}
