//! A granted class is the one asked for, or a lower one that is called lowered.

use super::prelude::*;
use wireproof_wire::nnrp::session::{OPENED, PRIORITY_DOWNGRADED, RESUMED};

pub(in crate::nnrp) struct Rule;

const EXACT: Citation = Citation::must("NNRP-SES-024");
const RAISED: Citation = Citation::must("NNRP-SES-024").read("R-50");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "priority_is_never_raised",
        says: "The class granted is never higher than asked for, and priority_downgraded \
               says when it is lower.",
        citations: &[EXACT, RAISED],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        let Some(pending) = cx.answered_open(packet) else { return };
        if !matches!(ack.session_status, OPENED | RESUMED) {
            return;
        }
        let (asked, granted) = (pending.open.priority_class, ack.accepted_priority_class);
        let flagged = ack.session_flags_ack & PRIORITY_DOWNGRADED != 0;
        // A lower number is a higher class.
        if granted < asked {
            let expected = format_args!("class {asked} or lower");
            out.breach::<Self>(RAISED, "opening", expected, format_args!("class {granted}"));
        } else if (granted > asked) != flagged {
            out.breach::<Self>(
                EXACT,
                "opening",
                format_args!("priority_downgraded exactly if the class is lower than {asked}"),
                format_args!("class {granted}, flag {flagged}"),
            );
        }
    }
}
