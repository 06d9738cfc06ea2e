//! SESSION_MIGRATE at the server (S21 to S23; ).

use super::Server;
use super::opening::held;
use crate::nnrp::endpoint::Out;
use crate::nnrp::recovery::{Attempt, validate};
use wireproof_base::Duration;
use wireproof_wire::nnrp::code::{INVALID_STATE, RESUME_REJECTED};
use wireproof_wire::nnrp::session::ALLOW_RESUME;
use wireproof_wire::nnrp::transport::{SessionMigrate, SessionMigrateAck};
use wireproof_wire::nnrp::{Event, Frame, MessageType};

impl Server {
    pub(super) fn on_migrate(
        &mut self,
        link: usize,
        frame: &Frame<'_>,
        migrate: &SessionMigrate,
        out: &mut Out,
    ) {
        let (id, conn) = (frame.header.session_id, self.core.links[link].conn);
        let found = self.core.session(id);
        if found.is_some_and(|at| self.core.sessions[at].state.is_ending()) {
            let kind = MessageType::SessionMigrate;
            return self.core.refuse(link, &frame.header, kind, INVALID_STATE, out);
        }
        let accepted = found.filter(|&at| {
            let held = held(&self.core.sessions[at], conn);
            // The message names session and token; the rest is as it was opened.
            let attempt = Attempt {
                flags: held.granted | ALLOW_RESUME,
                session: id,
                token: frame.blocks().token,
                profile: held.profile,
                schema: held.schema,
            };
            validate(self.core.now, &attempt, Some(&held)).is_ok()
        });
        let Some(at) = accepted else {
            let code = RESUME_REJECTED;
            let ack = SessionMigrateAck { accept_code: code, ..SessionMigrateAck::default() };
            self.answer_migrate(link, frame, ack, out);
            return out.event(Event::Rejected { conn, session: id, frame: 0, code });
        };
        let last_result = migrate.last_result_frame_id;
        // One cursor for all lanes.
        self.acknowledge(at, |operation| u64::from(operation as u32) <= last_result);
        let lanes = self.core.sessions[at].lanes.iter();
        let accepted = lanes.map(|(_, frame)| u64::from(*frame) + 1).min().unwrap_or(1);
        let grace_ms = self.core.setup.grace_window_ms;
        let grace = self.core.now + Duration::from_millis(u64::from(grace_ms));
        let detached = self.core.sessions[at].state == crate::nnrp::session::State::Detached;
        self.core.move_session(at, link, grace);
        let resume_from = accepted.max(last_result);
        let ack = SessionMigrateAck {
            accept_code: 0,
            resume_from_frame_id: resume_from,
            grace_window_ms: grace_ms,
            ..SessionMigrateAck::default()
        };
        self.answer_migrate(link, frame, ack, out);
        let resume_from = resume_from as u32;
        out.event(Event::Migrated { session: id, conn, code: 0, resume_from });
        // What was sent on a connection that is gone may not have arrived.
        if detached {
            self.core.redeliver(at, out);
        }
    }

    fn answer_migrate(
        &self,
        link: usize,
        frame: &Frame<'_>,
        ack: SessionMigrateAck,
        out: &mut Out,
    ) {
        let header = &frame.header;
        let ack = SessionMigrateAck { server_migrate_ts_us: self.core.now.as_micros(), ..ack };
        let reply = Frame::new(ack, &[]).at(header.session_id, 0, 0).traced(header.trace_id);
        self.core.send(link, &reply, out);
    }
}
