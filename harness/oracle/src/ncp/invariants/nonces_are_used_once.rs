//! No nonce is used twice under one key.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const ONCE: Citation = Citation::must("NCP-ENC-003");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "nonces_are_used_once",
        says: "The nonce of an encrypted frame differs from all that its sender has used or \
               seen under the key.",
        citations: &[ONCE],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;
}

/// The node sends or gets a frame under this nonce.
pub(in crate::ncp) fn nonce(
    cx: &Cx<'_>,
    conn: ConnId,
    mine: bool,
    nonce: &[u8; 12],
    out: &mut Report<'_>,
) {
    if mine && cx.node.nonces.contains(nonce) {
        out.breach::<Rule>(
            ONCE,
            cx.state(conn),
            format_args!("a nonce that was never used"),
            format_args!("{nonce:02x?} again"),
        );
    }
}
