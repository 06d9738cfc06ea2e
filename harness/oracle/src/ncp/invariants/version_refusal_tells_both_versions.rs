//! A client that is refused for its version learns what would do.

use super::prelude::*;
use wireproof_wire::ncp::code::NCP_VERSION_INCOMPATIBLE;

pub(in crate::ncp) struct Rule;

const DETAILS: Citation = Citation::should("NCP-VER-016");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "version_refusal_tells_both_versions",
        says: "details of NCP-VERSION-INCOMPATIBLE have server_version and client_min_version.",
        citations: &[DETAILS],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let refuses = cx.server()
            && conn.outcome == Outcome::Open
            && conn.offer.is_some_and(|offer| offer.sound_versions())
            && packet.text("error") == Some(NCP_VERSION_INCOMPATIBLE);
        let told =
            ["server_version", "client_min_version"].map(|name| packet.detail(name).is_some());
        if refuses && told != [true; 2] && conn.has_room_for_errors() {
            out.breach::<Self>(
                DETAILS,
                cx.state(packet.conn),
                format_args!("server_version and client_min_version in details"),
                format_args!("there: {told:?}"),
            );
        }
    }
}
