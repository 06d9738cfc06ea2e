//! SESSION_CLOSE and SESSION_CLOSE_ACK from either side (S8 to S15, S25, S26; ).

use super::core::{Core, Out};
use super::op::Sent;
use crate::nnrp::operation::Wire;
use crate::nnrp::session::{Event as Step, State};
use wireproof_base::{ConnId, Duration, Instant, Role};
use wireproof_wire::nnrp::code::INVALID_STATE;
use wireproof_wire::nnrp::command::Close;
use wireproof_wire::nnrp::session::{
    CLOSE_ACKNOWLEDGED, CLOSE_CLOSED, CLOSE_DRAINING, CLOSE_REJECTED, POLICY_ABORT, POLICY_DRAIN,
    SessionClose, SessionCloseAck,
};
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType};

impl Core {
    /// A session that exists and is bound to `conn`.
    pub fn bound(&self, id: u32, conn: ConnId) -> Option<usize> {
        self.session(id).filter(|&at| {
            let session = &self.sessions[at];
            session.conn == conn && session.state != State::Detached
        })
    }

    /// Command: close a session.
    pub fn close(&mut self, close: &Close, out: &mut Out) {
        let Some(at) = self.session(close.session) else { return };
        if !self.sessions[at].state.is_usable() {
            return;
        }
        let Some(link) = self.link_of(at) else { return };
        let abort = close.abort || close.drain_timeout_ms == 0;
        if abort && self.role == Role::Server {
            self.drop_all(at, out);
        }
        let trace = self.trace();
        let session = &mut self.sessions[at];
        session.step(Step::Close);
        session.close_sent = true;
        let meta = SessionClose {
            close_reason: close.reason,
            in_flight_policy: if close.abort { POLICY_ABORT } else { POLICY_DRAIN },
            drain_timeout_ms: close.drain_timeout_ms,
            last_operation_id: session.settled,
            session_close_tag: trace as u32,
            ..SessionClose::default()
        };
        let time = if abort { 0 } else { u64::from(close.drain_timeout_ms) };
        session.close_end = self.now + Duration::from_millis(time);
        let frame = Frame::new(meta, &[]).at(session.id, 0, 0).traced(trace);
        self.send(link, &frame, out);
        // Whoever closes, the server ends what is left when the time is over.
        if !abort && self.role == Role::Server {
            self.arm_drain(at, close.drain_timeout_ms);
        }
    }

    /// SESSION_CLOSE arrived.
    pub fn on_close(&mut self, link: usize, header: &Header, close: &SessionClose, out: &mut Out) {
        let conn = self.links[link].conn;
        let Some(at) = self.bound(header.session_id, conn) else {
            if self.session(header.session_id).is_none() && self.was_closed(header.session_id) {
                return self.answer_close(link, header, CLOSE_CLOSED, 0, out);
            }
            return self.refuse(link, header, MessageType::SessionClose, INVALID_STATE, out);
        };
        self.sessions[at].step(Step::Close);
        self.sessions[at].close_owed = true;
        self.sessions[at].close_trace = header.trace_id;
        let abort = close.in_flight_policy == POLICY_ABORT || close.drain_timeout_ms == 0;
        if abort {
            if self.role == Role::Server {
                self.drop_all(at, out);
            }
            self.end_ops(at, Wire::SessionAborted, out);
        }
        if self.sessions[at].live.is_empty() {
            return self.finish_close(at, out);
        }
        self.arm_drain(at, close.drain_timeout_ms);
        let first = self.sessions[at].state != State::Draining;
        self.sessions[at].step(Step::Draining);
        let (id, settled) = (self.sessions[at].id, self.sessions[at].settled);
        self.answer_close(link, header, CLOSE_DRAINING, settled, out);
        if first {
            out.event(Event::Draining { session: id });
        }
    }

