//! Everything a node sends can be read under the rules of reference 2.4.

use super::prelude::*;
use wireproof_base::Level;

pub(in crate::ncp) struct Rule;

const CUT: Citation = Citation::must("NCP-HDR-003");
const SYSTEM: Citation = Citation::must("NCP-HDR-023");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "emitted_frames_are_well_formed",
        says: "Every frame that is sent has an assigned type and tier, decodes as marked, and \
               has its members with their types and ranges.",
        citations: &[
            CUT,
            SYSTEM,
            Citation::must("NCP-HDR-001"),
            Citation::must("NCP-HDR-002"),
            Citation::must("NCP-HDR-004"),
            Citation::must("NCP-HDR-006"),
            Citation::must("NCP-HDR-007"),
            Citation::must("NCP-HDR-019"),
            Citation::must("NCP-HDR-028"),
            Citation::must("NCP-TIER-003").read("3.2"),
            Citation::must("NCP-TIER-005"),
            Citation::must("NCP-TIER-007").read("OP-47"),
            Citation::must("NCP-TIER-008").read("OP-04"),
            Citation::must("NCP-TIER-009"),
            Citation::must("NCP-TIER-011"),
            Citation::must("NCP-HELLO-005"),
            Citation::must("NCP-CAPS-001"),
            Citation::must("NCP-CAPS-002"),
            Citation::must("NCP-CAPS-005"),
            Citation::must("NCP-CAPS-006"),
            Citation::must("NCP-ANCHOR-001"),
            Citation::must("NCP-ANCHOR-002"),
            Citation::must("NCP-ANCHOR-008"),
            Citation::must("NCP-ANCHOR-009"),
            Citation::must("NCP-ANCHOR-011"),
            Citation::must("NCP-DIFF-001"),
            Citation::must("NCP-DIFF-003"),
            Citation::must("NCP-DIFF-004"),
            Citation::must("NCP-DIFF-007"),
            Citation::must("NCP-DIFF-010").read("8.9"),
            Citation::must("NCP-STREAM-001"),
            Citation::must("NCP-STREAM-002"),
            Citation::must("NCP-ERR-001"),
            Citation::must("NCP-ERR-005"),
            Citation::must("NWP-FRM-001"),
            Citation::must("NWP-FRM-002"),
            Citation::must("NWP-FRM-003"),
            Citation::must("NWP-FRM-006"),
            Citation::must("NWP-FRM-007"),
            Citation::must("NWP-FRM-008"),
            Citation::must("NPS-ADDR-004"),
            Citation::must("NPS-ADDR-010"),
            Citation::must("NIP-FRM-001"),
            Citation::must("NIP-FRM-005"),
            Citation::must("NDP-FRM-001"),
            Citation::must("NDP-FRM-003"),
            Citation::must("NDP-FRM-004"),
            Citation::must("NOP-FRM-001"),
            Citation::must("NOP-FRM-002"),
            Citation::must("NOP-FRM-004"),
            Citation::must("NOP-FRM-005"),
            Citation::must("NOP-FRM-006"),
        ],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn garbled(cx: &Cx<'_>, fault: &Fault, out: &mut Report<'_>) {
        let violation = &fault.violation;
        // Encryption has invariants of its own.
        if !fault.mine || matches!(violation.row, 8 | 9) {
            return;
        }
        let id = match (violation.row, fault.header.frame) {
            (2, 0xF0..) => SYSTEM.id,
            _ => violation.requirement,
        };
        // Whoever sends what OP-53 lets others take is warned.
        let (level, reading) = match violation.reading {
            Some("OP-53") => (Level::Should, None),
            reading => (Level::Must, reading),
        };
        out.breach::<Self>(
            Citation { id, level, reading },
            cx.state(fault.conn),
            format_args!("{} that keeps {id}", name_of(fault.header.kind())),
            format_args!("on stream {}: {violation}", fault.stream.0),
        );
    }

    fn shutdown(cx: &Cx<'_>, conn: ConnId, pending: usize, out: &mut Report<'_>) {
        if pending != 0 {
            out.breach::<Self>(
                CUT,
                cx.state(conn),
                format_args!("the end of a connection after a whole frame"),
                format_args!("{pending} bytes of a frame that is cut off"),
            );
        }
    }
}
