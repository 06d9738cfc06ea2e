//! Hello, close, requests and their answers.

use super::{Close, Conn, End, Flow, Node, PendingOpen, Request, State, UNLIMITED};
use crate::nnrp::packet::Packet;
use wireproof_base::{Carrier, ConnId, Duration, Instant, Role};
use wireproof_wire::nnrp::extension::{Extensions, LOSS_ACCEPTED, LOSS_WISHED, loss_tolerance};
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::session::{
    CLOSE_CLOSED, CLOSE_DRAINING, CLOSE_REJECTED, SessionClose, SessionCloseAck, SessionOpen,
};
use wireproof_wire::nnrp::submit::BEST_EFFORT;
use wireproof_wire::nnrp::transport::SessionMigrateAck;
use wireproof_wire::nnrp::{MessageType, Metadata};

/// Extension that carries `resume_from_operation_id` on our wire (`R-03`).
const WATERMARK: u16 = 0x4002;

impl Node {
    pub(super) fn control(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        let conn = &mut self.conns[packet.conn.0 as usize];
        if packet.mine && !conn.astray.is_empty() {
            conn.settle_astray(packet);
        }
        match &packet.frame.meta {
            Metadata::ClientHello(hello) => {
                conn.greet(packet, hello, record);
                self.keep_secret(packet.frame.blocks().auth);
            }
            Metadata::ServerHelloAck(ack) => conn.answer(packet, ack),
            Metadata::SessionOpen(open) => {
                conn.open(packet, open, record);
                self.keep_secret(packet.frame.blocks().auth);
            }
            Metadata::SessionOpenAck(ack) => self.answer_open(packet, ack),
            Metadata::SessionClose(close) => {
                conn.ask(packet, record, (0, 0), 0);
                self.close(packet, close, at);
            }
            Metadata::SessionCloseAck(ack) => self.close_ack(packet, ack),
            Metadata::Close if packet.mine => conn.close_sent = true,
            Metadata::Close => conn.close_received = true,
            Metadata::Ping => conn.ask(packet, record, (0, 0), 0),
            Metadata::SessionPatch(patch) => {
                conn.ask(packet, record, (0, 0), u64::from(patch.patch_mask));
                if !packet.mine {
                    self.patch(packet, patch);
                }
            }
            Metadata::CachePut(put) => {
                let key = u64::from(put.cache_key_hi) << 32 | u64::from(put.cache_key_lo);
                conn.ask(packet, record, (put.cache_namespace, key), u64::from(put.object_kind));
                if !packet.mine {
                    self.put(packet, put);
                }
            }
            Metadata::TransportProbe(probe) => conn.ask(packet, record, (probe.probe_id, 0), 0),
            Metadata::SessionMigrate(migrate) => {
                conn.ask(packet, record, (0, 0), migrate.last_result_frame_id);
                if let Some(session) = packet.session {
                    self.sessions[session].watermarked |= migrate.last_result_frame_id != 0;
                }
            }
            Metadata::SessionMigrateAck(ack) => {
                if self.heeds(packet, ack) {
                    self.migrated(packet, ack, at);
                }
                self.take_request(packet);
            }
            Metadata::SessionPatchAck(ack) if packet.mine => {
                self.take_request(packet);
                self.answer_patch(packet, ack);
            }
            Metadata::CacheAck(ack) if packet.mine => {
                self.take_request(packet);
                self.answer_put(packet, ack, at);
            }
            Metadata::CacheInvalidate(meta) => {
                let most = self.invalidate(packet, meta);
                if !packet.mine {
                    self.keep_invalidation(packet, most);
                }
            }
            _ => self.take_request(packet),
        }
    }

    /// What nobody should put into a cache (NNRP-CACHE-024).
    fn keep_secret(&mut self, auth: &[u8]) {
        if !auth.is_empty() && !self.secrets.iter().any(|known| known == auth) {
            self.secrets.push(auth.to_vec());
        }
    }

    /// An answer settles its request, or else a refusal that is owed.
    fn take_request(&mut self, packet: &Packet<'_>) {
        let conn = &mut self.conns[packet.conn.0 as usize];
        if let Some(request) = packet.request {
            conn.requests.remove(request);
        } else if packet.mine && !conn.owed.is_empty() && packet.kind() != MessageType::Pong {
            conn.owed.remove(0);
        }
    }

