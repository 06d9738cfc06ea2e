//! Who sends updates numbers them upwards in each scope.

use super::prelude::*;
use wireproof_wire::nnrp::flow::{SCOPE_CONNECTION, SCOPE_SESSION};

pub(in crate::nnrp) struct Rule;

const OLDER: Citation = Citation::must("NNRP-FLOW-007");
const EQUAL: Citation = Citation::must("NNRP-FLOW-007").read("R-26");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "epochs_increase_per_scope",
        says: "credit_epoch grows from update to update within one scope.",
        citations: &[OLDER, EQUAL],
    };
    const SENT: Kinds = kinds(&[MessageType::FlowUpdate]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::FlowUpdate(update) = &packet.frame.meta else { return };
        let epoch = update.credit_epoch;
        let session = packet.session_in(cx.node);
        let record = match (update.scope_kind, session) {
            (SCOPE_CONNECTION, _) => Some(&cx.conn(packet.conn).flow_out),
            (SCOPE_SESSION, Some(session)) => Some(&session.flow_out),
            (_, Some(session)) => {
                let flows = session.op_flows.iter();
                flows
                    .map(|(id, _, out)| (id, out))
                    .find(|(id, _)| **id == update.operation_id)
                    .map(|(_, out)| out)
            }
            (_, None) => None,
        };
        let Some(last) = record.and_then(|record| record.epoch) else { return };
        // An application may have prescribed the number.
        if epoch > last || cx.node.forced_epoch == Some(epoch) {
            return;
        }
        out.breach::<Self>(
            if epoch == last { EQUAL } else { OLDER },
            session.map_or("connection", |session| session.state.name()),
            format_args!("an epoch above {last}"),
            format_args!("epoch {epoch}"),
        );
    }
}
