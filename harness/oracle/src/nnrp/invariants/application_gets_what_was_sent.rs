//! What reaches an application is what crossed the wire for that session, lane and frame.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const PAYLOAD: Citation = Citation::must("NNRP-PAY-010");
const RESULT: Citation = Citation::must("NNRP-RLT-005");
const SUBMIT: Citation = Citation::must("NNRP-OP-002");
const OPEN: Citation = Citation::must("NNRP-SES-009");
const KIND: Citation = Citation::must("NNRP-RLT-004");
const FINAL: Citation = Citation::must("NNRP-RLT-007").read("R-21");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "application_gets_what_was_sent",
        says: "Every payload handed to an application equals, by ids and digest, one that \
               was received.",
        citations: &[PAYLOAD, RESULT, SUBMIT, OPEN, KIND, FINAL],
    };
    const EVENTS: u32 = events::RESULT | events::SUBMITTED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let told = match *event {
            Event::Submitted { session, lane, frame, bytes, digest } => {
                let op = u64::from(lane) << 32 | u64::from(frame);
                let (result, terminal) = (false, false);
                Delivered { session, op, result, terminal, class: 0, status: 0, bytes, digest }
            }
            Event::Result { session, lane, frame, terminal, class, status, bytes, digest } => {
                let op = u64::from(lane) << 32 | u64::from(frame);
                let result = true;
                Delivered { session, op, result, terminal, class, status, bytes, digest }
            }
            _ => return,
        };
        let malformed = cx.node.operation(told.session, told.op);
        let malformed = malformed.is_some_and(|(session, op)| {
            let op = &cx.node.sessions[session].ops[op];
            op.malformed || (op.reported && !told.result)
        });
        let same = |seen: &&Delivered| {
            seen.session == told.session && seen.op == told.op && seen.result == told.result
        };
        let seen = cx.node.delivered.iter().rev().filter(same);
        let (mut best, mut citation) =
            match (told.result, cx.node.conns.iter().any(|conn| conn.overfull_opens != 0)) {
                (true, _) => (0, RESULT),
                (false, false) => (0, SUBMIT),
                (false, true) => (0, OPEN),
            };
        for seen in seen {
            let payload = (seen.bytes, seen.digest) == (told.bytes, told.digest);
            let kind = (seen.class, seen.status) == (told.class, told.status);
            let (rank, reason) = match (payload, kind, seen.terminal == told.terminal) {
                (true, true, true) => return,
                (true, true, false) => (3, FINAL),
                (true, false, _) => (2, KIND),
                (false, ..) => (1, PAYLOAD),
            };
            if rank > best {
                (best, citation) = (rank, reason);
            }
        }
        // That a malformed or repeated submit made an operation has invariants of its own, and
        // so has a terminal result that is told twice.
        let twice = told.result
            && told.terminal
            && cx
                .operation(told.session, (told.op >> 32) as u16, told.op as u32)
                .is_some_and(|(_, op)| op.result_reported);
        if malformed || twice {
            return;
        }
        let (frame, lane) = (told.op as u32, told.op >> 32);
        out.breach::<Self>(
            citation,
            "delivered",
            format_args!("what was received for frame {frame} of lane {lane}, once"),
            format_args!(
                "session {}: {} bytes, digest {:#x}, class {}, status {}, terminal {}",
                told.session, told.bytes, told.digest, told.class, told.status, told.terminal
            ),
        );
    }
}
