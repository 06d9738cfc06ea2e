//! A server grants no ability that was not asked for.

use super::prelude::*;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const SUBSET: Citation = Citation::must("NNRP-SES-023");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "ack_flags_stay_within_the_wish",
        says: "Bits 0 to 3 of session_flags_ack are a subset of the bits of the open.",
        citations: &[SUBSET],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        let Some(pending) = cx.answered_open(packet) else { return };
        let asked = u32::from(pending.open.session_flags);
        let granted = ack.session_flags_ack & 0xF;
        if matches!(ack.session_status, OPENED | RESUMED) && granted & !asked != 0 {
            out.breach::<Self>(
                SUBSET,
                "opening",
                format_args!("session_flags_ack inside {asked:#x}"),
                format_args!("{granted:#x}"),
            );
        }
    }
}
