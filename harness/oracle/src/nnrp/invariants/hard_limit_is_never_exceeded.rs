//! max_in_flight_operations bounds a session, whatever the credit says.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const LIMIT: Citation = Citation::must("NNRP-SES-037");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "hard_limit_is_never_exceeded",
        says: "No operation starts above max_in_flight_operations of its session.",
        citations: &[LIMIT],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some((session, _)) = cx.start(packet) else { return };
        let most = u32::from(session.granted.max_in_flight_operations);
        if most != 0 && session.in_flight >= most {
            out.breach::<Self>(
                LIMIT,
                session.state.name(),
                format_args!("at most {most} unfinished operations on the session"),
                format_args!("one more beside {}", session.in_flight),
            );
        }
    }
}
