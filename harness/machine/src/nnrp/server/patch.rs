//! SESSION_PATCH at the server (2.4, S7; R-34).

use super::Server;
use crate::nnrp::endpoint::Out;
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
        let mut rejected = 0;
        let mut reason = 0;
        let mut refuse = |bit: u32, why: u16| {
            rejected |= patch.patch_mask & bit;
            if patch.patch_mask & bit != 0 {
                reason = why;
            }
        };
        // The primary profile is fixed (NNRP-PAT-007).
        let foreign = patch.profile_id != 0 && patch.profile_id != session.profile;
        let lanes = u32::from(agreed.lanes.max(1));
        let known_lanes = 1u64.checked_shl(lanes).map_or(u64::MAX, |bit| bit - 1);
        if patch.active_lane_mask == 0 || patch.active_lane_mask & !known_lanes != 0 {
            refuse(LANES, OUT_OF_RANGE);
        }
        if patch.preferred_codec_bitmap & !agreed.codecs != 0 {
            refuse(CODECS, UNSUPPORTED_VALUE);
        }
        if patch.preferred_compression_bitmap & !agreed.compressions != 0 {
            refuse(COMPRESSIONS, UNSUPPORTED_VALUE);
        }
        refuse(PROFILE_PATCH, UNSUPPORTED_VALUE);
        if foreign {
            refuse(u32::MAX, IMMUTABLE_FIELD);
        }
        let applied = patch.patch_mask & !rejected;
        let values = &mut session.patched;
        let has = |bit: u32| applied & bit != 0;
        if has(TARGET_CADENCE) {
            values.cadence_x100 = patch.target_cadence_x100;
        }
        if has(QUALITY_TIER) {
            values.quality_tier = patch.quality_tier;
        }
        if has(DEGRADE_POLICY) {
            values.degrade_policy = patch.degrade_policy;
        }
        if has(LANES) {
            values.lanes = patch.active_lane_mask;
        }
        if has(CODECS) {
            values.codecs = patch.preferred_codec_bitmap;
        }
        if has(COMPRESSIONS) {
            values.compressions = patch.preferred_compression_bitmap;
        }
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
