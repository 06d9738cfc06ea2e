//! The times in a result are times that have passed.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const TIMES: Citation = Citation::should("NNRP-RLT-017").read("R-49");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "result_times_fit_the_clock",
        says: "queue_ms and inference_ms fit into server_total_ms, and that into the time since \
               the submit.",
        citations: &[TIMES],
    };
    const SENT: Kinds = kinds(&[MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ResultPush(push) = &packet.frame.meta else { return };
        let Some(op) = packet.op_in(cx.node).filter(|op| op.stage != Stage::Unknown) else {
            return;
        };
        let (total, queue) = (push.server_total_ms, push.queue_ms);
        let passed = cx.at.since(op.at).as_nanos().div_ceil(1_000_000);
        let parts = u32::from(queue) + u32::from(push.inference_ms);
        if parts > u32::from(total) || u64::from(total) > passed {
            out.breach::<Self>(
                TIMES,
                op.state(),
                format_args!("parts within the total, and that within {passed} ms"),
                format_args!("{queue} + {} of {total} ms", push.inference_ms),
            );
        }
    }
}
