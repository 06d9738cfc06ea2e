//! SESSION_OPEN, with or without a token, and its answer (S1 to S6, S19, S29; ).

use super::Client;
use crate::nnrp::connection::State as LinkState;
use crate::nnrp::endpoint::{Ask, OpenAsk, Out, Pending, repeat};
use crate::nnrp::operation::Wire;
use crate::nnrp::session::Event as Step;
use alloc::vec::Vec;
use wireproof_base::{Carrier, Role};
use wireproof_wire::nnrp::code::{INVALID_STATE, LIMIT_EXCEEDED, MALFORMED_BODY, RESUME_REJECTED};
use wireproof_wire::nnrp::command::{Open, Resume};
use wireproof_wire::nnrp::extension;
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::session::{
    ALLOW_RESUME, OPENED, PRIORITY_DOWNGRADED, RESUMED, RETRY_LATER, SessionOpen, SessionOpenAck,
};
use wireproof_wire::nnrp::{Event, Frame, MessageType};

const SUBMIT_LEN: usize = MessageType::FrameSubmit.metadata_len();

/// Carrier of `resume_from_operation_id` between references.
const WATERMARK: u16 = 0x4002;

impl Client {
    pub(super) fn open(&mut self, open: &Open, out: &mut Out) {
        let meta = SessionOpen {
            requested_session_id: open.requested,
            profile_id: open.profile,
            priority_class: open.priority,
            session_flags: open.flags,
            schema_id: open.schema_id,
            schema_version: open.schema_version,
            default_deadline_ms: open.deadline_ms,
            max_in_flight_operations: open.max_in_flight,
            lease_ttl_hint_ms: open.lease_ttl_ms,
            auth_bytes: open.auth.len() as u32,
            client_session_tag: open.tag,
            ..SessionOpen::default()
        };
        let active = self.core.link(open.conn).filter(|&link| self.is_active(link));
        let Some(link) = active else {
            let (conn, tag, code) = (open.conn, open.tag, INVALID_STATE);
            return out.event(Event::Refused { conn, tag, code, retry_later: false });
        };
        self.send_open(link, &meta, open.auth.as_bytes(), false, out);
    }

    pub(super) fn resume(&mut self, resume: &Resume, out: &mut Out) {
        let (conn, tag) = (resume.conn, resume.tag);
        let link = self.core.link(conn).filter(|&link| self.is_active(link));
        let held = self.core.session(resume.session).filter(|&at| {
            let session = &self.core.sessions[at];
            !session.token.is_empty() && !session.state.is_ending()
        });
        let (Some(link), Some(at)) = (link, held) else {
            // Without a connection or a token there is nothing to ask with.
            let code = if link.is_none() { INVALID_STATE } else { RESUME_REJECTED };
            return out.event(Event::Refused { conn, tag, code, retry_later: false });
        };
        let session = &self.core.sessions[at];
        let mut body = Vec::with_capacity(session.token.len() + 16);
        body.extend_from_slice(&session.token);
        if resume.watermark != 0 {
            extension::write(&mut body, WATERMARK, 0, &resume.watermark.to_le_bytes());
        }
        let meta = SessionOpen {
            requested_session_id: session.id,
            profile_id: session.profile,
            priority_class: session.class,
            session_flags: session.asked,
            schema_id: session.schema.0,
            schema_version: session.schema.1,
            default_deadline_ms: session.deadline_ms,
            max_in_flight_operations: session.maximum,
            lease_ttl_hint_ms: session.lease_ttl_ms,
            resume_token_bytes: session.token.len() as u32,
            session_extension_bytes: (body.len() - session.token.len()) as u32,
            client_session_tag: tag,
            ..SessionOpen::default()
        };
        self.send_open(link, &meta, &body, true, out);
    }

    fn is_active(&self, link: usize) -> bool {
        self.core.links[link].state == LinkState::Active
    }

    fn send_open(
        &mut self,
        link: usize,
        meta: &SessionOpen,
        body: &[u8],
        resume: bool,
        out: &mut Out,
    ) {
        let (conn, tag) = (self.core.links[link].conn, meta.client_session_tag);
        if !self.core.links[link].carries(body.len()) {
            let code = LIMIT_EXCEEDED;
            return out.event(Event::Refused { conn, tag, code, retry_later: false });
        }
        let ask = Ask::Open(OpenAsk {
            tag,
            session: meta.requested_session_id,
            profile: meta.profile_id,
            class: meta.priority_class,
            flags: meta.session_flags,
            deadline_ms: meta.default_deadline_ms,
            resume,
        });
        self.core.ask(link, Frame::new(*meta, body), ask, out);
    }

