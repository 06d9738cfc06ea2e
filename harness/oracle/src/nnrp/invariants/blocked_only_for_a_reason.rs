//! A client holds a submit back only if something forbids it.

use super::prelude::*;
use wireproof_wire::nnrp::event::Hold;
use wireproof_wire::nnrp::flow::{BACKGROUND_ONLY, DRAIN_IN_FLIGHT_ONLY, LEVEL_HARD};

pub(in crate::nnrp) struct Rule;

const LEVEL: Citation = Citation::must("NNRP-FLOW-016");
const WAITING: Citation = Citation::must("NNRP-SUB-003");
const REOPENED: Citation = Citation::must("NNRP-SES-033");
const LIFTED: Citation = Citation::must("NNRP-FLOW-010");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "blocked_only_for_a_reason",
        says: "A submit is held back only by a state, a credit, a pause or a flag that is in \
               force.",
        citations: &[LEVEL, LIFTED, WAITING, REOPENED],
    };
    const EVENTS: u32 = events::BLOCKED;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Blocked { session, lane, frame, why } = *event else { return };
        let Some(index) = cx.node.find_session(session) else { return };
        let session = &cx.node.sessions[index];
        let conn = cx.conn(session.conn);
        let flows = [&session.flow_in, &conn.flow_in];
        if session.resumes != 0 && flows.iter().any(|flow| flow.before_resume.is_some()) {
            return;
        }
        let most = u32::from(session.granted.max_in_flight_operations);
        let unfinished = session.unfinished() as u32;
        // Doubtful ones count as well, whichever session brought them along.
        let on_conn = cx.node.sessions.iter().filter(|other| other.conn == session.conn);
        let on_conn: usize = on_conn.map(Session::unfinished).sum();
        let (citation, borne_out) = match why {
            Hold::State => {
                let limit = conn.answer.map_or(0, |answer| answer.max_body_bytes);
                let fits = limit == 0 || cx.node.submit_len <= limit;
                let lanes = conn.answer.map_or(u16::MAX, |answer| answer.max_lane_count.max(1));
                // The command itself may ask for a frame or lane that cannot be had.
                let sound =
                    lane < lanes && is_next(session, lane, frame) && !cx.node.submit_careless;
                let free =
                    session.state.takes_work() && conn.up && !conn.closing() && fits && sound;
                (if session.turned_down { REOPENED } else { LIFTED }, !free)
            }
            Hold::Credit => {
                let full = unfinished >= session.flow_in.credit.min(most)
                    || on_conn as u32 >= conn.flow_in.credit;
                let untouched = flows.iter().all(|flow| flow.epoch.is_none());
                (if untouched && unfinished != 0 { WAITING } else { LIFTED }, full)
            }
            Hold::Hard => (LEVEL, flows.iter().any(|flow| flow.level == LEVEL_HARD)),
            Hold::Paused => (LIFTED, flows.iter().any(|flow| flow.paused)),
            Hold::Drain => {
                (LIFTED, flows.iter().any(|flow| flow.flags & DRAIN_IN_FLIGHT_ONLY != 0))
            }
            Hold::Background => {
                (LIFTED, flows.iter().any(|flow| flow.flags & BACKGROUND_ONLY != 0))
            }
        };
        if !borne_out {
            out.breach::<Self>(
                citation,
                session.state.name(),
                format_args!("a submit that nothing in force forbids"),
                format_args!("frame {frame} held back for {why:?}"),
            );
        }
    }
}

/// Whether `frame` lies beyond everything submitted on its lane; 0 leaves the choice to the client.
fn is_next(session: &Session, lane: u16, frame: u32) -> bool {
    let on_lane = session.ops.iter().filter(|op| op.lane() == lane);
    on_lane.map(|op| op.frame()).max().is_none_or(|highest| match frame {
        0 => highest < u32::MAX,
        frame => frame > highest,
    })
}
