//! An application is told the end of a stream as it crossed the wire.

use super::prelude::*;
use wireproof_wire::ncp::event::StreamEnd;

pub(in crate::ncp) struct Rule;

const LAST: Citation = Citation::must("NCP-STREAM-004");
const ABORTED: Citation = Citation::must("NCP-STREAM-010");
const APART: Citation = Citation::must("NCP-STREAM-017").read("8.6");
const LOST: Citation = Citation::must("NCP-CONN-013").read("8.6");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "stream_ends_as_the_wire_says",
        says: "A stream is complete with its last chunk, aborted with its error_code, cancelled \
               or broken by a refusal or a fault of its own, and lost with its connection.",
        citations: &[LAST, ABORTED, APART, LOST],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
        let Claimed::Ended { stream, outcome, error } = claim.said else { return };
        let Some(conn) = cx.find(claim.conn) else { return };
        let Some(known) = conn.stream(stream) else { return };
        let own = |cause: &Cause| cause.subject == stream;
        let faulty = known.gap || known.standing == Standing::Doubtful || conn.doubtful;
        let ending = !conn.up || conn.close_commanded || conn.outcome == Outcome::Error;
        let broken = faulty || conn.causes.iter().any(own);
        // A refusal that may have been refused by its header leaves the stream to its sender.
        let unheard = known.end == Some(End::Refused) && known.mine && conn.doubtful;
        let named = error.is_none() || known.error == error;
        let (citation, borne_out) = match outcome {
            StreamEnd::Complete => (LAST, known.last_seen && known.end != Some(End::Aborted)),
            StreamEnd::Aborted => (ABORTED, known.end == Some(End::Aborted) && named || unheard),
            StreamEnd::Cancelled => (APART, known.end == Some(End::Refused) || broken),
            StreamEnd::Broken => (APART, known.end == Some(End::Refused) || broken || ending),
            StreamEnd::Lost => (LOST, ending),
        };
        if !borne_out {
            out.breach::<Self>(
                citation,
                known.state(),
                format_args!("an end that crossed the wire as {outcome:?}"),
                format_args!("{:?}", known.end),
            );
        }
    }
}