    /// SESSION_CLOSE_ACK arrived.
    pub fn on_close_ack(
        &mut self,
        link: usize,
        header: &Header,
        ack: &SessionCloseAck,
        out: &mut Out,
    ) {
        let conn = self.links[link].conn;
        let Some(at) = self.bound(header.session_id, conn) else {
            if self.session(header.session_id).is_some() || !self.was_closed(header.session_id) {
                self.refuse(link, header, MessageType::SessionCloseAck, INVALID_STATE, out);
            }
            return;
        };
        let id = header.session_id;
        let session = &mut self.sessions[at];
        if !session.close_sent {
            return self.refuse(link, header, MessageType::SessionCloseAck, INVALID_STATE, out);
        }
        match ack.close_status {
            CLOSE_ACKNOWLEDGED => {
                session.step(Step::Acknowledged);
            }
            CLOSE_DRAINING => {
                let first = session.state != State::Draining;
                session.step(Step::Draining);
                if first {
                    out.event(Event::Draining { session: id });
                }
            }
            CLOSE_REJECTED => {
                // A close of the peer that crossed ours stands whatever became of ours.
                session.close_sent = false;
                session.close_end = Instant::MAX;
                if !session.close_owed && session.step(Step::CloseRejected) {
                    if let Some(drain) = session.drain.take() {
                        self.timers.disarm(drain);
                    }
                    out.event(Event::CloseRejected { session: id });
                }
            }
            _ => {
                self.end_ops(at, Wire::SessionAborted, out);
                self.remove_session(at, 0, out);
            }
        }
    }

    /// Sends the `closed` that the peer waits for, and lets go of the session (S11).
    pub fn finish_close(&mut self, at: usize, out: &mut Out) {
        let session = &self.sessions[at];
        let (settled, session_id, trace_id) = (session.settled, session.id, session.close_trace);
        if let Some(link) = self.link_of(at) {
            let header = Header { session_id, trace_id, ..Header::default() };
            self.answer_close(link, &header, CLOSE_CLOSED, settled, out);
        }
        self.end_ops(at, Wire::SessionAborted, out);
        self.remove_session(at, 0, out);
    }

    fn answer_close(
        &self,
        link: usize,
        header: &Header,
        status: u8,
        watermark: u64,
        out: &mut Out,
    ) {
        let meta = SessionCloseAck {
            close_status: status,
            last_operation_id: watermark,
            ..SessionCloseAck::default()
        };
        let frame = Frame::new(meta, &[]).at(header.session_id, 0, 0).traced(header.trace_id);
        self.send(link, &frame, out);
    }

    /// The drain timer runs from the first close on (S10).
    fn arm_drain(&mut self, at: usize, timeout_ms: u32) {
        let end = self.now + Duration::from_millis(u64::from(timeout_ms));
        let drain = match self.sessions[at].drain {
            Some(earlier) => earlier.min(end),
            None => end,
        };
        self.sessions[at].drain = Some(drain);
        self.sessions[at].close_end = drain;
        self.timers.arm(drain);
        self.ending = true;
    }

    /// Server: RESULT_DROP for every unfinished operation (S15, R-57).
    pub fn drop_all(&mut self, at: usize, out: &mut Out) {
        while let Some(&id) = self.sessions[at].live.first() {
            let Some(op) = self.sessions[at].find(id) else { return };
            self.send_drop(at, op, out);
            if !self.wire(at, op, Wire::SessionAborted, out) {
                return;
            }
        }
    }

    /// Server: sends RESULT_DROP for one operation.
    pub fn send_drop(&mut self, at: usize, op: usize, out: &mut Out) {
        let session = &mut self.sessions[at];
        let entry = &mut session.ops[op];
        entry.sent = Sent::Drop;
        let (id, lane, frame, trace) = (session.id, entry.lane(), entry.frame(), entry.trace);
        if session.state == State::Detached {
            return;
        }
        if let Some(link) = self.link_of(at) {
            let frame = Frame::new(wireproof_wire::nnrp::Metadata::ResultDrop, &[])
                .at(id, frame, lane)
                .traced(trace);
            self.send(link, &frame, out);
        }
    }

    /// Ends every unfinished operation without a word to the peer.
    pub fn end_ops(&mut self, at: usize, wire: Wire, out: &mut Out) {
        while let Some(&id) = self.sessions[at].live.first() {
            let Some(op) = self.sessions[at].find(id) else { return };
            if !self.wire(at, op, wire, out) {
                return;
            }
        }
    }
}
