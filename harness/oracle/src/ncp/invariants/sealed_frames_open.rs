//! What is encrypted opens under the agreed algorithm and the header as it was sent.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const LENGTH: Citation = Citation::must("NCP-ENC-002");
const HEADER: Citation = Citation::must("NCP-ENC-005");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "sealed_frames_open",
        says: "An encrypted payload is nonce, ciphertext and tag under the first algorithm of \
               the reply, with the header as associated data.",
        citations: &[
            LENGTH,
            HEADER,
            Citation::must("NCP-ENC-001"),
            Citation::must("NCP-ENC-006"),
            Citation::must("NCP-ENC-017").read("OP-37"),
        ],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn garbled(cx: &Cx<'_>, fault: &Fault, out: &mut Report<'_>) {
        if !fault.mine || fault.violation.row != 9 {
            return;
        }
        let short = fault.violation.requirement == LENGTH.id;
        out.breach::<Self>(
            if short { LENGTH } else { HEADER },
            cx.state(fault.conn),
            format_args!("{} that the shared key opens", name_of(fault.header.kind())),
            format_args!("{}", if short { "too few bytes" } else { "a tag that does not fit" }),
        );
    }
}
