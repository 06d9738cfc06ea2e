//! What an application is told of an end follows from the packets.

use super::prelude::*;
use wireproof_base::Duration;
use wireproof_wire::nnrp::event::Outcome;

pub(in crate::nnrp) struct Rule;

const STATUS: Citation = Citation::must("NNRP-RLT-016").read("R-23");
const OUTCOME: Citation = Citation::must("NNRP-OP-009").read("R-22");
const PARTIAL: Citation = Citation::must("NNRP-OP-008");
const WITHOUT: Citation = Citation::must("NNRP-OP-005");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "ended_agrees_with_the_wire",
        says: "The outcome of an operation is the one that its terminal event means.",
        citations: &[STATUS, OUTCOME, WITHOUT, PARTIAL],
    };

    fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
        let Said::Ended { session, op, outcome } = claim.said else { return };
        let number = cx.node.find_session(session);
        let replaced = number.is_some_and(|index| cx.node.sessions[index].replaced);
        let Some((known, op)) = cx.operation(session, (op >> 32) as u16, op as u32) else {
            if replaced && outcome == Outcome::Failed {
                return;
            }
            out.breach::<Self>(
                WITHOUT,
                "unknown",
                format_args!("the end of an operation that exists"),
                format_args!("session {session}: operation {op:#x} {outcome:?}"),
            );
            return;
        };
        let citation = match op.stage {
            _ if op.disputed && outcome == Outcome::Failed => return,
            Stage::Ended(end) => disagrees(cx, known, op, end, outcome),
            // What arrived and was refused never was an operation.
            Stage::Live | Stage::Arrived => gives_up(cx, known, op, outcome),
            Stage::Unknown => return,
        };
        if let Some(citation) = citation {
            out.breach::<Self>(
                citation,
                op.state(),
                format_args!("an outcome that follows from: {}", op.state()),
                format_args!("frame {} of lane {}: {outcome:?}", op.frame(), op.lane()),
            );
        }
    }
}

/// What is wrong with `outcome` after `end` (table 4.3).
fn disagrees(
    cx: &Cx<'_>,
    session: &Session,
    op: &Op,
    end: End,
    outcome: Outcome,
) -> Option<Citation> {
    match (end, outcome) {
        (End::Result { ok: true, .. }, Outcome::Completed) => None,
        (End::Result { ok: false, .. }, Outcome::Failed) => None,
        (End::Result { .. }, Outcome::Completed | Outcome::Failed) => Some(STATUS),
        // At the server a cancel that came first stands.
        (End::Result { .. }, Outcome::Cancelled) if op.cancelled => None,
        (End::Result { .. }, _) => Some(OUTCOME),
        // RESULT_DROP says nothing about why.
        (End::Drop | End::Error(_) | End::Refused, Outcome::Completed) => Some(WITHOUT),
        (End::Drop, _) => None,
        (End::Error(_) | End::Refused, Outcome::Failed | Outcome::Cancelled) => None,
        (End::Error(_) | End::Refused, _) => Some(OUTCOME),
        (End::Closed | End::Lost, Outcome::Failed | Outcome::Cancelled) => None,
        (End::Closed | End::Lost, _) => Some(WITHOUT),
        (End::Claimed, _) => gives_up(cx, session, op, outcome),
    }
}

/// Whether a side may end an operation without a packet that says so.
fn gives_up(cx: &Cx<'_>, session: &Session, op: &Op, outcome: Outcome) -> Option<Citation> {
    // While the client is away a commanded end stands, and its packet waits for the client.
    if cx.node.role == Role::Server
        && session.state == State::Detached
        && let Some(end) = op.commanded.or(op.offered)
    {
        return disagrees(cx, session, op, end, outcome);
    }
    let deadline = Duration::from_millis(u64::from(op.deadline_ms));
    let expired = op.deadline_ms != 0 && cx.at.since(op.at) >= deadline;
    let gone = matches!(session.state, State::Closed | State::Detached) || session.aborted();
    let unsure = op.doubtful || op.repeated || session.resumes != 0;
    let moved = session.migrated_from.is_some();
    let lossy = op.once || op.loss_unsettled;
    let excused = expired || gone || unsure || moved || lossy || !cx.conn(session.conn).up;
    let cancelled = op.cancelled && cx.node.role == Role::Server;
    // The drop that would say so may wait for the client.
    let replaced = op.superseded && (session.state == State::Detached || spoiled(cx, session, op));
    let fits = match outcome {
        Outcome::Failed | Outcome::Cancelled => true,
        Outcome::Superseded => replaced,
        Outcome::Completed => false,
    };
    if fits && (excused || cancelled) {
        return None;
    }
    Some(if op.partials != 0 { PARTIAL } else { WITHOUT })
}

/// Whether a drop of the operation was damaged on a lossy carrier just now: that much of it can be
/// read, and the client knows its reasons as well as after a sound one.
fn spoiled(cx: &Cx<'_>, session: &Session, op: &Op) -> bool {
    let damaged = |heard: &Heard| {
        !heard.sound && heard.kind == Some(MessageType::ResultDrop) && heard.conn == session.conn
    };
    op.doubtful
        && cx.conn(session.conn).carrier == Carrier::Datagram
        && cx.node.heard.iter().any(damaged)
}