    /// Takes the open that an answer belongs to: the oldest, or the one of a trace id.
    fn take_open(&mut self, link: usize, trace: Option<u64>) -> Option<OpenAsk> {
        self.core.links[link].take(|pending: &Pending| match pending.ask {
            Ask::Open(open) if trace.is_none_or(|trace| trace == pending.trace) => Some(open),
            _ => None,
        })
    }

    /// The open that an acknowledgement answers: the oldest, unless the trace id names another.
    /// On a lossy carrier one that names none is a copy of an earlier answer.
    fn take_answered(&mut self, link: usize, trace: u64) -> Option<OpenAsk> {
        let named = if trace == 0 { None } else { self.take_open(link, Some(trace)) };
        let ordered = trace == 0 || self.core.links[link].carrier != Carrier::Datagram;
        named.or_else(|| if ordered { self.take_open(link, None) } else { None })
    }

    /// An open was refused by an ERROR, or its answer could not be used.
    pub(super) fn open_failed(
        &mut self,
        link: usize,
        trace: Option<u64>,
        code: u32,
        out: &mut Out,
    ) {
        let conn = self.core.links[link].conn;
        if let Some(open) = self.take_open(link, trace) {
            out.event(Event::Refused { conn, tag: open.tag, code, retry_later: false });
        }
    }

    pub(super) fn on_open_ack(
        &mut self,
        link: usize,
        frame: &Frame<'_>,
        ack: &SessionOpenAck,
        out: &mut Out,
    ) {
        let (header, kind) = (&frame.header, MessageType::SessionOpenAck);
        let conn = self.core.links[link].conn;
        let Some(ask) = self.take_answered(link, header.trace_id) else {
            return self.core.refuse(link, header, kind, INVALID_STATE, out);
        };
        let faulty = match ack.session_status {
            OPENED | RESUMED => !self.fits(&ask, ack),
            _ => ack.session_error_code == 0,
        };
        let wrong = match faulty {
            true => Some(MALFORMED_BODY),
            false => self.is_overtaken(ack).then_some(INVALID_STATE),
        };
        if let Some(code) = wrong {
            self.core.refuse(link, header, kind, code, out);
            let tag = ask.tag;
            return out.event(Event::Refused { conn, tag, code, retry_later: false });
        }
        match ack.session_status {
            OPENED => self.install(link, &ask, frame, ack, out),
            RESUMED => self.continue_session(link, &ask, frame, ack, out),
            status => {
                let (tag, code) = (ask.tag, ack.session_error_code);
                let retry_later = status == RETRY_LATER;
                out.event(Event::Refused { conn, tag, code, retry_later });
            }
        }
    }

    /// Whether a success can be installed (2.9, NNRP-SES-010, -023, -024, RES-003 to -005, -007).
    fn fits(&self, ask: &OpenAsk, ack: &SessionOpenAck) -> bool {
        let resumed = ack.session_status == RESUMED;
        let id_fits = match self.core.session(ack.session_id) {
            // S29: a fresh session in place of a lost one may carry its number.
            Some(_) => ask.resume && ack.session_id == ask.session,
            None => ack.session_id != 0 && !resumed,
        };
        let resume_enabled = ack.session_flags_ack & u32::from(ALLOW_RESUME) != 0;
        let token = ack.resume_window_ms != 0 && ack.resume_token_bytes != 0;
        let downgraded = ack.session_flags_ack & PRIORITY_DOWNGRADED != 0;
        let code_fits = match (resumed, ask.resume) {
            (true, _) => ack.session_error_code == 0 && resume_enabled,
            (false, true) => ack.session_error_code == RESUME_REJECTED,
            (false, false) => true,
        };
        id_fits
            && code_fits
            && ack.session_flags_ack & 0xF & !u32::from(ask.flags) == 0
            && ack.accepted_priority_class >= ask.class
            && downgraded == (ack.accepted_priority_class > ask.class)
            && (!resume_enabled || token)
            && ack.max_in_flight_operations > 0
            && ack.granted_operation_credit <= ack.max_in_flight_operations
    }

    /// Whether the server has closed the session since, where another resume has recovered it: a
    /// session that is closing cannot be resumed, so this grant is older than the close (S3, S30).
    fn is_overtaken(&self, ack: &SessionOpenAck) -> bool {
        let known = self.core.session(ack.session_id).filter(|_| ack.session_status == RESUMED);
        known.is_some_and(|at| self.core.sessions[at].close_owed)
    }

