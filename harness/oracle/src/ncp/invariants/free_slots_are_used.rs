//! A stream is held back or turned away only if all slots are taken.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const FREED: Citation = Citation::must("NCP-STREAM-016").read("OP-26");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "free_slots_are_used",
        says: "A command is held back for want of a slot only while as many streams are open as \
               were agreed.",
        citations: &[FREED],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
        let Claimed::NoSlot = claim.said else { return };
        let Some(conn) = cx.find(claim.conn) else { return };
        let Some(agreed) = conn.agreed.filter(|_| !conn.doubtful) else { return };
        let most = conn.streams_at_most();
        if most < agreed.streams {
            out.breach::<Self>(
                FREED,
                cx.state(claim.conn),
                format_args!("a stream: {} slots are there", agreed.streams),
                format_args!("held back with {most} open"),
            );
        }
    }
}
