//! What SESSION_PATCH asks for and what is in force, NNRP preview1 §6.5, §6.6.

use super::Node;
use crate::nnrp::packet::Packet;
use wireproof_base::ConnId;
use wireproof_wire::nnrp::patch::{SessionPatch, SessionPatchAck};

/// A SESSION_PATCH without an answer.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct PendingPatch {
    /// The connection.
    pub conn: ConnId,
    /// The session.
    pub session: u32,
    /// What it asks for.
    pub patch: SessionPatch,
    /// Its trace id.
    pub trace: u64,
    /// Whether the session took patches when it came.
    pub admitted: bool,
}

/// The six fields that a mask bit stands for, in the order of the bits.
pub(in crate::nnrp) const FIELDS: [&str; 6] = [
    "target_cadence_x100",
    "quality_tier",
    "degrade_policy",
    "lane_mask",
    "codec_bitmap",
    "compression_bitmap",
];

/// What a patch asks for, by bit of the mask.
pub(in crate::nnrp) fn asked(patch: &SessionPatch) -> [u64; 6] {
    [
        u64::from(patch.target_cadence_x100),
        u64::from(patch.quality_tier),
        u64::from(patch.degrade_policy),
        patch.active_lane_mask,
        u64::from(patch.preferred_codec_bitmap),
        u64::from(patch.preferred_compression_bitmap),
    ]
}

/// What an answer says is in force, by bit of the mask.
pub(in crate::nnrp) fn effective(ack: &SessionPatchAck) -> [u64; 6] {
    [
        u64::from(ack.effective_target_cadence_x100),
        u64::from(ack.effective_quality_tier),
        u64::from(ack.effective_degrade_policy),
        ack.effective_lane_mask,
        u64::from(ack.effective_codec_bitmap),
        u64::from(ack.effective_compression_bitmap),
    ]
}

impl Node {
    /// The patch that an acknowledgement answers.
    pub fn pending_patch(&self, packet: &Packet<'_>) -> Option<usize> {
        let (session, trace) = (packet.header().session_id, packet.header().trace_id);
        let same = |asked: &PendingPatch| asked.conn == packet.conn && asked.session == session;
        let traced =
            self.patches.iter().position(|asked| same(asked) && asked.trace == trace && trace != 0);
        traced.or_else(|| self.patches.iter().position(same))
    }

    /// SESSION_PATCH was received.
    pub(super) fn patch(&mut self, packet: &Packet<'_>, patch: &SessionPatch) {
        let conn = &self.conns[packet.conn.0 as usize];
        let admitted = packet.session_in(self).is_some_and(|session| {
            session.conn == packet.conn && session.state.takes_work() && !conn.closing()
        });
        let (session, trace) = (packet.header().session_id, packet.header().trace_id);
        let (conn, patch) = (packet.conn, *patch);
        self.patches.push(PendingPatch { conn, session, patch, trace, admitted });
    }

    /// SESSION_PATCH_ACK was sent.
    pub(super) fn answer_patch(&mut self, packet: &Packet<'_>, ack: &SessionPatchAck) {
        if let Some(index) = self.pending_patch(packet) {
            self.patches.remove(index);
        }
        if let Some(session) = packet.session {
            self.sessions[session].effective = Some(effective(ack));
        }
    }
}
