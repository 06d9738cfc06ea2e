//! SESSION_PATCH at the server (2.4, S7; R-34).

use super::Server;
use crate::nnrp::endpoint::{Agreed, Out, Patched};
use crate::nnrp::session::admits;
use wireproof_wire::nnrp::code::INVALID_STATE;
use wireproof_wire::nnrp::patch::{SessionPatch, SessionPatchAck};
use wireproof_wire::nnrp::{Frame, Header, MessageType};

const TARGET_CADENCE: u32 = 0x01;
const QUALITY_TIER: u32 = 0x02;
const DEGRADE_POLICY: u32 = 0x04;
const LANES: u32 = 0x08;
const CODECS: u32 = 0x10;
const COMPRESSIONS: u32 = 0x20;
const PROFILE_PATCH: u32 = 0x40;

const IMMUTABLE_FIELD: u16 = 2;
const UNSUPPORTED_VALUE: u16 = 3;
const OUT_OF_RANGE: u16 = 4;

impl Server {
    pub(super) fn on_patch(
        &mut self,
        link: usize,
        header: &Header,
        patch: &SessionPatch,
        out: &mut Out,
    ) {
        let kind = MessageType::SessionPatch;
        let found = self.core.bound(header.session_id, self.core.links[link].conn);
        let Some(at) = found.filter(|&at| admits(self.core.sessions[at].state, kind)) else {
            // Also the old path of a migration (S22).
            return self.core.refuse(link, header, kind, INVALID_STATE, out);
        };
        let agreed = self.core.links[link].agreed;
        let session = &mut self.core.sessions[at];
        let (rejected, reason) = refusals(patch, &agreed, session.profile);
        let applied = patch.patch_mask & !rejected;
        session.patched.take_over(patch, applied);
        let values = &session.patched;
        let ack = SessionPatchAck {
            status: match (applied, rejected) {
                (_, 0) => 0,
                (0, _) => 2,
                _ => 1,
            },
            reason,
            applied_patch_mask: applied,
            rejected_patch_mask: rejected,
            effective_profile_id: session.profile,
            effective_target_cadence_x100: values.cadence_x100,
            effective_quality_tier: values.quality_tier,
            effective_degrade_policy: values.degrade_policy,
            effective_lane_mask: values.lanes,
            effective_codec_bitmap: values.codecs,
            effective_compression_bitmap: values.compressions,
            ..SessionPatchAck::default()
        };
        let reply = Frame::new(ack, &[]).at(header.session_id, 0, 0).traced(header.trace_id);
        self.core.send(link, &reply, out);
    }
}

/// Fields that are refused, and the reason of the last of them.
fn refusals(patch: &SessionPatch, agreed: &Agreed, profile: u16) -> (u32, u16) {
    let lanes = u32::from(agreed.lanes.max(1));
    let known_lanes = 1u64.checked_shl(lanes).map_or(u64::MAX, |bit| bit - 1);
    let unknown_lanes = patch.active_lane_mask == 0 || patch.active_lane_mask & !known_lanes != 0;
    let codec = patch.preferred_codec_bitmap & !agreed.codecs != 0;
    let compression = patch.preferred_compression_bitmap & !agreed.compressions != 0;
    // The primary profile is fixed (NNRP-PAT-007).
    let foreign = patch.profile_id != 0 && patch.profile_id != profile;
    let rules = [
        (unknown_lanes, LANES, OUT_OF_RANGE),
        (codec, CODECS, UNSUPPORTED_VALUE),
        (compression, COMPRESSIONS, UNSUPPORTED_VALUE),
        (true, PROFILE_PATCH, UNSUPPORTED_VALUE),
        (foreign, u32::MAX, IMMUTABLE_FIELD),
    ];
    rules.into_iter().fold((0, 0), |(rejected, reason), (broken, bits, why)| {
        match patch.patch_mask & bits {
            hit if broken && hit != 0 => (rejected | hit, why),
            _ => (rejected, reason),
        }
    })
}

impl Patched {
    fn take_over(&mut self, patch: &SessionPatch, applied: u32) {
        let has = |bit: u32| applied & bit != 0;
        if has(TARGET_CADENCE) {
            self.cadence_x100 = patch.target_cadence_x100;
        }
        if has(QUALITY_TIER) {
            self.quality_tier = patch.quality_tier;
        }
        if has(DEGRADE_POLICY) {
            self.degrade_policy = patch.degrade_policy;
        }
        if has(LANES) {
            self.lanes = patch.active_lane_mask;
        }
        if has(CODECS) {
            self.codecs = patch.preferred_codec_bitmap;
        }
        if has(COMPRESSIONS) {
            self.compressions = patch.preferred_compression_bitmap;
        }
    }
}
