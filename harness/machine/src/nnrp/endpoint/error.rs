//! ERROR in both directions: which code and scope answers which fault (reference 1.5, R-13, R-54).

use super::core::{Core, Out};
use crate::nnrp::connection;
use wireproof_base::Role;
use wireproof_wire::nnrp::error::{self, Error};
use wireproof_wire::nnrp::violation::Kind;
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType, Violation, code};

/// What a refusal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Connection,
    Session(u32),
    Frame(u32, u64),
}

impl Scope {
    /// The narrowest scope for a refused message (reference 1.5).
    pub const fn narrowest(header: &Header, kind: MessageType) -> Self {
        use MessageType as M;
        if header.session_id == 0 {
            return Self::Connection;
        }
        match kind {
            M::FrameSubmit | M::ResultPush | M::ResultDrop if header.frame_id != 0 => {
                Self::Frame(header.session_id, header.operation_id())
            }
            // 2.9: whatever its header says, a faulty answer to an open concerns the connection.
            M::SessionOpen | M::SessionOpenAck | M::ClientHello | M::ServerHelloAck | M::Close => {
                Self::Connection
            }
            M::TransportProbe | M::TransportProbeAck => Self::Connection,
            _ => Self::Session(header.session_id),
        }
    }
}

/// The error number of a decoding fault.
pub(crate) const fn code_of(kind: Kind) -> u32 {
    match kind {
        Kind::MalformedHeader => code::MALFORMED_HEADER,
        Kind::UnsupportedVersion => code::UNSUPPORTED_VERSION,
        Kind::MalformedBody | Kind::LengthMismatch => code::MALFORMED_BODY,
        Kind::LimitExceeded => code::LIMIT_EXCEEDED,
        Kind::UnsupportedCapability => code::UNSUPPORTED_CAPABILITY,
    }
}

impl Core {
    /// Refuses a message at the narrowest scope; nothing else changes.
    pub fn refuse(
        &mut self,
        link: usize,
        header: &Header,
        kind: MessageType,
        code: u32,
        out: &mut Out,
    ) {
        // An ERROR is never answered with an ERROR (NNRP-ERR-008).
        if kind == MessageType::Error {
            return;
        }
        let mut scope = Scope::narrowest(header, kind);
        // A frame-scope ERROR from the server would end an operation that must go on.
        if let Scope::Frame(session, operation) = scope
            && self.role == Role::Server
            && self.session(session).is_some_and(|at| self.sessions[at].find(operation).is_some())
        {
            scope = Scope::Session(session);
        }
        self.refuse_at(link, scope, header.trace_id, code, 0, out);
    }

    /// Refuses a message at a scope of choice, under the trace id of the message.
    pub fn refuse_at(
        &mut self,
        link: usize,
        scope: Scope,
        trace: u64,
        code: u32,
        retry_after_ms: u32,
        out: &mut Out,
    ) {
        let meta = Error { error_code: code, retry_after_ms, ..Error::default() };
        let conn = self.links[link].conn;
        let (session, frame) = match scope {
            Scope::Connection => (0, 0),
            Scope::Session(session) => (session, 0),
            Scope::Frame(session, operation) => (session, operation as u32),
        };
        self.send(link, &scoped(meta, scope).traced(trace), out);
        out.event(Event::Rejected { conn, session, frame, code });
    }

    /// Refuses a message so gravely that the connection ends.
    pub fn refuse_fatally(&mut self, link: usize, trace: u64, code: u32, out: &mut Out) {
        let meta = Error { error_code: code, is_fatal: 1, ..Error::default() };
        let conn = self.links[link].conn;
        self.send(link, &Frame::new(meta, &[]).traced(trace), out);
        out.event(Event::Rejected { conn, session: 0, frame: 0, code });
        self.begin_end(link, connection::Event::Fatal, code, out);
    }

    /// A packet that could not be decoded; `whole` if its end is known all the same.
    pub fn refuse_packet(
        &mut self,
        link: usize,
        violation: &Violation,
        header: Option<&Header>,
        kind: Option<MessageType>,
        out: &mut Out,
    ) {
        let code = code_of(violation.kind);
        let trace = header.map_or(0, |header| header.trace_id);
        let (Some(header), Some(kind)) = (header, kind) else {
            return self.refuse_fatally(link, trace, code, out);
        };
        let fatal = match violation.kind {
            // Only a delimited packet can have a wrong size; the next one is not affected.
            Kind::LengthMismatch => false,
            kind if kind.is_fatal() => true,
            _ => self.is_fatal_fault(link, kind),
        };
        match (fatal, kind) {
            // Nobody has said a word about its end, so to both sides it is lost (S17, S18).
            (true, MessageType::Error) => {
                let entry = &mut self.links[link];
                entry.code = if entry.code == 0 { code } else { entry.code };
                let conn = entry.conn;
                self.end_link(link, true, out);
                out.shutdown(conn);
            }
            (true, _) => self.refuse_fatally(link, trace, code, out),
            // 2.25: a PING that is not one concerns the connection.
            (false, MessageType::Ping | MessageType::Pong) => {
                self.refuse_at(link, Scope::Connection, trace, code, 0, out);
            }
            (false, _) => self.refuse(link, header, kind, code, out),
        }
    }

    /// Whether a fault in a message of this kind ends the connection (reference 1.5, 2.6).
    fn is_fatal_fault(&self, link: usize, kind: MessageType) -> bool {
        use MessageType as M;
        match self.links[link].state {
            connection::State::Init | connection::State::Negotiating => !matches!(
                kind,
                M::Ping | M::Pong | M::TransportProbe | M::TransportProbeAck | M::Error
            ),
            _ => kind == M::Close,
        }
    }

    /// Takes an ERROR of the peer as far as both roles agree on what it means. `true` if it
    /// named the connection or the session as ended.
    pub fn on_error(&mut self, link: usize, header: &Header, error: &Error, out: &mut Out) -> bool {
        let conn = self.links[link].conn;
        let fatal = error.is_fatal == 1;
        out.event(Event::Error {
            conn,
            session: error.related_session_id,
            lane: error.related_view_id as u16,
            frame: error.related_frame_id,
            code: error.error_code,
            fatal,
        });
        match error.error_scope {
            error::SCOPE_CONNECTION if fatal => {
                self.begin_end(link, connection::Event::Fatal, error.error_code, out);
                true
            }
            error::SCOPE_SESSION if fatal => {
                // S24, on the connection the session is bound to only.
                if let Some(at) = self.bound(header.session_id, conn) {
                    self.end_session(at, error.error_code, out);
                }
                true
            }
            _ => false,
        }
    }
}

/// An ERROR whose ids say what its scope says.
fn scoped(meta: Error, scope: Scope) -> Frame<'static> {
    match scope {
        Scope::Connection => Frame::new(meta, &[]),
        Scope::Session(session) => {
            let meta =
                Error { error_scope: error::SCOPE_SESSION, related_session_id: session, ..meta };
            Frame::new(meta, &[]).at(session, 0, 0)
        }
        Scope::Frame(session, operation) => {
            let (frame, lane) = (operation as u32, (operation >> 32) as u16);
            let meta = Error {
                error_scope: error::SCOPE_FRAME,
                related_session_id: session,
                related_frame_id: frame,
                related_view_id: u32::from(lane),
                ..meta
            };
            Frame::new(meta, &[]).at(session, frame, lane)
        }
    }
}
