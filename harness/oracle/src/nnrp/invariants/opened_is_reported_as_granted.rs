//! A client takes a session into use as the server granted it.

use super::prelude::*;
use wireproof_wire::nnrp::session::RESUMED;

pub(in crate::nnrp) struct Rule;

const NONE: Citation = Citation::must("NNRP-SES-005");
const LIMITS: Citation = Citation::must("NNRP-SES-037");
const STATUS: Citation = Citation::must("NNRP-RES-003");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "opened_is_reported_as_granted",
        says: "A session is reported open only after a success, with the number and limits \
               of that success.",
        citations: &[NONE, LIMITS, STATUS],
    };
    const EVENTS: u32 = events::OPENED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Opened { session, resumed, credit, max_in_flight, .. } = *event else {
            return;
        };
        if cx.node.role != Role::Client {
            return;
        }
        let known = cx.node.find_session(session).map(|index| &cx.node.sessions[index]);
        let Some(known) = known else {
            out.breach::<Self>(
                NONE,
                "none",
                format_args!("no session without a success"),
                format_args!("session {session} reported open"),
            );
            return;
        };
        let granted = &known.granted;
        let limits = (granted.granted_operation_credit, granted.max_in_flight_operations);
        if limits != (credit, max_in_flight) {
            out.breach::<Self>(
                LIMITS,
                known.state.name(),
                format_args!("credit and maximum {limits:?}, as granted"),
                format_args!("({credit}, {max_in_flight})"),
            );
        }
        if resumed != (granted.session_status == RESUMED) {
            out.breach::<Self>(
                STATUS,
                known.state.name(),
                format_args!("resumed exactly as session_status {} says", granted.session_status),
                format_args!("resumed {resumed}"),
            );
        }
    }
}
