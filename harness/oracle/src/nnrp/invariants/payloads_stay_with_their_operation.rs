//! No byte of one session, lane or operation turns up in another.
//!
//! A payload is attributed only where the application gave it to one operation and to no other;
//! the whole payload of a message counts, not parts of it.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const SESSION: Citation = Citation::must("NNRP-CON-002");
const RESULT: Citation = Citation::must("NNRP-RLT-005");
const SUBMIT: Citation = Citation::must("NNRP-OP-004").read("R-01");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "payloads_stay_with_their_operation",
        says: "What an application gave to one session, lane and frame is sent for these and \
               for no others.",
        citations: &[SESSION, RESULT, SUBMIT],
    };
    const SENT: Kinds = kinds(&[MessageType::FrameSubmit, MessageType::ResultPush]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let result = match packet.kind() {
            MessageType::ResultPush => true,
            MessageType::FrameSubmit => false,
            _ => return,
        };
        if cx.node.tags.is_empty() {
            return;
        }
        let header = packet.header();
        let (bytes, digest) = packet.payload();
        let Some(tag) = cx.node.tags.owner(digest).filter(|_| bytes != 0) else { return };
        let op = header.operation_id();
        let lane = tag.op >> 32 == op >> 32;
        // A command may leave the choice of the frame to the client.
        let frame = tag.op as u32 == 0 || tag.op == op;
        if tag.session == header.session_id && lane && frame {
            return;
        }
        let citation = match result {
            _ if tag.session != header.session_id => SESSION,
            true => RESULT,
            false => SUBMIT,
        };
        out.breach::<Self>(
            citation,
            packet.op_in(cx.node).map_or("new", Op::state),
            format_args!("a payload of session {}, operation {:#x}", header.session_id, op),
            format_args!("that of session {}, operation {:#x}", tag.session, tag.op),
        );
    }
}
