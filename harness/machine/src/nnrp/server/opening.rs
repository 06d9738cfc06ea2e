//! SESSION_OPEN at the server: grants, clamps, refuses, resumes (S1 to S6, S19, S30,
//!

use super::Server;
use crate::nnrp::endpoint::{Out, Session};
use crate::nnrp::recovery::{Attempt, Held, Token, covers, validate};
use crate::nnrp::session::{Event as Step, State};
use wireproof_base::Role;
use wireproof_wire::nnrp::code::{
    LEASE_POLICY_REJECTED, PRIORITY_REJECTED, PROFILE_UNSUPPORTED, RESUME_REJECTED,
    SCHEMA_UNSUPPORTED, SESSION_AUTH_FAILED, SESSION_LIMIT_REACHED,
};
use wireproof_wire::nnrp::extension::Extensions;
use wireproof_wire::nnrp::session::{
    ALLOW_CACHE_LEASES, ALLOW_RESUME, OPENED, PRIORITY_DOWNGRADED, REJECTED, RESUMED, RETRY_LATER,
    SessionOpen, SessionOpenAck,
};
use wireproof_wire::nnrp::{Event, Frame};

/// Carrier of `resume_from_operation_id` between references.
const WATERMARK: u16 = 0x4002;

/// What an open is granted.
#[derive(Clone, Copy, Debug)]
struct Terms {
    class: u8,
    flags: u8,
    maximum: u16,
    credit: u16,
    lease_ttl_ms: u32,
}

impl Server {
    pub(super) fn on_open(
        &mut self,
        link: usize,
        frame: &Frame<'_>,
        open: &SessionOpen,
        out: &mut Out,
    ) {
        if open.resume_token_bytes != 0 {
            return self.on_resume(link, frame, open, out);
        }
        match self.check_open(link, frame, open) {
            Ok(id) => self.grant(link, id, frame, open, out),
            Err((status, code)) => self.turn_down(link, frame, status, code, out),
        }
    }

    /// The number a new session gets, or status and code of the refusal.
    fn check_open(
        &self,
        link: usize,
        frame: &Frame<'_>,
        open: &SessionOpen,
    ) -> Result<u32, (u8, u32)> {
        let entry = &self.core.links[link];
        let known = match open.profile_id {
            0 => true,
            profile @ 1..=2 => entry.agreed.profiles & (1 << (profile - 1)) != 0,
            _ => false,
        };
        if !known {
            return Err((REJECTED, PROFILE_UNSUPPORTED));
        }
        let schema = (open.schema_id, open.schema_version);
        if !self.core.schemas.fits_default(open.profile_id, schema) {
            return Err((REJECTED, SCHEMA_UNSUPPORTED));
        }
        if !self.knows(frame.blocks().auth) {
            return Err((REJECTED, SESSION_AUTH_FAILED));
        }
        let setup = &self.core.setup;
        if setup.strict_priority && open.priority_class < setup.best_priority {
            return Err((REJECTED, PRIORITY_REJECTED));
        }
        let leases = open.session_flags & ALLOW_CACHE_LEASES != 0;
        if setup.strict_leases && leases && !self.grants_leases(link) {
            return Err((REJECTED, LEASE_POLICY_REJECTED));
        }
        let here =
            |session: &&Session| session.conn == entry.conn && session.state != State::Detached;
        let sessions = self.core.sessions.iter().filter(here).count();
        if sessions >= usize::from(self.core.setup.max_sessions) {
            return Err((RETRY_LATER, SESSION_LIMIT_REACHED));
        }
        let wanted = open.requested_session_id;
        if wanted != 0 && self.core.session(wanted).is_some() {
            return Err((REJECTED, SESSION_LIMIT_REACHED));
        }
        match wanted {
            0 => self.unused_number().ok_or((REJECTED, SESSION_LIMIT_REACHED)),
            wanted => Ok(wanted),
        }
    }

    /// The next number that was never given. Wishes do not move the count, or one for the highest
    /// number would leave none for anybody.
    fn unused_number(&self) -> Option<u32> {
        let mut id = self.last_session;
        loop {
            id = id.checked_add(1)?;
            if self.core.session(id).is_none() && !self.core.was_closed(id) {
                return Some(id);
            }
        }
    }

