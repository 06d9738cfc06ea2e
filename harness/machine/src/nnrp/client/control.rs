//! SESSION_PATCH, TRANSPORT_PROBE and their answers (2.4, 2.5, 2.21, 2.22; ).

use super::Client;
use crate::nnrp::connection::State as LinkState;
use crate::nnrp::endpoint::{Ask, Out};
use wireproof_wire::nnrp::code::MALFORMED_BODY;
use wireproof_wire::nnrp::command::{Patch, Probe};
use wireproof_wire::nnrp::patch::{SessionPatch, SessionPatchAck};
use wireproof_wire::nnrp::transport::TransportProbe;
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType};

const REJECTED: u16 = 2;

impl Client {
    pub(super) fn patch(&mut self, patch: &Patch, out: &mut Out) {
        let Some(at) = self.core.session(patch.session) else { return };
        let usable = self.core.sessions[at].state.is_usable();
        let Some(link) = self.core.link_of(at).filter(|_| usable) else { return };
        if self.core.links[link].state != LinkState::Active {
            return;
        }
        let has = |bit: u32| patch.mask & bit != 0;
        // A field whose bit is clear stays 0.
        let meta = SessionPatch {
            patch_mask: patch.mask & 0x3F,
            target_cadence_x100: if has(0x01) { patch.target_cadence_x100 } else { 0 },
            quality_tier: if has(0x02) { patch.quality_tier } else { 0 },
            degrade_policy: if has(0x04) { patch.degrade_policy } else { 0 },
            active_lane_mask: if has(0x08) { patch.lanes } else { 0 },
            preferred_codec_bitmap: if has(0x10) { 0x1 } else { 0 },
            ..SessionPatch::default()
        };
        let (session, mask) = (patch.session, meta.patch_mask);
        let frame = Frame::new(meta, &[]).at(session, 0, 0);
        self.core.ask(link, frame, Ask::Patch { session, mask }, out);
    }

    pub(super) fn on_patch_ack(
        &mut self,
        link: usize,
        header: &Header,
        ack: &SessionPatchAck,
        out: &mut Out,
    ) {
        let session = header.session_id;
        // Answers come in the order of the patches; one that nobody asked for says nothing.
        let asked = self.core.links[link].take(|pending| match pending.ask {
            Ask::Patch { session: of, mask } if of == session => Some(mask),
            _ => None,
        });
        let Some(mask) = asked else { return };
        let (applied, rejected) = (ack.applied_patch_mask, ack.rejected_patch_mask);
        let status = match (applied, rejected) {
            (_, 0) => 0,
            (0, _) => REJECTED,
            _ => 1,
        };
        let consistent = applied & rejected == 0
            && applied | rejected == mask
            && ack.status == status
            && (ack.reason == 0) == (ack.status == 0);
        if !consistent {
            let kind = MessageType::SessionPatchAck;
            self.core.refuse(link, header, kind, MALFORMED_BODY, out);
            let (applied, rejected) = (0, mask);
            out.event(Event::Patched { session, status: REJECTED, applied, rejected });
            return;
        }
        out.event(Event::Patched { session, status: ack.status, applied, rejected });
    }

    /// A patch was refused by an ERROR, or its answer could not be read.
    pub(super) fn patch_failed(&mut self, link: usize, trace: u64, out: &mut Out) {
        let asked = self.core.links[link].take(|pending| match pending.ask {
            Ask::Patch { session, mask } if pending.trace == trace => Some((session, mask)),
            _ => None,
        });
        if let Some((session, rejected)) = asked {
            out.event(Event::Patched { session, status: REJECTED, applied: 0, rejected });
        }
    }

    pub(super) fn probe(&mut self, probe: &Probe, out: &mut Out) {
        let Some(link) = self.core.link(probe.conn) else { return };
        if !matches!(self.core.links[link].state, LinkState::Init | LinkState::Active) {
            return;
        }
        if !self.core.links[link].carries(probe.bytes as usize) {
            return;
        }
        let meta = TransportProbe {
            probe_id: probe.id,
            probe_payload_bytes: probe.bytes,
            client_send_ts_us: self.core.now.as_micros(),
        };
        let filler = alloc::vec![0; probe.bytes as usize];
        self.core.ask(link, Frame::new(meta, &filler), Ask::Probe { id: probe.id }, out);
    }

    pub(super) fn on_probe_ack(&mut self, link: usize, id: u32, out: &mut Out) {
        let wanted = Ask::Probe { id };
        let asked = self.core.links[link].take(|pending| (pending.ask == wanted).then_some(()));
        if asked.is_some() {
            out.event(Event::Probed { conn: self.core.links[link].conn, id });
        }
    }
}
