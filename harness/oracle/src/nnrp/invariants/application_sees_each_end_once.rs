//! Redelivery and late events are kept from the application.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ENDED: Citation = Citation::must("NNRP-OP-005");
const AGAIN: Citation = Citation::must("NNRP-RES-011");
const RESULT: Citation = Citation::must("NNRP-RLT-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "application_sees_each_end_once",
        says: "An application is told of each terminal result and of each end once.",
        citations: &[ENDED, AGAIN, RESULT],
    };
    const EVENTS: u32 = events::ENDED | events::RESULT;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let (session, lane, frame, result) = match *event {
            Event::Ended { session, lane, frame, .. } => (session, lane, frame, false),
            Event::Result { session, lane, frame, terminal: true, .. } => {
                (session, lane, frame, true)
            }
            _ => return,
        };
        let Some((known, op)) = cx.operation(session, lane, frame) else { return };
        let citation = match result {
            false if op.end_reported => ENDED,
            true if op.result_reported && known.resumes != 0 => AGAIN,
            true if op.result_reported => RESULT,
            _ => return,
        };
        out.breach::<Self>(
            citation,
            op.state(),
            format_args!("the end of frame {frame} of lane {lane} once"),
            format_args!("told of it again on session {session}"),
        );
    }
}
