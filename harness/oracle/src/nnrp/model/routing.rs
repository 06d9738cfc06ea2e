//! Opening, resuming, and who is heard where.

use super::{Flow, Grant, Node, PendingOpen, Stage, State, Token, Validity};
use crate::nnrp::packet::Packet;
use wireproof_base::{ConnId, Role};
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::session::{OPENED, RESUMED, SessionOpenAck};

impl Node {
    /// The open that an acknowledgement answers: the oldest, unless the trace id names another
    /// (`R-05`).
    pub fn pending_open(&self, packet: &Packet<'_>) -> Option<usize> {
        let opens = &self.conns[packet.conn.0 as usize].opens;
        let trace = packet.header().trace_id;
        let first = opens.first()?;
        if trace == 0 || first.trace == trace {
            return Some(0);
        }
        // Where the carrier doubles packets, an answer that fits no open is such a copy.
        let doubled = !packet.mine
            && self.conns[packet.conn.0 as usize].carrier == wireproof_base::Carrier::Datagram;
        opens.iter().position(|open| open.trace == trace).or((!doubled).then_some(0))
    }

    pub(super) fn answer_open(&mut self, packet: &Packet<'_>, ack: &SessionOpenAck) {
        let Some(pending) = self.pending_open(packet) else {
            let owed = &mut self.conns[packet.conn.0 as usize].owed;
            if packet.mine && !owed.is_empty() {
                owed.remove(0);
            }
            return;
        };
        let pending = self.conns[packet.conn.0 as usize].opens.remove(pending);
        if ack.session_id == 0 || !matches!(ack.session_status, OPENED | RESUMED) {
            return;
        }
        let known = self.find_session(ack.session_id);
        if !packet.mine && !self.fits(known, ack, &pending) {
            return;
        }
        let token = packet.frame.blocks().token;
        let token = (!token.is_empty()).then(|| hash(token));
        self.grant(Grant { conn: packet.conn, ack: *ack, token, pending });
    }

    /// A success takes effect.
    pub(super) fn install(&mut self, grant: &Grant) {
        let id = grant.ack.session_id;
        let known = self.find_session(id);
        let again = grant.ack.session_status == RESUMED && known.is_some();
        let client = self.role == Role::Client;
        if client && again && known.is_some_and(|index| self.is_overtaken(index)) {
            return;
        }
        let index = self.session_slot(id);
        if again {
            self.resume(index, grant);
        } else {
            self.start(index, known.is_some(), grant);
        }
        if let Some(token) = grant.token {
            self.issue(token, id);
        }
    }

    /// Client: whether a recovery that is granted now is older than a close of the server, which
    /// came where the session was recovered since: what closes cannot be recovered (S3, S21, S30).
    pub(super) fn is_overtaken(&self, index: usize) -> bool {
        let session = &self.sessions[index];
        let ends = matches!(session.state, State::Closing | State::Draining);
        ends && session.close_received.is_some_and(|close| !close.done)
    }

    /// Whether a client may install the success: one that repeats the number of a live session,
    /// or recovers what was not asked for, leaves things as they are (NNRP-SES-010).
    fn fits(&self, known: Option<usize>, ack: &SessionOpenAck, pending: &PendingOpen) -> bool {
        let live = known.is_some_and(|index| self.sessions[index].state != State::Closed);
        // A success that comes after the session was given up recovers nothing (S18, S20).
        let given_up = known.is_some_and(|index| self.sessions[index].end_told);
        let asked = pending.token.is_some() && pending.open.requested_session_id == ack.session_id;
        asked && !given_up || !(live && !given_up || ack.session_status == RESUMED)
    }

    fn start(&mut self, index: usize, reused: bool, grant: &Grant) {
        let Grant { conn, ack, pending, .. } = grant;
        let replaced = reused && self.sessions[index].state != State::Closed;
        if replaced {
            self.close_session(index, super::End::Closed);
        }
        for token in self.tokens.iter_mut().filter(|token| token.session == ack.session_id) {
            token.validity = Validity::Spent;
        }
        let session = &mut self.sessions[index];
        session.reset();
        session.id = ack.session_id;
        (session.reused, session.replaced) = (reused, replaced);
        session.conn = *conn;
        session.asked = pending.open;
        session.granted = *ack;
        let credit = u32::from(ack.granted_operation_credit);
        *(if self.role == Role::Server { &mut session.flow_out } else { &mut session.flow_in }) =
            Flow::start(credit);
    }

    fn resume(&mut self, index: usize, grant: &Grant) {
        let Grant { conn, ack, pending, .. } = grant;
        if !matches!(self.sessions[index].state, State::Detached | State::Closed) {
            self.uncount_all(index);
        }
        let client = self.role == Role::Client;
        let credit = u32::from(ack.granted_operation_credit);
        let session = &mut self.sessions[index];
        let old = session.conn;
        session.resumed_from = (old != *conn && self.conns[old.0 as usize].up).then_some(old);
        session.conn = *conn;
        // A grant that crosses the client's own close does not take the close back: a migration
        // has recovered the session before, or a second resume (`R-55`).
        let ends = matches!(session.state, State::Closing | State::Draining);
        let closing = client && ends && session.close_sent.is_some();
        if closing {
            session.before_close = State::Resumed;
        } else {
            session.state = State::Resumed;
            session.close_sent = None;
        }
        session.asked = pending.open;
        session.granted = *ack;
        session.close_received = None;
        session.lost_at = None;
        session.resumes += 1;
        session.heard = false;
        session.effective = None;
        session.end_told = false;
        session.watermarked |= pending.watermark;
        let (flow_in, flow_out) = (session.flow_in, session.flow_out);
        session.flow_in = flow_in.restart(if client { credit } else { super::UNLIMITED });
        session.flow_out = flow_out.restart(if client { super::UNLIMITED } else { credit });
        for (_, flow_in, flow_out) in &mut session.op_flows {
            *flow_in = flow_in.restart(super::UNLIMITED);
            *flow_out = flow_out.restart(super::UNLIMITED);
        }
        for op in &mut session.ops {
            op.ends_sent = 0;
            if client && op.stage == Stage::Live && core::mem::take(&mut op.counted) {
                op.doubtful = true;
                session.in_flight -= 1;
            }
        }
        let moved = session.in_flight;
        self.conns[conn.0 as usize].in_flight += moved;
    }

    fn issue(&mut self, hash: u64, session: u32) {
        for token in self.tokens.iter_mut().filter(|token| token.session == session) {
            if token.validity == Validity::Current {
                token.validity = Validity::Previous;
            }
        }
        self.tokens.push(Token { hash, session, validity: Validity::Current });
    }

    /// The client speaks on a session, which shows that it holds the newest token (`R-37`).
    pub(super) fn hear(&mut self, index: usize, conn: ConnId) {
        let session = &mut self.sessions[index];
        if session.heard || session.conn != conn {
            return;
        }
        session.heard = true;
        let id = session.id;
        for token in self.tokens.iter_mut().filter(|token| token.session == id) {
            if token.validity == Validity::Previous {
                token.validity = Validity::Spent;
            }
        }
    }
}
