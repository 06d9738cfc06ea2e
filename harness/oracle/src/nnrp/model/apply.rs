//! What a fact changes.

use super::{Astray, Claim, Delivered, End, Node, Owed, Owner, Said, Stage, State};
use crate::nnrp::packet::{Finality, Garbled, Packet};
use wireproof_base::{Carrier, ConnId, Instant, Role};
use wireproof_wire::nnrp::result::{CLASS_PARTIAL, CLASS_STALE_REUSE};
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::submit::{ALLOW_PARTIAL, FIRE_AND_FORGET};
use wireproof_wire::nnrp::{Command, Event, MessageType, Metadata};

impl Node {
    /// A connection stands.
    pub fn connected(&mut self, conn: ConnId, carrier: Carrier) {
        let conn = &mut self.conns[conn.0 as usize];
        conn.reset();
        conn.up = true;
        conn.carrier = carrier;
    }

    /// A packet was sent or received.
    #[inline]
    pub fn apply(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        if !packet.mine {
            self.inputs.0 += 1;
            self.inputs.1 += u32::from(packet.kind() == MessageType::Error);
            self.weigh(packet, at);
            self.note_astray(packet, record);
        }
        if packet.author == Role::Client
            && let Some(session) = packet.session
        {
            self.hear(session, packet.conn);
        }
        match &packet.frame.meta {
            Metadata::FrameSubmit(submit) => self.submit(packet, submit, at, record),
            Metadata::ResultPush(push) => self.push(packet, push),
            Metadata::ResultDrop => self.drop_result(packet),
            Metadata::FrameCancel => self.cancel(packet, at, record),
            Metadata::FlowUpdate(update) => self.flow(packet, update),
            Metadata::Error(error) => self.error(packet, error),
            _ => self.control(packet, at, record),
        }
        if !packet.mine {
            self.keep_answer(packet);
        }
    }

    /// A server has to refuse what comes before the hello, and what names no session it ever had.
    fn note_astray(&mut self, packet: &Packet<'_>, record: u32) {
        if self.role != Role::Server {
            return;
        }
        let conn = &mut self.conns[packet.conn.0 as usize];
        let (kind, header) = (packet.kind(), packet.header());
        let early = !conn.active
            && !matches!(
                kind,
                MessageType::ClientHello
                    | MessageType::Ping
                    | MessageType::Pong
                    | MessageType::TransportProbe
                    | MessageType::Close
                    | MessageType::Error
            );
        let nowhere = conn.active
            && packet.session.is_none()
            && header.session_id != 0
            && matches!(
                kind,
                MessageType::FrameSubmit
                    | MessageType::FrameCancel
                    | MessageType::SessionPatch
                    | MessageType::SessionClose
                    | MessageType::FlowUpdate
                    | MessageType::CachePut
                    | MessageType::CacheInvalidate
            );
        if (early || nowhere) && !conn.closing() {
            let (session, trace) = (header.session_id, header.trace_id);
            conn.astray.push(Astray { record, kind, session, trace });
        }
    }

    /// Bytes were received that are no packet.
    pub fn garbled(&mut self, garbled: &Garbled, at: Instant, record: u32) {
        let refusal = &garbled.refusal;
        if garbled.mine {
            return;
        }
        self.weigh_garbled(garbled);
        let conn = &mut self.conns[garbled.conn.0 as usize];
        conn.faults += 1;
        conn.overfull_opens += u32::from(refusal.violation.requirement == "NNRP-SES-008");
        let datagram = conn.carrier == Carrier::Datagram;
        if !datagram {
            self.inputs.0 += 1;
            if refusal.kind == Some(MessageType::Error) || conn.closing() {
                return;
            }
            let violation = &refusal.violation;
            let (requirement, reading) = (violation.requirement, violation.reading);
            conn.owed.push(Owed { record, at, requirement, reading });
        }
        let (Some(header), Some(kind)) = (refusal.header, refusal.kind) else { return };
        if matches!(kind, MessageType::ResultPush | MessageType::ResultDrop)
            && let Some((session, op)) = self.operation(header.session_id, header.operation_id())
        {
            // If it was the terminal one, the client may count the operation as failed (`R-54`).
            self.sessions[session].ops[op].doubtful = true;
            self.uncount(session, op);
        }
        // On a lossy carrier a sound copy of the submit may follow.
        if kind != MessageType::FrameSubmit || datagram {
            return;
        }
        if let Some(session) = self.find_session(header.session_id)
            && self.sessions[session].find_op(header.operation_id()).is_none()
        {
            let op = self.sessions[session].add_op(header.operation_id(), at, record);
            op.malformed = true;
            op.trace = header.trace_id;
        }
    }

