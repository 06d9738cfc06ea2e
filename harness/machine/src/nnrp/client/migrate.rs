//! SESSION_MIGRATE and its answer (S21, reference 4.7; ).

use super::Client;
use crate::nnrp::connection::State as LinkState;
use crate::nnrp::endpoint::{Ask, Out};
use crate::nnrp::session::State;
use wireproof_base::{Carrier, Duration};
use wireproof_wire::nnrp::code::{INVALID_STATE, LIMIT_EXCEEDED, MALFORMED_BODY};
use wireproof_wire::nnrp::command::Migrate;
use wireproof_wire::nnrp::transport::{QUIC, SessionMigrate, SessionMigrateAck, TCP};
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType};

impl Client {
    pub(super) fn migrate(&mut self, migrate: &Migrate, out: &mut Out) {
        let (session, conn) = (migrate.session, migrate.conn);
        let link =
            self.core.link(conn).filter(|&link| self.core.links[link].state == LinkState::Active);
        let movable = self.core.session(session).filter(|&at| {
            let session = &self.core.sessions[at];
            let elsewhere = session.conn != conn || session.state == State::Detached;
            let state = session.state.is_usable() || session.state == State::Detached;
            state && elsewhere && !session.token.is_empty()
        });
        let (Some(link), Some(at)) = (link, movable) else {
            let (code, resume_from) = (INVALID_STATE, 0);
            return out.event(Event::Migrated { session, conn, code, resume_from });
        };
        if !self.core.links[link].carries(self.core.sessions[at].token.len()) {
            let (code, resume_from) = (LIMIT_EXCEEDED, 0);
            return out.event(Event::Migrated { session, conn, code, resume_from });
        }
        let last_result = self.core.sessions[at].last_result();
        // The field has two numbers and they must differ; what counts is the new path.
        let (old_transport_id, new_transport_id) = match self.core.links[link].carrier {
            Carrier::Multistream => (TCP, QUIC),
            Carrier::Stream | Carrier::Datagram | Carrier::Exchange => (QUIC, TCP),
        };
        let meta = SessionMigrate {
            old_transport_id,
            new_transport_id,
            last_result_frame_id: u64::from(last_result),
            client_migrate_ts_us: self.core.now.as_micros(),
        };
        let token = core::mem::take(&mut self.core.sessions[at].token);
        let frame = Frame::new(meta, &token).at(session, 0, 0);
        self.core.ask(link, frame, Ask::Migrate { session, last_result }, out);
        self.core.sessions[at].token = token;
    }

    pub(super) fn on_migrate_ack(
        &mut self,
        link: usize,
        header: &Header,
        ack: &SessionMigrateAck,
        out: &mut Out,
    ) {
        let (session, conn) = (header.session_id, self.core.links[link].conn);
        let Some(last_result) = self.take_migration(link, session) else { return };
        if ack.accept_code != 0 {
            let (code, resume_from) = (ack.accept_code, 0);
            return out.event(Event::Migrated { session, conn, code, resume_from });
        }
        let from = ack.resume_from_frame_id;
        let at = self.core.session(session);
        let usable = from >= u64::from(last_result) && from <= u64::from(u32::MAX);
        let (true, Some(at)) = (usable, at) else {
            let (kind, code) = (MessageType::SessionMigrateAck, MALFORMED_BODY);
            self.core.refuse(link, header, kind, code, out);
            return out.event(Event::Migrated { session, conn, code, resume_from: 0 });
        };
        // A session that is closing cannot move: a close of the server is newer than this answer,
        // and came where the session was recovered since (S13, S21).
        if self.core.sessions[at].close_owed {
            let (kind, code) = (MessageType::SessionMigrateAck, INVALID_STATE);
            self.core.refuse(link, header, kind, code, out);
            return out.event(Event::Migrated { session, conn, code, resume_from: 0 });
        }
        let grace = self.core.now + Duration::from_millis(u64::from(ack.grace_window_ms));
        self.core.move_session(at, link, grace);
        let resume_from = from as u32;
        out.event(Event::Migrated { session, conn, code: 0, resume_from });
        let cursor = &mut self.core.sessions[at].cursor;
        *cursor = resume_from.max(*cursor);
        self.fail_late_submits(at, out);
        self.repeat_submits(at, out);
    }

    fn take_migration(&mut self, link: usize, session: u32) -> Option<u32> {
        self.core.links[link].take(|pending| match pending.ask {
            Ask::Migrate { session: of, last_result } if of == session => Some(last_result),
            _ => None,
        })
    }

    /// The answer could not be used.
    pub(super) fn migrate_failed(&mut self, link: usize, session: u32, code: u32, out: &mut Out) {
        if self.take_migration(link, session).is_some() {
            let conn = self.core.links[link].conn;
            out.event(Event::Migrated { session, conn, code, resume_from: 0 });
        }
    }

    /// The server answered with an ERROR.
    pub(super) fn refused_migration(&mut self, link: usize, trace: u64, code: u32, out: &mut Out) {
        let session = self.core.links[link].take(|pending| match pending.ask {
            Ask::Migrate { session, .. } if pending.trace == trace => Some(session),
            _ => None,
        });
        if let Some(session) = session {
            let conn = self.core.links[link].conn;
            out.event(Event::Migrated { session, conn, code, resume_from: 0 });
        }
    }
}
