//! Each message has a side that sends it.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const HELLO: Citation = Citation::must("NNRP-NEG-001");
const ANSWER: Citation = Citation::must("NNRP-NEG-007");
const OPEN: Citation = Citation::must("NNRP-SES-005");
const PATCH: Citation = Citation::must("NNRP-PAT-002");
const SUBMIT: Citation = Citation::must("NNRP-SUB-002");
const RESULT: Citation = Citation::must("NNRP-RLT-005");
const PROBE: Citation = Citation::must("NNRP-PRB-002");
const MOVE: Citation = Citation::must("NNRP-MIG-003");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "only_the_right_side_speaks",
        says: "Client messages come from the client and server messages from the server.",
        citations: &[HELLO, ANSWER, OPEN, PATCH, SUBMIT, RESULT, PROBE, MOVE],
    };
    // What is out of place comes by a way of its own; there is no message of number 0.
    const SENT: Kinds = 1;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some(side) = packet.side() else { return };
        let citation = match packet.kind() {
            MessageType::ClientHello => HELLO,
            MessageType::ServerHelloAck => ANSWER,
            MessageType::SessionOpen | MessageType::SessionOpenAck => OPEN,
            MessageType::SessionPatch | MessageType::SessionPatchAck => PATCH,
            MessageType::FrameSubmit | MessageType::FrameCancel => SUBMIT,
            MessageType::TransportProbe | MessageType::TransportProbeAck => PROBE,
            MessageType::SessionMigrate | MessageType::SessionMigrateAck => MOVE,
            _ => RESULT,
        };
        if side != cx.node.role {
            out.breach::<Self>(
                citation,
                cx.conn(packet.conn).state(),
                format_args!("{} from the {side} only", packet.kind().name()),
                format_args!("one from the {}", cx.node.role),
            );
        }
    }
}