    /// A message demands an extension that nobody knows: it is to be refused and has no effect.
    pub fn not_understood(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        self.inputs.0 += 1;
        if !packet.mine {
            self.weigh_unknown(packet, at);
        }
        let conn = &mut self.conns[packet.conn.0 as usize];
        if !packet.mine && packet.kind() != MessageType::Error && !conn.closing() {
            conn.faults += 1;
            conn.owed.push(Owed { record, at, requirement: "NNRP-EXT-003", reading: None });
        }
    }

    /// The connection is gone, whoever ended it.
    pub fn disconnected(&mut self, id: ConnId, at: Instant) {
        let conn = &mut self.conns[id.0 as usize];
        conn.up = false;
        let closing = conn.closing();
        self.store.end_owner(Owner::Conn(id));
        for index in 0..self.sessions.len() {
            let session = &self.sessions[index];
            if session.conn != id || matches!(session.state, State::Closed | State::Detached) {
                continue;
            }
            if !closing && session.state.takes_work() && session.resumable() {
                self.uncount_all(index);
                self.sessions[index].state = State::Detached;
                self.sessions[index].lost_at = Some(at);
            } else {
                self.sessions[index].ended_by_word = closing;
                self.sessions[index].lost = !closing;
                self.close_session(index, End::Lost);
            }
        }
    }

    /// The application commanded something.
    pub fn commanded(&mut self, command: &Command) {
        match command {
            Command::Push(push) if !push.partial => {
                let id = u64::from(push.lane) << 32 | u64::from(push.frame);
                let budget = self
                    .operation(push.session, id)
                    .map_or(0, |(session, op)| self.sessions[session].ops[op].budget);
                // What the submit does not allow, the endpoint may decline.
                let allowed = push.applied_budget & !budget == 0
                    && (push.class != CLASS_PARTIAL || budget & ALLOW_PARTIAL != 0)
                    && (push.class != CLASS_STALE_REUSE || push.reused_frame != 0);
                let end = End::Result { ok: push.status < 2, plain: true };
                if allowed {
                    self.command_end(push.session, push.lane, push.frame, end);
                } else if let Some((session, op)) = self.operation(push.session, id) {
                    self.sessions[session].ops[op].offered.get_or_insert(end);
                }
                self.learn(push.session, push.lane, push.frame, &push.text);
            }
            Command::Push(push) => self.learn(push.session, push.lane, push.frame, &push.text),
            Command::Drop(target) => {
                self.command_end(target.session, target.lane, target.frame, End::Drop);
            }
            Command::Flow(flow) => self.forced_epoch = flow.epoch,
            // Prelude and one descriptor come before the payload (reference 5.1).
            Command::Submit(submit) => {
                self.submit_len = 56 + submit.text.len() as u32;
                self.learn(submit.session, submit.lane, submit.frame, &submit.text);
                self.submit_careless =
                    submit.frame_class == 0 && submit.loss_tolerance == FIRE_AND_FORGET;
            }
            Command::Shutdown(shutdown) => {
                self.ensure(shutdown.conn);
                self.conns[shutdown.conn.0 as usize].shutdown_commanded = true;
            }
            _ => {}
        }
    }

    /// The application gave a payload to an operation.
    fn learn(&mut self, session: u32, lane: u16, frame: u32, text: &str) {
        let op = u64::from(lane) << 32 | u64::from(frame);
        self.tags.learn(hash(text.as_bytes()), session, op);
    }

