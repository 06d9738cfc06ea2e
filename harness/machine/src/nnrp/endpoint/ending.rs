//! How connections and sessions end, and what waits for that (C13 to C18, S15 to S24).

use super::core::{Core, Out};
use super::link::Ask;
use crate::nnrp::cache::Owner;
use crate::nnrp::connection::{Event as Move, State as Link, next};
use crate::nnrp::operation::Wire;
use crate::nnrp::session::{Event as Step, State};
use wireproof_base::{ConnId, Duration, Instant, Role};
use wireproof_wire::nnrp::{Event, Frame, Metadata};

impl Core {
    /// Command: close the connection.
    pub fn shutdown(&mut self, conn: ConnId, out: &mut Out) {
        let Some(link) = self.link(conn) else { return };
        if matches!(self.links[link].state, Link::Closed | Link::Draining) {
            return;
        }
        self.send(link, &Frame::new(Metadata::Close, &[]), out);
        self.begin_end(link, Move::Close, 0, out);
    }

    /// CLOSE arrived.
    pub fn on_shutdown(&mut self, link: usize, out: &mut Out) {
        self.begin_end(link, Move::Close, 0, out);
    }

    /// CLOSE or a fatal connection-scope ERROR was sent or received.
    pub fn begin_end(&mut self, link: usize, event: Move, code: u32, out: &mut Out) {
        let entry = &mut self.links[link];
        let Some(state) = next(entry.state, event) else { return };
        let begins = state == Link::Draining && entry.state != Link::Draining;
        if begins {
            entry.state = state;
        }
        if entry.code == 0 {
            entry.code = code;
        }
        if state == Link::Closed {
            return self.end_link(link, false, out);
        }
        if begins {
            let timeout = u64::from(self.setup.close_timeout_ms);
            let end = self.now + Duration::from_millis(timeout);
            self.links[link].deadline = Some(end);
            self.timers.arm(end);
            self.ending = true;
            if timeout == 0 {
                self.end_link(link, false, out);
            }
        }
    }

    /// The connection is over at this side: C17, C18, C21.
    pub fn end_link(&mut self, link: usize, lost: bool, out: &mut Out) {
        if self.links[link].state == Link::Closed {
            return;
        }
        let was_active = self.links[link].state == Link::Active;
        self.links[link].state = Link::Closed;
        if let Some(deadline) = self.links[link].deadline.take() {
            self.timers.disarm(deadline);
        }
        let (conn, code) = (self.links[link].conn, self.links[link].code);
        self.refuse_waiting(link, code, lost, out);
        let mut at = 0;
        while at < self.sessions.len() {
            if self.sessions[at].old_path.is_some_and(|(old, _)| old == conn) {
                self.end_old_path(at, out);
            }
            if self.sessions[at].conn != conn || self.sessions[at].state == State::Detached {
                at += 1;
                continue;
            }
            // CLOSE and fatal errors end sessions (S16); only a loss leaves some behind (S17).
            let detach = lost && was_active && self.sessions[at].resumable();
            if detach && self.sessions[at].state.is_usable() {
                self.detach(at, out);
                at += 1;
            } else {
                self.end_session(at, code, out);
            }
        }
        self.end_owner(Owner::Connection(conn.0));
        out.event(Event::Down { conn, code });
        if !lost {
            out.shutdown(conn);
        }
    }

    /// Opens that will not be answered any more (S27).
    fn refuse_waiting(&mut self, link: usize, code: u32, lost: bool, out: &mut Out) {
        let conn = self.links[link].conn;
        for pending in self.links[link].pending.drain(..) {
            if let Ask::Open(open) = pending.ask {
                out.event(Event::Refused { conn, tag: open.tag, code, retry_later: lost });
            }
        }
    }

    /// S17: the window starts, operations stay.
    fn detach(&mut self, at: usize, out: &mut Out) {
        let session = &mut self.sessions[at];
        session.step(Step::LostResumable);
        let end = self.now + Duration::from_millis(u64::from(session.window_ms));
        session.window = Some(end);
        self.timers.arm(end);
        out.event(Event::Detached { session: session.id });
    }

