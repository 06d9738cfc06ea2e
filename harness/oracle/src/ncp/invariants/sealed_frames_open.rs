//! What is encrypted opens under the agreed algorithm and the header as it was sent.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LENGTH: Citation = Citation::must("NCP-ENC-002");
const HEADER: Citation = Citation::must("NCP-ENC-005");
const LISTED: Citation = Citation::must("NCP-ENC-007");
const FIRST: Citation = Citation::must("NCP-ENC-017").read("OP-37");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "sealed_frames_open",
        says: "An encrypted payload is nonce, ciphertext and tag under the first algorithm of \
               the reply, with the header as associated data.",
        citations: &[LENGTH, HEADER, LISTED, FIRST],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn garbled(cx: &Cx<'_>, fault: &Fault, out: &mut Report<'_>) {
        if !fault.mine || fault.violation.row != 9 {
            return;
        }
        let all = [LENGTH, LISTED, FIRST];
        let named = all.into_iter().find(|citation| citation.id == fault.violation.requirement);
        out.breach::<Self>(
            named.unwrap_or(HEADER),
            cx.state(fault.conn),
            format_args!("{} that the shared key opens", name_of(fault.header.kind())),
            format_args!("a fault in its {}", fault.violation.field),
        );
    }
}
