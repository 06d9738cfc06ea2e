//! An error about a schema or a stream says which.

use super::prelude::*;
use wireproof_wire::ncp::code::{
    NCP_ANCHOR_ID_MISMATCH, NCP_ANCHOR_NOT_FOUND, NCP_ANCHOR_STALE, NCP_STREAM_LIMIT_EXCEEDED,
    NCP_STREAM_NOT_FOUND, NCP_STREAM_SEQ_GAP, NCP_STREAM_WINDOW_OVERFLOW,
};

pub(in crate::ncp) struct Rule;

const NAMED: Citation = Citation::should("NCP-ERR-007");
const REPEATED: Citation = Citation::must("NCP-ANCHOR-020");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "errors_name_their_subject",
        says: "details name the schema or stream an error is about; NCP-ANCHOR-NOT-FOUND to a \
               request repeats its reference.",
        citations: &[NAMED, REPEATED],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Some(error) = packet.text("error") else { return };
        let conn = cx.conn(packet.conn);
        let member = match error {
            NCP_ANCHOR_NOT_FOUND | NCP_ANCHOR_STALE | NCP_ANCHOR_ID_MISMATCH => "anchor_ref",
            NCP_STREAM_NOT_FOUND
            | NCP_STREAM_WINDOW_OVERFLOW
            | NCP_STREAM_LIMIT_EXCEEDED
            | NCP_STREAM_SEQ_GAP => "stream_id",
            _ => return,
        };
        // A query for which no slot is free names itself (OP-14), a diff has no stream.
        let other = ["request_id", "anchor_ref", "entity_id"];
        let named = packet.detail(member).is_some()
            || member == "stream_id" && other.iter().any(|name| packet.detail(name).is_some());
        let refused = cx.node.cause_of(packet).map(|index| &conn.causes[index]);
        // A diff outside of a subscription is about no stream.
        if refused.is_some_and(|cause| cause.what == "a diff") && member == "stream_id" {
            return;
        }
        let ordered = refused.is_some_and(|cause| cause.rule.id == "NCP-ANCHOR-019");
        if !conn.has_room_for_errors() || conn.commanded.contains(&Name::of(error)) {
            return;
        }
        let about = packet.detail(member).map(Name::of);
        let right = refused.is_none_or(|cause| about == Some(cause.subject));
        // OP-39: the reference beside details is a warning.
        let citation = match (named, ordered) {
            (true, true) if !right => REPEATED,
            (true, _) => return,
            (false, true) if packet.beside(member).is_none() => REPEATED,
            (false, _) => NAMED,
        };
        let by_command = packet.author == Role::Server && refused.is_none();
        if by_command && !conn.requests.is_empty() && error == NCP_STREAM_LIMIT_EXCEEDED {
            return;
        }
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("{error} with the {member} it is about in details"),
            format_args!("{:?}", packet.detail(member)),
        );
    }
}
