//! A certificate is examined, step by step.

use super::prelude::*;
use wireproof_wire::ncp::code::{NIP_CERT_SIGNATURE_INVALID, NWP_AUTH_NID_SCOPE_VIOLATION};

pub(in crate::ncp) struct Rule;

const SIGNED: Citation = Citation::must("NIP-FRM-002");
const ORDER: Citation = Citation::must("NIP-FRM-003");
const SCOPE: Citation = Citation::must("NIP-FRM-003").read("OP-50");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "only_good_identities_are_taken",
        says: "An identity is taken if its certificate passes every step, and refused with the \
               code of the first step that it does not pass.",
        citations: &[SIGNED, ORDER, SCOPE],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = events::OTHER;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let error = packet.text("error").unwrap_or_default();
        let about = error.starts_with("NIP-CERT-") || error == NWP_AUTH_NID_SCOPE_VIOLATION;
        let signed = error == NIP_CERT_SIGNATURE_INVALID;
        if about {
            let unfounded = if signed { SIGNED } else { ORDER };
            weighed_otherwise::<Self>(cx, packet, FrameType::Ident, unfounded, out);
        }
    }

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        taken_all_the_same::<Self>(cx, event, FrameType::Ident, out);
    }
}
