//! A server holds the peer to the limits it set.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CREDIT: Citation = Citation::must("NNRP-FLOW-024");
const LIMIT: Citation = Citation::must("NNRP-SES-037");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "server_takes_no_more_than_it_granted",
        says: "A submit beyond every credit granted so far, or beyond the hard limit, \
               creates no operation.",
        citations: &[CREDIT, LIMIT],
    };
    const EVENTS: u32 = events::SUBMITTED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        let Some((session, op)) = cx.operation(session, lane, frame) else { return };
        if op.stage != Stage::Arrived || session.resumes != 0 || session.migrated_from.is_some() {
            return;
        }
        let most = u32::from(session.granted.max_in_flight_operations);
        let conn = cx.conn(session.conn);
        // An update binds from its arrival, so whatever was granted before may be meant.
        let (credit, on_conn) = (session.flow_out.highest, conn.flow_out.highest);
        let citation = if most != 0 && session.in_flight >= most {
            LIMIT
        } else if session.in_flight >= credit
            || (conn.in_flight >= on_conn && !cx.moved_to(session.conn))
        {
            CREDIT
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            session.state.name(),
            format_args!("a refusal beyond {} unfinished operations", credit.min(most)),
            format_args!("frame {frame} accepted beside {}", session.in_flight),
        );
    }
}
