//! An update that is newer in its own scope counts, whatever other scopes have seen.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const APPLIED: Citation = Citation::must("NNRP-FLOW-010");
const SCOPES: Citation = Citation::must("NNRP-FLOW-009");
const DRAINING: Citation = Citation::must("NNRP-FLOW-023");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "newer_update_is_applied",
        says: "A client applies every update that is newer than the one in force for its scope.",
        citations: &[APPLIED, SCOPES, DRAINING],
    };

    fn rest(cx: &Cx<'_>, out: &mut Report<'_>) {
        // A server may ignore what a client asks for, and not everybody reports updates.
        let calibrated = cx.node.flow_events != 0 && !cx.node.flow_strayed;
        if cx.node.role != Role::Client || !calibrated {
            return;
        }
        for seen in cx.node.applied.iter().filter(|seen| seen.due && !seen.told) {
            let session = match seen.session {
                0 => None,
                id => cx.node.find_session(id).map(|index| &cx.node.sessions[index]),
            };
            let epoch = seen.update.credit_epoch;
            let citation = match session {
                Some(session) if !session.state.takes_work() => DRAINING,
                _ if others_are_newer(cx, seen, epoch) => SCOPES,
                _ => APPLIED,
            };
            out.breach::<Self>(
                citation,
                session.map_or("connection", |session| session.state.name()),
                format_args!(
                    "epoch {epoch} applied for session {}, operation {}",
                    seen.session, seen.update.operation_id
                ),
                format_args!("nothing"),
            );
        }
    }
}

/// Whether another scope has an epoch in force that would make this one look old.
fn others_are_newer(cx: &Cx<'_>, seen: &Applied, epoch: u32) -> bool {
    let reached = |flow: &Flow| flow.epoch.is_some_and(|other| other >= epoch);
    let conn = seen.session != 0 && reached(&cx.conn(seen.conn).flow_in);
    let mut sessions = cx.node.sessions.iter();
    conn || sessions.any(|session| {
        let own = session.id == seen.session;
        let whole = !own || seen.update.operation_id != 0;
        let mut ops = session.op_flows.iter();
        (whole && reached(&session.flow_in))
            || ops.any(|(id, flow, _)| (!own || *id != seen.update.operation_id) && reached(flow))
    })
}
