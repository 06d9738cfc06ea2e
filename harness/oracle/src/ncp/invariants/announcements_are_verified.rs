//! Nobody is announced but by himself.

use super::prelude::*;
use wireproof_wire::ncp::code::{NDP_ANNOUNCE_NID_MISMATCH, NDP_ANNOUNCE_SIGNATURE_INVALID};

pub(in crate::ncp) struct Rule;

const VERIFIED: Citation = Citation::must("NDP-FRM-002");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "announcements_are_verified",
        says: "An announcement is taken if somebody known has signed it, and refused for its \
               signature if not.",
        citations: &[VERIFIED],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = events::OTHER;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let about = [NDP_ANNOUNCE_SIGNATURE_INVALID, NDP_ANNOUNCE_NID_MISMATCH];
        if packet.text("error").is_some_and(|error| about.contains(&error)) {
            weighed_otherwise::<Self>(cx, packet, FrameType::Announce, VERIFIED, out);
        }
    }

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        taken_all_the_same::<Self>(cx, event, FrameType::Announce, out);
    }
}
