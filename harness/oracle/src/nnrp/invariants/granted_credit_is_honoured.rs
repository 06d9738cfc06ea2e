//! What was granted can be used.

use super::prelude::*;
use wireproof_wire::nnrp::code::{LIMIT_EXCEEDED, SERVER_BUSY};

pub(in crate::nnrp) struct Rule;

const CREDIT: Citation = Citation::must("NNRP-FLOW-024").read("R-25");
const LIMIT: Citation = Citation::must("NNRP-SES-037");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "granted_credit_is_honoured",
        says: "A submit within every credit and limit that was ever in force is not refused for \
               want of credit: what was granted is in use or still open.",
        citations: &[CREDIT, LIMIT],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let code = error.error_code;
        if cx.node.role != Role::Server || !matches!(code, SERVER_BUSY | LIMIT_EXCEEDED) {
            return;
        }
        let (Some(session), Some(op)) = (packet.session_in(cx.node), packet.op_in(cx.node)) else {
            return;
        };
        let refused = cx.node.refused(packet);
        let submit = refused.is_some_and(|heard| heard.kind == Some(MessageType::FrameSubmit));
        if !submit || op.stage != Stage::Arrived || cx.moved_to(session.conn) {
            return;
        }
        let conn = cx.conn(session.conn);
        let waiting = |session: &Session| {
            let arrived = session.ops.iter().filter(|other| other.stage == Stage::Arrived);
            session.in_flight + arrived.count() as u32
        };
        let here = cx.node.sessions.iter().filter(|other| other.conn == session.conn);
        let (own, all) = (waiting(session), here.map(waiting).sum::<u32>());
        let most = u32::from(session.granted.max_in_flight_operations);
        let free = |flow: &Flow, used: u32| !flow.tightened && used <= flow.lowest;
        let citation = match code {
            // The number may stand for something else than operations in flight.
            LIMIT_EXCEEDED if refused.is_none_or(|heard| heard.breaks(code).is_none()) => return,
            LIMIT_EXCEEDED if own <= most => LIMIT,
            SERVER_BUSY if free(&session.flow_out, own) && free(&conn.flow_out, all) => CREDIT,
            _ => return,
        };
        out.breach::<Self>(
            citation,
            session.state.name(),
            format_args!(
                "frame {} taken within a credit of {} and a maximum of {most}",
                op.frame(),
                session.flow_out.lowest
            ),
            format_args!("ERROR {code:#x} with {own} unfinished, this one included"),
        );
    }
}