    fn command_end(&mut self, session: u32, lane: u16, frame: u32, end: End) {
        let id = u64::from(lane) << 32 | u64::from(frame);
        if let Some((session, op)) = self.operation(session, id) {
            let session = &mut self.sessions[session];
            let live = matches!(session.ops[op].stage, Stage::Live);
            if live && session.state != State::Closed {
                session.ops[op].commanded.get_or_insert(end);
            }
        }
    }

    /// The application was told something.
    pub fn told(&mut self, event: &Event, at: Instant, record: u32) {
        match *event {
            Event::Submitted { session, lane, frame, digest, .. } => {
                self.report(session, lane, frame, |seen| !seen.result && seen.digest == digest);
                let id = u64::from(lane) << 32 | u64::from(frame);
                if let Some((session, op)) = self.operation(session, id) {
                    self.accept(session, op);
                    self.sessions[session].ops[op].reported = true;
                }
            }
            Event::Result { session, lane, frame, digest, terminal, .. } => {
                self.report(session, lane, frame, |seen| {
                    seen.result && seen.digest == digest && seen.terminal == terminal
                });
                let id = u64::from(lane) << 32 | u64::from(frame);
                if let Some((session, op)) = self.operation(session, id) {
                    let entry = &mut self.sessions[session].ops[op];
                    entry.result_reported |= terminal;
                    entry.partials_told = entry.partials_told.saturating_add(u16::from(!terminal));
                }
            }
            Event::Flow { conn, session, operation, epoch, .. } => {
                self.flow_events += 1;
                let mut strayed = true;
                for seen in &mut self.applied {
                    let scope = seen.session == session && seen.update.operation_id == operation;
                    let here = session != 0 || seen.conn == conn;
                    let same = scope && here && seen.update.credit_epoch == epoch;
                    seen.told |= same;
                    strayed &= !same;
                }
                self.flow_strayed |= strayed;
            }
            Event::Ended { session, lane, frame, outcome } => {
                self.end_events += 1;
                let op = u64::from(lane) << 32 | u64::from(frame);
                let said = Said::Ended { session, op, outcome };
                self.claims.push(Claim { record, at, said });
                if let Some((session, op)) = self.operation(session, op) {
                    self.sessions[session].ops[op].end_reported = true;
                    if self.role == Role::Client {
                        self.end(session, op, End::Claimed);
                    } else if self.sessions[session].state == State::Detached {
                        // It has ended, though what says so waits for the client and may
                        // prove needless then.
                        self.uncount(session, op);
                    }
                }
            }
            Event::Opened { session, .. } => {
                if let Some(index) = self.find_session(session) {
                    self.sessions[index].announced = true;
                }
            }
            Event::Migrated { session, conn, code, .. } if code != 0 => {
                self.drop_migration(session, conn);
            }
            Event::Closed { session, .. } => {
                self.close_events += 1;
                if let Some(index) = self.find_session(session) {
                    self.sessions[index].end_told = true;
                }
                self.claims.push(Claim { record, at, said: Said::Closed { session } });
            }
            Event::Down { conn, .. } => {
                self.ensure(conn);
                self.claims.push(Claim { record, at, said: Said::Down { conn } });
            }
            _ => {}
        }
    }

    fn report(&mut self, session: u32, lane: u16, frame: u32, same: impl Fn(&Delivered) -> bool) {
        let op = u64::from(lane) << 32 | u64::from(frame);
        let fits = |seen: &Delivered| seen.session == session && seen.op == op && same(seen);
        if let Some(index) = self.delivered.iter().rposition(fits) {
            self.delivered.swap_remove(index);
        }
    }

    /// Remembers what a received data packet should look like to the application.
    pub(super) fn remember(&mut self, packet: &Packet<'_>) {
        let (bytes, digest) = packet.payload();
        let (class, status, result) = match &packet.frame.meta {
            Metadata::ResultPush(push) => (push.result_class, push.status_code, true),
            _ => (0, 0, false),
        };
        self.deliver(Delivered {
            session: packet.header().session_id,
            op: packet.header().operation_id(),
            result,
            terminal: packet.finality != Finality::More,
            class,
            status,
            bytes,
            digest,
        });
    }
}
