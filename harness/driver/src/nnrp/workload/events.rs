//! What an event changes.

use super::flow::Valve;
use super::link::Link;
use super::session::Stage;
use super::traffic::{Traffic, after_ms};
use wireproof_base::{Instant, Role};
use wireproof_wire::nnrp::Event;

impl Traffic {
    pub(super) fn client_saw(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::Ready { conn } => {
                if let Some(slot) = self.slot_of(conn)
                    && matches!(self.slots[slot].link, Link::Raw { .. } | Link::Greeting { .. })
                {
                    self.slots[slot].link = Link::Ready { conn };
                }
            }
            Event::Down { conn, .. } => {
                if let Some(slot) = self.slot_of(conn) {
                    self.lost(now, slot);
                }
            }
            Event::Opened { conn, tag, session, resumed, .. } => {
                self.opened(tag, conn, session, resumed);
            }
            Event::Refused { tag, code, retry_later, .. } => {
                self.refused(now, tag, code, retry_later);
            }
            Event::Migrated { session, conn, code, resume_from } => {
                self.migrated(session, conn, code, resume_from);
            }
            Event::Blocked { session, lane, frame, .. } => {
                self.held_back(now, (session, lane, frame));
            }
            Event::Ended { session, lane, frame, .. } => {
                self.forget((session, lane, frame));
                if let Some(own) = self.by_number(session) {
                    own.blocked = 0;
                }
            }
            Event::Detached { session } => {
                if let Some(own) = self.by_number(session)
                    && !matches!(own.stage, Stage::Asked(_))
                {
                    own.stage = Stage::Detached;
                }
            }
            Event::CloseRejected { session } => {
                if let Some(own) = self.by_number(session) {
                    own.stage = Stage::Open;
                }
            }
            Event::Draining { session } => self.closing(now, session),
            Event::Closed { session, .. } => self.gone(session),
            Event::Flow { conn, session, operation, epoch, .. } => {
                let valve = Valve { node: Role::Server, conn, session, operation };
                self.saw_epoch(valve, epoch);
            }
            _ => {}
        }
    }

    /// A close has begun, maybe from the other side: nothing more is submitted.
    fn closing(&mut self, now: Instant, session: u32) {
        let limit = after_ms(now, 2_000);
        if let Some(own) = self.by_number(session)
            && own.stage == Stage::Open
        {
            own.stage = Stage::Closing(limit);
        }
    }

    pub(super) fn server_saw(&mut self, event: &Event, now: Instant) {
        match *event {
            Event::Submitted { session, lane, frame, .. } => self.plan(now, (session, lane, frame)),
            Event::Ended { session, lane, frame, .. } => {
                let ended = (session, lane, frame);
                self.serving.retain(|&operation| operation != ended);
            }
            Event::Closed { session, .. } => {
                self.serving.retain(|(serving, _, _)| *serving != session);
            }
            Event::Flow { conn, session, operation, epoch, .. } => {
                let valve = Valve { node: Role::Client, conn, session, operation };
                self.saw_epoch(valve, epoch);
            }
            _ => {}
        }
    }
}
