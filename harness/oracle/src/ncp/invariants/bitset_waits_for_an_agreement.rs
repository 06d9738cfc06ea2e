//! The binary form of a patch is used where both sides know it, and as it is laid out.

use super::prelude::*;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::bitset::{self, Fault as Odd};

pub(in crate::ncp) struct Rule;

const AGREED: Citation = Citation::must("NCP-DIFF-009");
const LENGTH: Citation = Citation::must("NCP-DIFF-004");
const VALUES: Citation = Citation::must("NCP-DIFF-006");
const PADDING: Citation = Citation::must("NCP-DIFF-016").read("OP-30");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "bitset_waits_for_an_agreement",
        says: "binary_bitset is sent only where it is agreed, with one bit for each field and \
               exactly the values of the marked ones.",
        citations: &[AGREED, LENGTH, VALUES, PADDING],
    };
    const SENT: u16 = kinds::DIFF;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Frame::Diff(diff) = &packet.frame else { return };
        let Value::Bytes(bytes) = &diff.patch else { return };
        if !diff.is_bitset() || diff.is_heartbeat() {
            return;
        }
        let fields = cx.node.find_schema(packet.name("anchor_ref"));
        let fields = fields.map(|place| cx.node.schemas[place].schema.fields.len());
        let citation = match fields.map(|fields| bitset::read(fields, bytes)) {
            _ if cx.node.configured && !cx.node.setup.binary_bitset => AGREED,
            Some(Err(Odd::Short)) => LENGTH,
            Some(Err(Odd::Padding)) => PADDING,
            Some(Err(_)) => VALUES,
            _ => return,
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("a bitset for {fields:?} fields, agreed on"),
            format_args!("{bytes:02x?}"),
        );
    }
}
