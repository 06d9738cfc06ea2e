//! Another schema than the default has to be granted.

use super::prelude::*;
use wireproof_wire::nnrp::session::ALLOW_SCHEMA_OVERRIDE;

pub(in crate::nnrp) struct Rule;

const GRANT: Citation = Citation::must("NNRP-SES-041").read("R-19");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "override_needs_the_grant",
        says: "A submit that names another schema than the session default is refused \
               without the grant.",
        citations: &[GRANT],
    };
    const EVENTS: u32 = events::SUBMITTED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Submitted { session, lane, frame, .. } = *event else { return };
        let Some((known, op)) = cx.operation(session, lane, frame) else { return };
        let granted = known.granted.session_flags_ack & u32::from(ALLOW_SCHEMA_OVERRIDE) != 0;
        if op.overrides && !granted && !op.reported {
            out.breach::<Self>(
                GRANT,
                known.state.name(),
                format_args!("a refusal of another schema than {:#x}", known.granted.schema_id),
                format_args!("frame {frame} accepted"),
            );
        }
    }
}