    /// Whether a session may be opened with these credentials (NNRP-SES-018).
    fn knows(&self, auth: &[u8]) -> bool {
        let setup = &self.core.setup;
        if !setup.session_auth.is_empty() {
            return auth == setup.session_auth.as_bytes();
        }
        // Without credentials of its own a session has those of the connection.
        auth.is_empty() || setup.auth.is_empty() || auth == setup.auth.as_bytes()
    }

    fn grants_leases(&self, link: usize) -> bool {
        self.core.setup.lease_ttl_ms > 0 && self.core.links[link].agreed.cache_entries > 0
    }

    fn turn_down(&self, link: usize, frame: &Frame<'_>, status: u8, code: u32, out: &mut Out) {
        let ack = SessionOpenAck {
            session_status: status,
            session_error_code: code,
            ..SessionOpenAck::default()
        };
        self.core.send(link, &Frame::new(ack, &[]).traced(frame.header.trace_id), out);
        let conn = self.core.links[link].conn;
        out.event(Event::Rejected { conn, session: 0, frame: 0, code });
    }

    /// What is granted of what an open asks for; never more than asked.
    fn terms(&self, link: usize, open: &SessionOpen) -> Terms {
        let setup = &self.core.setup;
        let ceiling = setup.max_in_flight.max(1);
        let maximum = match open.max_in_flight_operations {
            0 => ceiling,
            wish => wish.min(ceiling),
        };
        let leases = self.grants_leases(link);
        let lease_ttl_ms = match open.lease_ttl_hint_ms {
            0 => setup.lease_ttl_ms,
            wish => wish.min(setup.lease_ttl_ms),
        };
        let mut flags = open.session_flags;
        if setup.resume_window_ms == 0 {
            flags &= !ALLOW_RESUME;
        }
        if !leases {
            flags &= !ALLOW_CACHE_LEASES;
        }
        Terms {
            class: open.priority_class.max(setup.best_priority.min(2)),
            flags,
            maximum,
            credit: setup.session_credit.min(maximum),
            lease_ttl_ms: if flags & ALLOW_CACHE_LEASES != 0 { lease_ttl_ms } else { 0 },
        }
    }

    /// S2.
    fn grant(
        &mut self,
        link: usize,
        id: u32,
        frame: &Frame<'_>,
        open: &SessionOpen,
        out: &mut Out,
    ) {
        let terms = self.terms(link, open);
        if open.requested_session_id == 0 {
            self.last_session = id;
        }
        let at = self.core.add_session(id, self.core.links[link].conn);
        let session = &mut self.core.sessions[at];
        session.step(Step::Open);
        session.step(Step::Granted);
        session.profile = open.profile_id;
        session.schema = (open.schema_id, open.schema_version);
        session.patched.lanes = 1;
        self.apply_terms(at, open, &terms);
        let token = (terms.flags & ALLOW_RESUME != 0).then(|| self.fresh_token(id));
        if let Some(token) = token {
            self.core.sessions[at].tokens.issue(token);
        }
        self.answer_open(link, at, frame, open, &terms, token, out);
    }

    fn apply_terms(&mut self, at: usize, open: &SessionOpen, terms: &Terms) {
        let window_ms = self.core.setup.resume_window_ms;
        let session = &mut self.core.sessions[at];
        session.tag = open.client_session_tag;
        session.class = terms.class;
        session.maximum = terms.maximum;
        session.asked = open.session_flags;
        session.granted = terms.flags;
        session.deadline_ms = open.default_deadline_ms;
        session.lease_ttl_ms = terms.lease_ttl_ms;
        session.window_ms = if terms.flags & ALLOW_RESUME != 0 { window_ms } else { 0 };
        session.renew_records(Role::Server, terms.credit);
    }

    fn fresh_token(&mut self, session: u32) -> Token {
        self.tokens += 1;
        Token::issue(self.core.seed, session, self.tokens)
    }

