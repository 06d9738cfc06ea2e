//! ENC is set where an algorithm is in force, and nowhere else.

use super::prelude::*;

pub(in crate::ncp) struct Rule;

const OFFERED: Citation = Citation::must("NCP-ENC-008");
const LISTED: Citation = Citation::must("NCP-ENC-007");
const LAYOUT: Citation = Citation::must("NCP-HDR-012");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "encryption_waits_for_an_agreement",
        says: "ENC is set only after a handshake that names an algorithm both sides have.",
        citations: &[OFFERED, LISTED, LAYOUT],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn garbled(cx: &Cx<'_>, fault: &Fault, out: &mut Report<'_>) {
        let hello = fault.header.kind() == Some(FrameType::Hello);
        if !fault.mine || fault.violation.row != 8 || hello {
            return;
        }
        let conn = cx.conn(fault.conn);
        let offered = conn.offer.is_some_and(|offer| offer.lists_algorithms);
        let citation = match conn.agreed {
            _ if !offered => OFFERED,
            Some(agreed) if agreed.algorithm.is_some() => LAYOUT,
            _ => LISTED,
        };
        out.breach::<Self>(
            citation,
            cx.state(fault.conn),
            format_args!("{} with ENC 0: no algorithm is in force", name_of(fault.header.kind())),
            format_args!("flags {:#04x}", fault.header.flags),
        );
    }
}
