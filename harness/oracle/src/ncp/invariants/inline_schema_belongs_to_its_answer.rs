//! A schema inside of an answer is that of the answer, and news to the Agent.

use super::prelude::*;
use wireproof_wire::ncp::anchor::is_system_ref;

pub(in crate::ncp) struct Rule;

const SAME: Citation = Citation::must("NCP-ANCHOR-027").read("OP-35");
const NEEDLESS: Citation = Citation::should("NCP-ANCHOR-034");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "inline_schema_belongs_to_its_answer",
        says: "anchor_ref of an answer with inline_anchor is its identifier; a schema that the \
               request names already is not sent along.",
        citations: &[SAME, NEEDLESS],
    };
    const SENT: u16 = kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Frame::Caps(caps) = &packet.frame else { return };
        let Some(inline) = &caps.inline_anchor else { return };
        if is_system_ref(&caps.anchor_ref) {
            return;
        }
        // With several requests waiting it is not certain which one is answered.
        let named = match cx.conn(packet.conn).requests.as_slice() {
            [asked] => asked.anchor == Name::of(&inline.anchor_id),
            _ => false,
        };
        let wanted = cx.node.inline_wanted == Some(cx.node.step);
        let citation = if caps.anchor_ref != inline.anchor_id {
            SAME
        } else if named && !wanted {
            NEEDLESS
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("a new schema under `{}`", caps.anchor_ref),
            format_args!("`{}`", inline.anchor_id),
        );
    }
}
