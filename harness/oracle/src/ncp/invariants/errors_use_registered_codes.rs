//! An ErrorFrame speaks in registered codes.

use super::prelude::*;
use wireproof_wire::ncp::code::{
    NCP_VERSION_INCOMPATIBLE, NPS_CLIENT_BAD_FRAME, is_code, is_status, status_of,
};

pub(in crate::ncp) struct Rule;

const STATUS: Citation = Citation::must("NCP-ERR-002");
const CODE: Citation = Citation::must("NCP-ERR-003");
const PAIR: Citation = Citation::must("NCP-ERR-004");
const SPELLING: Citation = Citation::must("NCP-ERR-010");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "errors_use_registered_codes",
        says: "status of ErrorFrame is an NPS status, error a registered code, and both belong \
               together; a fault without a code repeats its status.",
        citations: &[STATUS, CODE, PAIR, SPELLING],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let (Some(status), Some(error)) = (packet.text("status"), packet.text("error")) else {
            return;
        };
        let conn = cx.conn(packet.conn);
        let name = Name::of(error);
        // What the application wants said is said (OP-26 for a cancellation).
        let version = conn.outcome == Outcome::Open && error == NCP_VERSION_INCOMPATIBLE;
        // A refusal of the handshake for its version has an invariant of its own.
        if version || conn.commanded.contains(&name) {
            return;
        }
        // OP-05: any code will do for a frame that is malformed; OP-17: and for a wrong first one.
        let free = status == NPS_CLIENT_BAD_FRAME
            || cx.server() && conn.outcome == Outcome::Open && conn.offer.is_none();
        let spelled = |text: &str| {
            let letter = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-');
            !text.is_empty() && text.bytes().all(letter)
        };
        let citation = if !is_status(status) {
            STATUS
        } else if !spelled(error) {
            SPELLING
        } else if is_code(error) && status_of(error) != Some(status) {
            PAIR
        } else if !is_code(error) && error != status && !free {
            CODE
        } else {
            return;
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("a registered code under its status"),
            format_args!("`{error}` under `{status}`"),
        );
    }
}
