//! A packet that is refused has no effect.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const REFUSED: Citation = Citation::must("NNRP-ERR-011");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "malformed_submit_leaves_no_operation",
        says: "A submit that does not decode creates no operation and gets no result.",
        citations: &[REFUSED],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);
    const EVENTS: u32 = events::SUBMITTED;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(_) = &packet.frame.meta else { return };
        if let Some(op) = packet.op_in(cx.node).filter(|op| op.malformed && !op.reported) {
            report(op, "a result for it", out);
        }
    }

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        if let Some((_, op)) = cx.operation(session, lane, frame)
            && op.malformed
            && op.stage == Stage::Unknown
        {
            report(op, "an operation for it", out);
        }
    }
}

fn report(op: &Op, what: &str, out: &mut Report<'_>) {
    out.breach::<Rule>(
        REFUSED,
        "malformed",
        format_args!("a visible refusal of frame {} and nothing else", op.frame()),
        format_args!("{what}"),
    );
}