    /// S2, S29.
    fn install(
        &mut self,
        link: usize,
        ask: &OpenAsk,
        frame: &Frame<'_>,
        ack: &SessionOpenAck,
        out: &mut Out,
    ) {
        if let Some(lost) = self.core.session(ack.session_id) {
            self.core.end_session(lost, ack.session_error_code, out);
        }
        let conn = self.core.links[link].conn;
        let at = self.core.add_session(ack.session_id, conn);
        let session = &mut self.core.sessions[at];
        session.step(Step::Open);
        session.step(Step::Granted);
        session.profile = ack.accepted_profile_id;
        session.schema = (ack.schema_id, ack.schema_version);
        session.deadline_ms = ask.deadline_ms;
        self.take_terms(at, ask, frame, ack);
        self.report_open(at, false, out);
    }

    /// S3, S19, S30: redelivery follows; what the server may not have had goes out again.
    fn continue_session(
        &mut self,
        link: usize,
        ask: &OpenAsk,
        frame: &Frame<'_>,
        ack: &SessionOpenAck,
        out: &mut Out,
    ) {
        let Some(at) = self.core.session(ack.session_id) else { return };
        self.core.rebind(at, link);
        let session = &mut self.core.sessions[at];
        session.step(Step::ResumeGranted);
        if let Some(window) = session.window.take() {
            self.core.timers.disarm(window);
        }
        self.take_terms(at, ask, frame, ack);
        self.report_open(at, true, out);
        self.repeat_submits(at, out);
    }

    fn take_terms(&mut self, at: usize, ask: &OpenAsk, frame: &Frame<'_>, ack: &SessionOpenAck) {
        let session = &mut self.core.sessions[at];
        session.tag = ask.tag;
        session.class = ack.accepted_priority_class;
        session.maximum = ack.max_in_flight_operations;
        session.asked = ask.flags;
        session.granted = (ack.session_flags_ack & 0xF) as u8;
        session.lease_ttl_ms = ack.lease_ttl_ms;
        session.window_ms = ack.resume_window_ms;
        session.renew_records(Role::Client, ack.granted_operation_credit);
        session.token.clear();
        session.token.extend_from_slice(frame.blocks().token);
    }

    fn report_open(&self, at: usize, resumed: bool, out: &mut Out) {
        let session = &self.core.sessions[at];
        out.event(Event::Opened {
            conn: session.conn,
            tag: session.tag,
            session: session.id,
            resumed,
            credit: session.incoming.reported(),
            max_in_flight: session.maximum,
        });
    }

    /// Sends the submits again of which nothing has been seen, but none below the cursor
    /// of a migration: the server has them, or they are lost.
    pub(super) fn repeat_submits(&mut self, at: usize, out: &mut Out) {
        let Some(link) = self.core.link_of(at) else { return };
        // A close that crossed the migration was refused where it went; nothing new follows it.
        if self.core.sessions[at].close_sent {
            return;
        }
        let from = self.core.sessions[at].cursor;
        let mut place = 0;
        while let Some(&id) = self.core.sessions[at].live.get(place) {
            place += 1;
            let session = &mut self.core.sessions[at];
            let Some(op) = session.find(id) else { continue };
            let entry = &mut session.ops[op];
            let (start, end) = entry.kept;
            let (cancelled, lost) = (entry.cancelled, !entry.seen && start != end);
            if lost && entry.frame() >= from {
                // What the new path has no room for is given up (NNRP-ENC-007, R-59).
                let body = (end - start) as usize - (HEADER_LEN + SUBMIT_LEN);
                if !self.core.links[link].carries(body) {
                    place -= usize::from(self.core.wire(at, op, Wire::Lost, out));
                    continue;
                }
                self.core.sessions[at].ops[op].repeated = true;
                self.repeat_submit(link, at, start, end, out);
            }
            // The cancel may be lost just as well; a second one does no harm.
            if cancelled {
                self.send_cancel(at, id, out);
            }
        }
    }

    fn repeat_submit(&mut self, link: usize, at: usize, start: u32, end: u32, out: &mut Out) {
        let stream = self.core.links[link].data_stream();
        let packet = &self.core.sessions[at].kept[start as usize..end as usize];
        out.send(self.core.links[link].conn, stream, |bytes| {
            let from = bytes.len();
            bytes.extend_from_slice(packet);
            repeat(&mut bytes[from..]);
        });
    }
}