    /// The old path of a migration has ended: S23.
    fn end_old_path(&mut self, at: usize, out: &mut Out) {
        let Some((_, end)) = self.sessions[at].old_path.take() else { return };
        self.timers.disarm(end);
        // An abort, or a drain that is over, leaves unfinished operations nothing.
        let session = &self.sessions[at];
        let over = session.state.is_ending() && self.now >= session.close_end;
        // A session that waits to be resumed gets its ends then, and has no path until then.
        let away = session.state == State::Detached;
        // At its very end the window is over, whatever comes first at that instant.
        if self.role == Role::Server && self.now < end && !over && !away {
            self.redeliver(at, out);
        }
    }

    /// S21: the session lives on `to` from now on; its old path delivers until `grace`.
    pub fn move_session(&mut self, at: usize, to: usize, grace: Instant) {
        let session = &self.sessions[at];
        let old = session.conn;
        let detached = session.state == State::Detached;
        self.rebind(at, to);
        let session = &mut self.sessions[at];
        session.step(Step::MovedHere);
        // A path left before that delivers no more; only the last one does.
        if let Some((_, end)) = session.old_path.take() {
            self.timers.disarm(end);
        }
        if detached {
            if let Some(window) = session.window.take() {
                self.timers.disarm(window);
            }
        } else if grace > self.now {
            // A path left earlier has no grace window of its own any more.
            if let Some((_, earlier)) = session.old_path.replace((old, grace)) {
                self.timers.disarm(earlier);
            }
            self.timers.arm(grace);
        }
    }

    /// S16, S18, S20, S24: the session is gone, its operations have failed.
    pub fn end_session(&mut self, at: usize, code: u32, out: &mut Out) {
        self.end_ops(at, Wire::Lost, out);
        self.remove_session(at, code, out);
    }

    /// Lets go of a session whose operations have ended.
    pub fn remove_session(&mut self, at: usize, code: u32, out: &mut Out) {
        let id = self.sessions[at].id;
        self.sessions[at].state = State::Closed;
        self.end_owner(Owner::Session(id));
        out.event(Event::Closed { session: id, code });
        self.forget_session(at);
    }

    /// Input: the connection is gone.
    pub fn lose(&mut self, conn: ConnId, out: &mut Out) {
        let Some(link) = self.link(conn) else { return };
        self.end_link(link, true, out);
        self.forget_link(link);
    }

    /// Sees to connections and sessions that were only waiting for their last operation.
    #[inline]
    pub fn settle(&mut self, out: &mut Out) {
        if self.ending {
            self.settle_all(out);
        }
    }

    fn settle_all(&mut self, out: &mut Out) {
        self.ending = false;
        let mut at = 0;
        while at < self.sessions.len() {
            let session = &self.sessions[at];
            if session.close_owed && session.live.is_empty() {
                self.finish_close(at, out);
                continue;
            }
            let late = session.state == State::Detached && session.window.is_none();
            if late && !self.is_asked_for(session.id) {
                self.end_session(at, 0, out);
                continue;
            }
            self.ending |= late || session.state.is_ending();
            at += 1;
        }
        for link in 0..self.links.len() {
            if self.links[link].state != Link::Draining {
                continue;
            }
            if self.links[link].in_flight == 0 {
                self.end_link(link, false, out);
            } else {
                self.ending = true;
            }
        }
    }

