//! Who finds the packets finds nothing wrong with their headers.

use super::prelude::*;
use wireproof_wire::nnrp::code::{MALFORMED_HEADER, UNSUPPORTED_VERSION};

pub(in crate::nnrp) struct Rule;

const FOUND: Citation = Citation::must("NNRP-ENC-008");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "sound_packets_are_not_called_malformed",
        says: "malformed_header and unsupported_version answer packets that have such a header.",
        citations: &[FOUND],
    };
    const SENT: Kinds = kinds(&[MessageType::Error]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::Error(error) = &packet.frame.meta else { return };
        let conn = cx.conn(packet.conn);
        let code = error.error_code;
        // A hello may ask for a version that nobody speaks.
        let header = code == MALFORMED_HEADER || (code == UNSUPPORTED_VERSION && conn.active);
        if header && conn.faults == 0 && conn.carrier != Carrier::Datagram {
            out.breach::<Self>(
                FOUND,
                conn.state(),
                format_args!("packets found by their lengths, all of them sound"),
                format_args!("ERROR {code:#x}"),
            );
        }
    }
}