    fn close(&mut self, packet: &Packet<'_>, close: &SessionClose, at: Instant) {
        let Some(index) = packet.session else { return };
        let session = &mut self.sessions[index];
        session.watermarked |= packet.author == Role::Client && close.last_operation_id != 0;
        if session.conn != packet.conn || matches!(session.state, State::Closed | State::Detached) {
            return;
        }
        let (policy, timeout_ms) = (close.in_flight_policy, close.drain_timeout_ms);
        let close = Close { at, policy, timeout_ms, done: false };
        let place = if packet.mine { &mut session.close_sent } else { &mut session.close_received };
        // The time of a repeated close runs from the first one (S10).
        match place {
            Some(first) if !close.aborts() && first.over() <= close.over() => {}
            _ => *place = Some(close),
        }
        if session.state.takes_work() {
            session.before_close = session.state;
            session.state = State::Closing;
        }
    }

    fn close_ack(&mut self, packet: &Packet<'_>, ack: &SessionCloseAck) {
        if matches!(ack.close_status, CLOSE_CLOSED | CLOSE_REJECTED) {
            self.take_request(packet);
        } else if let Some(request) = packet.request {
            self.conns[packet.conn.0 as usize].requests[request].extra = 1;
        }
        let Some(index) = packet.session else { return };
        let session = &mut self.sessions[index];
        if session.state == State::Closed || session.conn != packet.conn {
            return;
        }
        let answered =
            if packet.mine { &mut session.close_received } else { &mut session.close_sent };
        let Some(close) = answered.as_mut() else { return };
        match ack.close_status {
            CLOSE_CLOSED => {
                close.done = true;
                self.close_session(index, End::Closed);
            }
            CLOSE_REJECTED => {
                *answered = None;
                if session.close_sent.is_none() && session.close_received.is_none() {
                    session.state = session.before_close;
                    session.turned_down = true;
                }
            }
            CLOSE_DRAINING if session.state == State::Closing => session.state = State::Draining,
            _ => {}
        }
    }

    /// Whether the answer to a migration counts for this node. Where packets are doubled, damaged
    /// and late, one that answers nothing is a copy, and a client refuses a cursor out of range.
    fn heeds(&self, packet: &Packet<'_>, ack: &SessionMigrateAck) -> bool {
        let conn = &self.conns[packet.conn.0 as usize];
        if packet.mine || conn.carrier != Carrier::Datagram {
            return true;
        }
        let Some(request) = packet.request else { return false };
        let cursor = conn.requests[request].extra..=u64::from(u32::MAX);
        ack.accept_code != 0 || cursor.contains(&ack.resume_from_frame_id)
    }

    /// A client gives a migration up whose answer was damaged on a lossy carrier: a sound copy of
    /// the answer comes to nothing then.
    pub(super) fn drop_migration(&mut self, session: u32, conn: ConnId) {
        let damaged = self.was_damaged(conn, MessageType::SessionMigrateAck);
        let Some(link) = self.conns.get_mut(conn.0 as usize).filter(|_| damaged) else { return };
        let asked = |request: &Request| {
            request.mine
                && request.kind == MessageType::SessionMigrate
                && request.session == session
        };
        if let Some(request) = link.requests.iter().position(asked) {
            link.requests.remove(request);
        }
    }

    fn migrated(&mut self, packet: &Packet<'_>, ack: &SessionMigrateAck, at: Instant) {
        let Some(index) = packet.session else { return };
        if !packet.mine && self.is_overtaken(index) {
            return;
        }
        let session = &mut self.sessions[index];
        if ack.accept_code != 0 {
            session.moved_in_vain = Some(packet.conn);
            return;
        }
        if session.state == State::Closed {
            return;
        }
        session.migrated_from = Some(session.conn);
        session.path_until = at + Duration::from_millis(u64::from(ack.grace_window_ms));
        session.cursor = ack.resume_from_frame_id;
        if session.state == State::Detached {
            session.state = State::Resumed;
            session.lost_at = None;
        } else {
            let old = session.conn;
            let moved = session.in_flight;
            let conn = &mut self.conns[old.0 as usize];
            conn.in_flight = conn.in_flight.saturating_sub(moved);
        }
        session.conn = packet.conn;
        self.conns[packet.conn.0 as usize].in_flight += session.in_flight;
    }
}

impl Conn {
    /// The first hello counts; what it offers is what the answer is held against.
    fn greet(&mut self, packet: &Packet<'_>, hello: &ClientHello, record: u32) {
        self.hellos += 1;
        if self.offer.is_none() {
            let auth = packet.frame.blocks().auth;
            self.auth = (!auth.is_empty()).then(|| hash(auth));
        }
        self.offer.get_or_insert(*hello);
        let extensions = packet.frame.blocks().extensions;
        self.loss_wished |= loss_tolerance(extensions, LOSS_WISHED).is_some();
        self.ask(packet, record, (0, 0), 0);
    }

