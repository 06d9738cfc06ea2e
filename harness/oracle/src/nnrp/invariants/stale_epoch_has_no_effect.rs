//! An update that is not newer than the one in force changes nothing.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const OLDER: Citation = Citation::must("NNRP-FLOW-008");
const EQUAL: Citation = Citation::must("NNRP-FLOW-008").read("R-26");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "stale_epoch_has_no_effect",
        says: "No update is reported as applied whose epoch is older than, or equal to, the \
               one in force.",
        citations: &[OLDER, EQUAL],
    };
    const EVENTS: u32 = events::FLOW;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Flow { epoch, .. } = *event else { return };
        let mut updates = cx.updates(event).filter(|seen| seen.update.credit_epoch == epoch);
        let Some(first) = updates.next() else { return };
        if first.standing == Standing::Newer || updates.any(|s| s.standing == Standing::Newer) {
            return;
        }
        let in_force = first.record.epoch.unwrap_or_default();
        let citation = if first.standing == Standing::Older { OLDER } else { EQUAL };
        out.breach::<Self>(
            citation,
            "applied",
            format_args!("epoch {in_force} to stay in force"),
            format_args!("the update of epoch {epoch} applied"),
        );
    }
}
