//! What is handed on is no more than there was, and not handed on without end.

use super::prelude::*;
use wireproof_wire::ncp::code::{NOP_DELEGATE_CHAIN_TOO_DEEP, NOP_DELEGATE_SCOPE_VIOLATION};

pub(in crate::ncp) struct Rule;

const SCOPE: Citation = Citation::must("NIP-FRM-004").read("5.5");
const DEPTH: Citation = Citation::must("NOP-FRM-003").read("5.5");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "delegations_stay_in_bounds",
        says: "A delegation is taken if it stays within what its sender had and at most three \
               levels below the first, and refused for that if not.",
        citations: &[SCOPE, DEPTH],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = events::OTHER;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let unfounded = match packet.text("error") {
            Some(NOP_DELEGATE_SCOPE_VIOLATION) => SCOPE,
            Some(NOP_DELEGATE_CHAIN_TOO_DEEP) => DEPTH,
            _ => return,
        };
        weighed_otherwise::<Self>(cx, packet, FrameType::Delegate, unfounded, out);
    }

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        taken_all_the_same::<Self>(cx, event, FrameType::Delegate, out);
    }
}
