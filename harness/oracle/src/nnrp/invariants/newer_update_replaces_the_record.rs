//! What is in force is what the newest update says.

use super::prelude::*;
use wireproof_wire::nnrp::flow::{CREDIT_VALID, FlowUpdate, SCOPE_CONNECTION, SCOPE_SESSION};

pub(in crate::nnrp) struct Rule;

const REPLACED: Citation = Citation::must("NNRP-FLOW-010");
const CREDIT: Citation = Citation::must("NNRP-FLOW-011");
const CONNECTION: Citation = Citation::must("NNRP-FLOW-003");
const SESSION: Citation = Citation::must("NNRP-FLOW-004");
const OPERATION: Citation = Citation::must("NNRP-FLOW-005");
const START: Citation = Citation::must("NNRP-FLOW-011").read("R-28");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "newer_update_replaces_the_record",
        says: "An applied update decides level and pause, and the credit if it carries one.",
        citations: &[REPLACED, CREDIT, CONNECTION, SESSION, OPERATION, START],
    };
    const EVENTS: u32 = events::FLOW;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Flow { credit, level, paused, epoch, .. } = *event else { return };
        let newest = cx
            .updates(event)
            .find(|seen| seen.update.credit_epoch == epoch && seen.standing == Standing::Newer);
        let Some(Applied { record, update, .. }) = newest else { return };
        if (level, paused) != (record.level, record.paused) {
            out.breach::<Self>(
                REPLACED,
                "applied",
                format_args!("level {}, paused {}", record.level, record.paused),
                format_args!("level {level}, paused {paused}"),
            );
        }
        let in_force = u16::try_from(record.credit).unwrap_or(u16::MAX);
        let carried = update.flow_flags & CREDIT_VALID != 0;
        if credit != in_force && !record.uncertain && (carried || record.before_resume.is_none()) {
            let citation = match (carried, cx.node.role) {
                (true, _) => of_another_scope(update, credit).unwrap_or(REPLACED),
                // That what is granted limits the client only is a reading.
                (false, Role::Server) if !record.updated => START,
                (false, _) => CREDIT,
            };
            out.breach::<Self>(
                citation,
                "applied",
                format_args!("credit {in_force}"),
                format_args!("credit {credit}"),
            );
        }
    }
}

/// The rule on the field that counts, if `credit` is what a field of another scope says.
fn of_another_scope(update: &FlowUpdate, credit: u16) -> Option<Citation> {
    let (connection, session) = (update.connection_credit, update.session_credit);
    let (citation, others) = match update.scope_kind {
        SCOPE_CONNECTION => (CONNECTION, [session, update.operation_credit]),
        SCOPE_SESSION => (SESSION, [connection, update.operation_credit]),
        _ => (OPERATION, [connection, session]),
    };
    (credit != 0 && others.contains(&credit)).then_some(citation)
}
