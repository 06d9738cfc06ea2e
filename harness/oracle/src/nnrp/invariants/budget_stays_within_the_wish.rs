//! A server degrades a result only as its submit allows.

use super::prelude::*;
use wireproof_wire::nnrp::result::CLASS_PARTIAL;
use wireproof_wire::nnrp::submit::ALLOW_PARTIAL;

pub(in crate::nnrp) struct Rule;

const SUBSET: Citation = Citation::must("NNRP-RLT-003");
const GAP: Citation = Citation::must("NNRP-RLT-003").read("R-21");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "budget_stays_within_the_wish",
        says: "applied_budget_policy is a subset of budget_policy, and a gap that stays \
               needs allow_partial.",
        citations: &[SUBSET, GAP],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(push) = &packet.frame.meta else { return };
        let Some(op) = packet.op_in(cx.node).filter(|op| op.stage != Stage::Unknown) else {
            return;
        };
        let (allowed, applied) = (op.budget, push.applied_budget_policy);
        let gap = packet.finality != Finality::More && push.result_class == CLASS_PARTIAL;
        let citation = if applied & !allowed != 0 {
            SUBSET
        } else if gap && allowed & ALLOW_PARTIAL == 0 {
            GAP
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            op.state(),
            format_args!("degradations inside {allowed:#x}"),
            format_args!("{applied:#x}, class {}", push.result_class),
        );
    }
}
