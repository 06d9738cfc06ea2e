//! An update carries the credit of its own scope only.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const CLEAR: Citation = Citation::must("NNRP-FLOW-006").read("R-27");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "other_credit_fields_are_clear",
        says: "The credit fields of the scopes an update does not address are zero.",
        citations: &[CLEAR],
    };
    const SENT: Kinds = kinds(&[MessageType::FlowUpdate]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::FlowUpdate(update) = &packet.frame.meta else { return };
        let fields = [update.connection_credit, update.session_credit, update.operation_credit];
        let foreign = fields
            .iter()
            .enumerate()
            .any(|(scope, &credit)| scope != usize::from(update.scope_kind) && credit != 0);
        if foreign {
            out.breach::<Self>(
                CLEAR,
                cx.conn(packet.conn).state(),
                format_args!("zero in the credit fields beside scope {}", update.scope_kind),
                format_args!("{fields:?} for connection, session, operation"),
            );
        }
    }
}
