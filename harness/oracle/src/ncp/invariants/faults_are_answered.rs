//! Who gets a faulty frame says so where the text orders it.

use super::prelude::*;
use wireproof_base::Level;

pub(in crate::ncp) struct Rule;

const fn must(id: &'static str) -> Citation {
    Citation::must(id)
}

const fn should(id: &'static str) -> Citation {
    Citation::should(id)
}

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "faults_are_answered",
        says: "A fault is answered by an ErrorFrame; where the text does not order that, \
               silence is a warning.",
        citations: &[
            must("NCP-ANCHOR-019"),
            must("NCP-DIFF-008"),
            must("NCP-ENC-009"),
            must("NCP-STREAM-013"),
            must("NOP-FRM-007"),
            should("NCP-CONN-004"),
            should("NCP-FLOW-006"),
        ],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn shutdown(cx: &Cx<'_>, id: ConnId, _: usize, out: &mut Report<'_>) {
        let conn = cx.conn(id);
        // Of the present step only: what came before may have been answered by other means.
        let now = |cause: &&Cause| cause.step == cx.node.step;
        if conn.established() && !conn.close_commanded && conn.has_room_for_errors() {
            for cause in conn.causes.iter().filter(now) {
                silent(cx, conn, cause, out);
            }
        }
    }

    fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
        let stands = |conn: &&Conn| conn.established() && !conn.close_commanded;
        for conn in cx.node.conns.iter().filter(stands).filter(|conn| conn.has_room_for_errors()) {
            for cause in &conn.causes {
                silent(cx, conn, cause, out);
            }
        }
    }
}

fn silent(cx: &Cx<'_>, conn: &Conn, cause: &Cause, out: &mut Report<'_>) {
    // The answer to a request may wait for an older one, which need not have been answered (OP-28).
    let behind =
        |first: &Request| cause.rule.id == "NCP-ANCHOR-019" && first.record != cause.record;
    let citation = match cause.due {
        _ if cause.answered => return,
        Due::Nothing => return,
        Due::Ordered if conn.requests.first().is_some_and(behind) => return,
        Due::Ordered => Citation { reading: None, ..cause.rule },
        Due::Advised if cause.rule.level == Level::Should => cause.rule,
        Due::Advised => should("NCP-CONN-004"),
    };
    out.breach_at::<Rule>(
        cause.record,
        citation,
        conn.state(cx.node.role),
        format_args!("ErrorFrame for {}, by {}", cause.what, cause.rule.id),
        format_args!("none"),
    );
}
