//! A client takes what comes, whatever it is doing.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const READING: Citation = Citation::must("NNRP-CON-011");
const DRAINING: Citation = Citation::must("NNRP-SES-031");
const ORDER: Citation = Citation::must("NNRP-RLT-006");
const PARTIAL: Citation = Citation::must("NNRP-OP-008");
const TOKEN: Citation = Citation::must("NNRP-PRO-006");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "arrived_results_are_handed_on",
        says: "Every result and every end that arrives for an unfinished operation reaches the \
               application.",
        citations: &[READING, DRAINING, ORDER, PARTIAL, TOKEN],
    };

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        // Of a node that reports no ends at all nobody can tell.
        if cx.node.role != Role::Client || cx.node.end_events == 0 {
            return;
        }
        for session in &cx.node.sessions {
            for op in session.ops.iter().filter(|op| !op.disputed && !op.doubtful) {
                if op.arrived && !op.end_reported {
                    let citation = match op.overtook {
                        _ if op.arrived_late => DRAINING,
                        true => ORDER,
                        false => READING,
                    };
                    report(op, citation, "its end, which has arrived", "nothing", out);
                } else if op.partials_told < op.partials {
                    let citation = if op.tokens { TOKEN } else { PARTIAL };
                    report(op, citation, "every partial result that has arrived", "fewer", out);
                }
            }
        }
    }
}

fn report(op: &Op, citation: Citation, expected: &str, observed: &str, out: &mut Report<'_>) {
    out.breach_at::<Rule>(
        op.record,
        citation,
        op.state(),
        format_args!("frame {} of lane {}: {expected}", op.frame(), op.lane()),
        format_args!("{observed} reported until the end of the run"),
    );
}