    #[allow(clippy::too_many_arguments)]
    fn answer_open(
        &self,
        link: usize,
        at: usize,
        frame: &Frame<'_>,
        open: &SessionOpen,
        terms: &Terms,
        token: Option<Token>,
        out: &mut Out,
    ) {
        let session = &self.core.sessions[at];
        let resumed = session.state == State::Resumed;
        let downgraded = terms.class > open.priority_class;
        let body = token.as_ref().map_or(&[][..], |token| &token.0);
        let ack = SessionOpenAck {
            session_id: session.id,
            accepted_profile_id: session.profile,
            accepted_priority_class: terms.class,
            session_status: if resumed { RESUMED } else { OPENED },
            schema_id: session.schema.0,
            schema_version: session.schema.1,
            granted_operation_credit: terms.credit,
            max_in_flight_operations: terms.maximum,
            lease_ttl_ms: terms.lease_ttl_ms,
            resume_window_ms: session.window_ms,
            resume_token_bytes: body.len() as u32,
            server_session_tag: u64::from(session.id),
            session_flags_ack: u32::from(terms.flags)
                | if downgraded { PRIORITY_DOWNGRADED } else { 0 },
            ..SessionOpenAck::default()
        };
        let reply = Frame::new(ack, body).at(session.id, 0, 0).traced(frame.header.trace_id);
        self.core.send(link, &reply, out);
        out.event(Event::Opened {
            conn: session.conn,
            tag: session.tag,
            session: session.id,
            resumed,
            credit: terms.credit,
            max_in_flight: terms.maximum,
        });
    }

    /// An open with a token: S3, S19 and S30, or S6.
    fn on_resume(&mut self, link: usize, frame: &Frame<'_>, open: &SessionOpen, out: &mut Out) {
        let blocks = frame.blocks();
        let attempt = Attempt {
            flags: open.session_flags,
            session: open.requested_session_id,
            token: blocks.token,
            profile: open.profile_id,
            schema: (open.schema_id, open.schema_version),
        };
        let conn = self.core.links[link].conn;
        let found = self.core.session(attempt.session);
        let held = found.map(|at| held(&self.core.sessions[at], conn));
        let valid = validate(self.core.now, &attempt, held.as_ref());
        let (Ok(()), Some(at)) = (valid, found) else {
            return self.turn_down(link, frame, REJECTED, RESUME_REJECTED, out);
        };
        if let Some(watermark) = watermark(blocks.extensions) {
            self.acknowledge(at, |operation| covers(watermark, operation));
        }
        let terms = self.terms(link, open);
        self.core.rebind(at, link);
        let fresh = self.fresh_token(attempt.session);
        let session = &mut self.core.sessions[at];
        session.step(Step::ResumeGranted);
        session.tokens.renew(attempt.token, fresh);
        if let Some(window) = session.window.take() {
            self.core.timers.disarm(window);
        }
        self.apply_terms(at, open, &terms);
        self.answer_open(link, at, frame, open, &terms, Some(fresh), out);
        self.core.redeliver(at, out);
    }

    /// Marks the ended operations that the client has acknowledged.
    pub(super) fn acknowledge(&mut self, at: usize, covered: impl Fn(u64) -> bool) {
        for op in &mut self.core.sessions[at].ops {
            op.acked |= op.state.is_terminal() && covered(op.id);
        }
    }
}

/// What a recovery is checked against.
pub(super) fn held(session: &Session, conn: wireproof_base::ConnId) -> Held<'_> {
    Held {
        session: session.id,
        tokens: &session.tokens,
        window: session.window,
        profile: session.profile,
        schema: session.schema,
        granted: session.granted,
        resumable: session.state.is_usable() || session.state == State::Detached,
        here: session.conn == conn && session.state != State::Detached,
    }
}

/// `resume_from_operation_id`, if the client sent it.
fn watermark(extensions: &[u8]) -> Option<u64> {
    let mut entries = Extensions::new(extensions);
    let entry = entries.find(|entry| entry.ext_type == WATERMARK)?;
    entry.payload.try_into().ok().map(u64::from_le_bytes)
}
