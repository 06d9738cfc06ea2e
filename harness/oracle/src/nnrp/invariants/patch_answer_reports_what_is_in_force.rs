//! What SESSION_PATCH_ACK calls effective follows from the patch and from what was before.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const EFFECTIVE: Citation = Citation::must("NNRP-PAT-006");
const UNTOUCHED: Citation = Citation::must("NNRP-PAT-003");
const PROFILE: Citation = Citation::must("NNRP-PAT-007");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "patch_answer_reports_what_is_in_force",
        says: "Fields that were applied have the value asked for, all others the one they had, \
               and the profile stays.",
        citations: &[EFFECTIVE, UNTOUCHED, PROFILE],
    };
    const SENT: Kinds = kinds(&[MessageType::SessionPatchAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let Metadata::SessionPatchAck(ack) = &packet.frame.meta else { return };
        let (Some(session), Some(pending)) =
            (packet.session_in(cx.node), cx.node.pending_patch(packet))
        else {
            return;
        };
        let patch = &cx.node.patches[pending].patch;
        let profile = session.granted.accepted_profile_id;
        let moved = patch.profile_id != 0 && patch.profile_id != profile;
        if ack.effective_profile_id != profile || (moved && ack.applied_patch_mask != 0) {
            out.breach::<Self>(
                PROFILE,
                session.state.name(),
                format_args!("profile {profile} as it was opened with"),
                format_args!(
                    "profile {} in force after a patch for profile {}, applied {:#x}",
                    ack.effective_profile_id, patch.profile_id, ack.applied_patch_mask
                ),
            );
        }
        let (wanted, now) = (asked(patch), effective(ack));
        for (bit, field) in FIELDS.iter().enumerate() {
            let applied = ack.applied_patch_mask & 1 << bit != 0;
            let before = session.effective.map(|values| values[bit]);
            let (expected, citation) = match (applied, before) {
                (true, _) => (wanted[bit], EFFECTIVE),
                (false, Some(before)) if patch.patch_mask & 1 << bit != 0 => (before, EFFECTIVE),
                (false, Some(before)) => (before, UNTOUCHED),
                (false, None) => continue,
            };
            if now[bit] != expected {
                out.breach::<Self>(
                    citation,
                    session.state.name(),
                    format_args!("{field} {expected} in force"),
                    format_args!("{}", now[bit]),
                );
            }
        }
    }
}
