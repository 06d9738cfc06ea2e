//! A level of loss that nobody wished for is not announced.

use super::prelude::*;
use wireproof_wire::nnrp::extension::{LOSS_ACCEPTED, loss_tolerance};
use wireproof_wire::nnrp::submit::BEST_EFFORT;

pub(in crate::nnrp) struct Rule;

const LEVEL: Citation = Citation::must("NNRP-NEG-016");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "loss_tolerance_is_agreed",
        says: "Without a wish of the client a server announces no loss tolerance but best_effort.",
        citations: &[LEVEL],
    };
    const SENT: Kinds = kinds(&[MessageType::ServerHelloAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::ServerHelloAck(ack) = &packet.frame.meta else { return };
        if ack.control_extension_bytes == 0 {
            return;
        }
        let conn = cx.conn(packet.conn);
        let level = loss_tolerance(packet.frame.blocks().extensions, LOSS_ACCEPTED);
        if let Some(level) = level.filter(|&level| level != BEST_EFFORT && !conn.loss_wished) {
            out.breach::<Self>(
                LEVEL,
                conn.state(),
                format_args!("best_effort, since the client wished for nothing"),
                format_args!("level {level}"),
            );
        }
    }
}
