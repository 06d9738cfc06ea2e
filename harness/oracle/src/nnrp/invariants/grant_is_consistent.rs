//! What a success grants fits together.

use super::prelude::*;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const CREDIT: Citation = Citation::must("NNRP-SES-037").read("R-25");
const LEAST: Citation = Citation::must("NNRP-SES-037").read("R-46");
const HEADER: Citation = Citation::must("NNRP-HDR-009").read("R-04");
const PROFILE: Citation = Citation::must("NNRP-SES-016").read("R-20");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "grant_is_consistent",
        says: "A success names its session in the header, keeps the profile, and grants at \
               least one operation.",
        citations: &[CREDIT, LEAST, HEADER, PROFILE],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        let Some(pending) = cx.answered_open(packet) else { return };
        if !matches!(ack.session_status, OPENED | RESUMED) {
            return;
        }
        let (credit, most) = (ack.granted_operation_credit, ack.max_in_flight_operations);
        let mut report = |citation, expected, observed: u32| {
            let (expected, observed) = (format_args!("{expected}"), format_args!("{observed}"));
            out.breach::<Self>(citation, "opening", expected, observed);
        };
        if credit > most && most != 0 {
            report(CREDIT, "a credit within max_in_flight_operations", u32::from(credit));
        }
        if most == 0 {
            report(LEAST, "at least one operation in max_in_flight_operations", 0);
        }
        if packet.header().session_id == 0 && ack.session_id != 0 {
            report(HEADER, "the number of the session in the header", 0);
        }
        if ack.accepted_profile_id != pending.open.profile_id {
            let profile = u32::from(ack.accepted_profile_id);
            report(PROFILE, "the profile asked for, or a refusal", profile);
        }
    }
}