    /// Input: a deadline has come.
    pub fn expire(&mut self, out: &mut Out) {
        let now = self.now;
        let over = |deadline: Option<Instant>| deadline.is_some_and(|end| end <= now);
        for link in 0..self.links.len() {
            if over(self.links[link].deadline) {
                self.end_link(link, false, out);
            }
        }
        let mut at = 0;
        while at < self.sessions.len() {
            if self.sessions[at].op_deadline <= now {
                self.expire_ops(at, out);
            }
            if self.sessions[at].old_path.is_some_and(|(_, end)| end <= now) {
                let end = self.sessions[at].old_path.take().map_or(now, |(_, end)| end);
                self.timers.disarm(end);
            }
            if over(self.sessions[at].window) {
                // Whoever has asked in time waits for the answer, and only then lets go.
                if self.is_asked_for(self.sessions[at].id) {
                    let end = self.sessions[at].window.take().unwrap_or(now);
                    self.timers.disarm(end);
                    self.ending = true;
                } else {
                    self.end_session(at, 0, out);
                    continue;
                }
            }
            if over(self.sessions[at].drain) && self.drain_over(at, out) {
                continue;
            }
            at += 1;
        }
    }

    /// Client: whether a resume or a migration of the session waits for its answer.
    fn is_asked_for(&self, id: u32) -> bool {
        let asks = self.links.iter().flat_map(|link| &link.pending);
        asks.into_iter().any(|pending| match pending.ask {
            Ask::Open(open) => open.resume && open.session == id,
            Ask::Migrate { session, .. } => session == id,
            _ => false,
        })
    }

    /// S15. `true` if the session is gone.
    fn drain_over(&mut self, at: usize, out: &mut Out) -> bool {
        if let Some(end) = self.sessions[at].drain.take() {
            self.timers.disarm(end);
        }
        self.sessions[at].step(Step::DrainOver);
        if self.role == Role::Server {
            self.drop_all(at, out);
        }
        let owed = self.sessions[at].close_owed;
        if owed {
            self.finish_close(at, out);
        }
        owed
    }

    /// Server: a deadline passed before there was a result (NNRP-SUB-017).
    fn expire_ops(&mut self, at: usize, out: &mut Out) {
        let now = self.now;
        loop {
            let session = &self.sessions[at];
            let due = session.live.iter().filter_map(|&id| session.find(id));
            let Some(op) = due.into_iter().find(|&op| session.ops[op].deadline <= now) else {
                break;
            };
            self.send_drop(at, op, out);
            let replaced = self.sessions[at].replaced(op);
            let wire = if replaced { Wire::DropOfReplaced } else { Wire::Drop };
            if !self.wire(at, op, wire, out) {
                break;
            }
        }
        let session = &mut self.sessions[at];
        self.timers.disarm(session.op_deadline);
        session.op_deadline = session.earliest_deadline();
    }

    /// Server: sends the terminal events again that the client may not have had.
    pub fn redeliver(&mut self, at: usize, out: &mut Out) {
        use super::op::Sent;
        use wireproof_wire::nnrp::header::RETRANSMIT;
        use wireproof_wire::nnrp::submit::FIRE_AND_FORGET;
        let Some(link) = self.link_of(at) else { return };
        for op in 0..self.sessions[at].ops.len() {
            let entry = self.sessions[at].ops[op];
            if entry.acked || entry.sent == Sent::Nothing {
                continue;
            }
            if entry.sent == Sent::Result && entry.loss != FIRE_AND_FORGET {
                let stream = self.links[link].data_stream();
                let (start, end) = entry.kept;
                let packet = &self.sessions[at].kept[start as usize..end as usize];
                out.send(self.links[link].conn, stream, |bytes| {
                    let from = bytes.len();
                    bytes.extend_from_slice(packet);
                    repeat(&mut bytes[from..]);
                });
            } else {
                let frame = Frame::new(Metadata::ResultDrop, &[])
                    .at(self.sessions[at].id, entry.frame(), entry.lane())
                    .traced(entry.trace)
                    .flagged(RETRANSMIT);
                self.send(link, &frame, out);
            }
        }
    }
}

/// Marks a stored packet as sent again: RETRANSMIT in the flags at offset 8.
pub(crate) fn repeat(packet: &mut [u8]) {
    if let Some(flags) = packet.get_mut(8) {
        *flags |= wireproof_wire::nnrp::header::RETRANSMIT as u8;
    }
}
