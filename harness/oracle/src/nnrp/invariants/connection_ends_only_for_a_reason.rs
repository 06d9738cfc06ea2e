//! What is not fatal does not end a connection.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SOFT: Citation = Citation::must("NNRP-CON-008");
const NAMED: Citation = Citation::must("NNRP-ERR-006");
const SESSION: Citation = Citation::must("NNRP-SES-026");
const HARD: Citation = Citation::must("NNRP-FLOW-013");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "connection_ends_only_for_a_reason",
        says: "A connection outlives non-fatal errors, closed sessions and backpressure.",
        citations: &[SOFT, NAMED, SESSION, HARD],
    };

    fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
        let Said::Down { conn } = claim.said else { return };
        check(cx, conn, out);
    }

    fn shutdown(cx: &Cx<'_>, conn: ConnId, _: usize, out: &mut Report<'_>) {
        check(cx, conn, out);
    }
}

fn check(cx: &Cx<'_>, id: ConnId, out: &mut Report<'_>) {
    let conn = cx.conn(id);
    let reason =
        !conn.up || !conn.active || conn.closing() || conn.shutdown_commanded || conn.faults != 0;
    if reason {
        return;
    }
    let hard = |flow: &Flow| flow.level == 2;
    let here = || cx.node.sessions.iter().filter(|session| session.conn == id);
    let (citation, cause) = if conn.soft_received {
        (NAMED, "an ERROR that names no end")
    } else if conn.soft_errors != 0 {
        (SOFT, "non-fatal errors")
    } else if here().any(|session| session.state == State::Closed) {
        (SESSION, "the close of a session")
    } else if hard(&conn.flow_in) || here().any(|session| hard(&session.flow_in)) {
        (HARD, "hard backpressure")
    } else {
        return;
    };
    out.breach::<Rule>(
        citation,
        conn.state(),
        format_args!("connection {id} to go on"),
        format_args!("its end after {cause}"),
    );
}
