//! The answers a node has received and not yet handed to its application.

use super::Node;
use crate::nnrp::packet::Packet;
use wireproof_base::ConnId;
use wireproof_wire::nnrp::{MessageType, Metadata};

/// How many are remembered.
const ANSWERS: usize = 64;

/// One answer, as the application should see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nnrp) struct Answer {
    /// What it was.
    pub kind: MessageType,
    /// Where it came.
    pub conn: ConnId,
    /// The session it names.
    pub session: u32,
    /// Its fields, in an order of its own kind.
    pub fields: [u64; 4],
}

impl Node {
    /// Remembers an answer that was received.
    pub(super) fn keep_answer(&mut self, packet: &Packet<'_>) {
        let fields = match &packet.frame.meta {
            Metadata::Error(error) => [
                u64::from(error.error_code),
                u64::from(error.is_fatal),
                u64::from(error.related_frame_id),
                u64::from(error.related_view_id),
            ],
            Metadata::Pong => [0; 4],
            Metadata::TransportProbeAck(ack) => [u64::from(ack.probe_id), 0, 0, 0],
            Metadata::SessionMigrateAck(ack) => {
                [u64::from(ack.accept_code), ack.resume_from_frame_id, 0, 0]
            }
            Metadata::SessionPatchAck(ack) => {
                let masks = [ack.applied_patch_mask, ack.rejected_patch_mask];
                [u64::from(ack.status), u64::from(masks[0]), u64::from(masks[1]), 0]
            }
            Metadata::CacheAck(ack) => {
                let key = u64::from(ack.cache_key_hi) << 32 | u64::from(ack.cache_key_lo);
                let namespace = u64::from(ack.cache_namespace);
                [namespace, key, u64::from(ack.status), u64::from(ack.detail_code)]
            }
            Metadata::ResultHint(hint) => {
                let frame = u64::from(packet.header().frame_id);
                [frame, u64::from(hint.reason), u64::from(hint.retry_after_ms), 0]
            }
            _ => return,
        };
        let (kind, conn, session) = (packet.kind(), packet.conn, packet.header().session_id);
        self.keep(Answer { kind, conn, session, fields });
    }

    /// Remembers how many objects an invalidation can have removed.
    pub(super) fn keep_invalidation(&mut self, packet: &Packet<'_>, most: u32) {
        let (kind, conn, session) = (packet.kind(), packet.conn, packet.header().session_id);
        self.keep(Answer { kind, conn, session, fields: [u64::from(most), 0, 0, 0] });
    }

    fn keep(&mut self, answer: Answer) {
        if self.answers.len() == ANSWERS {
            self.answers.remove(0);
        }
        self.answers.push(answer);
    }
}