    /// What is answered, rightly or not, waits for no refusal.
    pub(super) fn settle_astray(&mut self, packet: &Packet<'_>) {
        let answer = matches!(
            packet.kind(),
            MessageType::Error
                | MessageType::SessionOpenAck
                | MessageType::SessionPatchAck
                | MessageType::SessionCloseAck
                | MessageType::SessionMigrateAck
                | MessageType::CacheAck
        );
        if answer {
            let trace = packet.header().trace_id;
            let traced = self.astray.iter().position(|asked| asked.trace == trace);
            self.astray.remove(traced.unwrap_or(0));
        }
    }

    fn ask(&mut self, packet: &Packet<'_>, record: u32, key: (u32, u64), extra: u64) {
        self.requests.push(Request {
            kind: packet.kind(),
            mine: packet.mine,
            session: packet.header().session_id,
            key,
            extra,
            trace: packet.header().trace_id,
            contested: false,
            record,
        });
    }

    fn answer(&mut self, packet: &Packet<'_>, ack: &ServerHelloAck) {
        if let Some(request) = packet.request {
            self.requests.remove(request);
        }
        self.answers += 1;
        if self.answers > 1 {
            return;
        }
        self.answer = Some(*ack);
        let accepted = loss_tolerance(packet.frame.blocks().extensions, LOSS_ACCEPTED);
        // No text says what a wish comes to that gets no answer.
        self.loss = accepted.or((!self.loss_wished).then_some(BEST_EFFORT));
        let inside = self.offer.is_none_or(|offer| outside(&offer, ack).is_none());
        self.active = ack.auth_status == 0 && inside;
        let credit = match ack.max_concurrent_frames {
            0 => UNLIMITED,
            credit => u32::from(credit),
        };
        let flow = if packet.mine { &mut self.flow_out } else { &mut self.flow_in };
        *flow = Flow::start(credit);
    }

    fn open(&mut self, packet: &Packet<'_>, open: &SessionOpen, record: u32) {
        let blocks = packet.frame.blocks();
        let token = (!blocks.token.is_empty()).then(|| hash(blocks.token));
        let watermark = Extensions::new(blocks.extensions).any(|entry| entry.ext_type == WATERMARK);
        let trace = packet.header().trace_id;
        let admitted = self.active && !self.closing();
        let contested = false;
        let open = *open;
        let auth = (!blocks.auth.is_empty()).then(|| hash(blocks.auth));
        let pending =
            PendingOpen { open, token, auth, watermark, trace, contested, record, admitted };
        self.opens.push(pending);
    }
}

/// The first field of an answer that lies outside the offer, with offer and answer (NNRP-NEG-007).
pub(in crate::nnrp) fn outside(
    offer: &ClientHello,
    ack: &ServerHelloAck,
) -> Option<(&'static str, u32, u32)> {
    let version = ack.selected_version_major;
    if version != 1 || version < offer.min_version_major || version > offer.max_version_major {
        let highest = u32::from(offer.max_version_major);
        return Some(("selected_version_major", highest, u32::from(version)));
    }
    if ack.selected_wire_format != 0 {
        return Some(("selected_wire_format", 0, u32::from(ack.selected_wire_format)));
    }
    let bitmaps = [
        ("accepted_profile_bitmap", offer.supported_profile_bitmap, ack.accepted_profile_bitmap),
        (
            "accepted_payload_kind_bitmap",
            offer.supported_payload_kind_bitmap,
            ack.accepted_payload_kind_bitmap,
        ),
        ("accepted_codec_bitmap", offer.supported_codec_bitmap, ack.accepted_codec_bitmap),
        (
            "accepted_compression_bitmap",
            offer.supported_compression_bitmap,
            ack.accepted_compression_bitmap,
        ),
        ("accepted_dtype_bitmap", offer.supported_dtype_bitmap, ack.accepted_dtype_bitmap),
        ("accepted_layout_bitmap", offer.supported_layout_bitmap, ack.accepted_layout_bitmap),
        ("cache_digest_bitmap", u32::from(offer.cache_digest_bitmap), ack.cache_digest_bitmap),
        ("cache_object_bitmap", u32::from(offer.cache_object_bitmap), ack.cache_object_bitmap),
    ];
    bitmaps.into_iter().find(|(_, offered, accepted)| accepted & !offered != 0)
}
