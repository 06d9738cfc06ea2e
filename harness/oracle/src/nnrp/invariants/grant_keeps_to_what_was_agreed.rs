//! A session is opened with the profile and the default schema asked for, or not at all.

use super::prelude::*;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};

pub(in crate::nnrp) struct Rule;

const PROFILE: Citation = Citation::must("NNRP-SES-016").read("R-20");
const SCHEMA: Citation = Citation::must("NNRP-SES-017");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "grant_keeps_to_what_was_agreed",
        says: "A success has a profile that the hello has agreed on and the default schema of \
               the open.",
        citations: &[PROFILE, SCHEMA],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionOpenAck(ack) = &packet.frame.meta else { return };
        if !matches!(ack.session_status, OPENED | RESUMED) {
            return;
        }
        let Some(pending) = cx.answered_open(packet) else { return };
        let asked = (pending.open.schema_id, pending.open.schema_version);
        let granted = (ack.schema_id, ack.schema_version);
        if asked != granted && asked.0 != 0 {
            out.breach::<Self>(
                SCHEMA,
                "opening",
                format_args!("schema {:#x} version {}, or schema_unsupported", asked.0, asked.1),
                format_args!("schema {:#x} version {}", granted.0, granted.1),
            );
        }
        let profile = ack.accepted_profile_id;
        let Some(answer) = cx.conn(packet.conn).answer else { return };
        let agreed = answer.accepted_profile_bitmap;
        let known = profile == 0 || (profile <= 2 && agreed >> (profile - 1) & 1 != 0);
        if !known && profile == pending.open.profile_id {
            out.breach::<Self>(
                PROFILE,
                "opening",
                format_args!("profile_unsupported outside the profiles {agreed:#x}"),
                format_args!("a session with profile {profile}"),
            );
        }
    }
}
