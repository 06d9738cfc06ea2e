//! When a session ends, so does all that runs on it.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CLOSED: Citation = Citation::must("NNRP-SES-030").read("R-57");
const CONNECTION: Citation = Citation::must("NNRP-CON-005");
const LOST: Citation = Citation::must("NNRP-RES-012").read("R-37");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "ended_sessions_leave_no_operation",
        says: "Every operation of a session that has ended is reported as ended.",
        citations: &[CLOSED, CONNECTION, LOST],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        // Of a node that reports no ends at all nobody can tell.
        if cx.node.end_events == 0 {
            return;
        }
        let ended = |session: &&Session| {
            // While the window is open, the operations of a lost session go on.
            session.state == State::Closed || (session.state == State::Detached && session.end_told)
        };
        for session in cx.node.sessions.iter().filter(ended) {
            let conn = cx.conn(session.conn);
            let citation = match () {
                () if session.lost || session.state == State::Detached => LOST,
                () if !conn.up && conn.closing() => CONNECTION,
                () => CLOSED,
            };
            let client = cx.node.role == Role::Client;
            let left = session.ops.iter().filter(|op| {
                let known = if client { op.stage != Stage::Unknown } else { op.reported };
                // What has arrived and was not handed on is another matter.
                known && !op.end_reported && !op.malformed && !op.arrived
            });
            for op in left {
                out.breach_at::<Self>(
                    op.record,
                    citation,
                    op.state(),
                    format_args!("frame {} to end with session {}", op.frame(), session.id),
                    format_args!("no end of it reported until the end of the run"),
                );
            }
        }
    }
}
