//! One connection of the client, until it carries a session.

use super::session::Talk;
use super::{Place, Shared};
use crate::flow::Credits;
use crate::greet;
use crate::line::{Line, Mail};
use nnrp_core::{SessionOpenAckMetadata, SessionPriorityClass, SessionStatus};
use nnrp_runtime::{NnrpClient, NnrpClientConfig, RuntimeError};
use std::collections::BTreeSet;
use tokio::sync::mpsc::UnboundedReceiver;
use wireproof_base::ConnId;
use wireproof_host::Reports;
use wireproof_wire::nnrp::code::{INVALID_STATE, MALFORMED_BODY, RESUME_REJECTED};
use wireproof_wire::nnrp::command::{Open, Resume};
use wireproof_wire::nnrp::{Command, Event, Nnrp};

/// Length of a token that the crate asks for; it keeps no token that it was given.
const TOKEN_BYTES: u32 = 24;

/// One connection.
pub struct Link {
    pub conn: ConnId,
    /// Credit of the connection, from the hello.
    pub credit: u16,
    pub mail: Mail,
    pub commands: UnboundedReceiver<Command>,
    pub reports: Reports<Nnrp>,
    pub shared: Shared,
}

/// What a link is asked for.
struct Wish {
    tag: u64,
    config: NnrpClientConfig,
    resume: Option<u32>,
}

impl Link {
    /// Until the connection ends.
    pub async fn run(mut self, line: Line) {
        if let Some((line, wish)) = self.before_the_session(line).await {
            self.open(line, wish).await;
        }
        self.shared.borrow_mut().links.remove(&self.conn);
        self.reports.event(Event::Down { conn: self.conn, code: 0 });
    }

    /// Nobody reads before an open is asked for; the first packet then is its answer.
    async fn before_the_session(&mut self, mut line: Line) -> Option<(Line, Wish)> {
        let mut waiting = false;
        loop {
            let command = tokio::select! {
                biased;
                next = self.mail.peek(), if !waiting => {
                    next?;
                    waiting = true;
                    continue;
                }
                () = self.mail.ended(), if waiting => return None,
                command = self.commands.recv() => command?,
            };
            match command {
                Command::Hello(hello) => {
                    if hello.loss_tolerance != u8::MAX {
                        self.reports.unsupported("hello.own");
                        continue;
                    }
                    self.credit = greet::offer(&mut line, &self.mail, &hello).await?;
                    self.reports.event(Event::Ready { conn: self.conn });
                }
                Command::Open(open) => {
                    let resume = self.shared.borrow().resume;
                    return Some((line, fresh(&open, resume)));
                }
                Command::Resume(resume) => match self.again(&resume) {
                    Some(wish) => return Some((line, wish)),
                    None => self.refused(resume.tag, RESUME_REJECTED),
                },
                _ => {}
            }
        }
    }

    fn again(&self, resume: &Resume) -> Option<Wish> {
        let known = self.shared.borrow();
        known.sessions.get(&resume.session).filter(|place| place.resumable)?;
        let config = NnrpClientConfig {
            requested_session_id: resume.session,
            ..NnrpClientConfig::default()
        };
        let config = config.with_resume(TOKEN_BYTES);
        Some(Wish { tag: resume.tag, config, resume: Some(resume.session) })
    }

    async fn open(&mut self, line: Line, wish: Wish) {
        let Wish { tag, config, resume } = wish;
        let opened = match NnrpClient::from_transport(line, config) {
            Ok(client) => client.open_session().await,
            Err(error) => Err(error),
        };
        let session = match opened {
            Ok(session) => session,
            Err(error) => return self.refused(tag, self.why(&error)),
        };
        let number = session.session_id();
        let ack = self.mail.ack();
        let resumed = ack.is_some_and(|ack| ack.session_status == SessionStatus::Resumed);
        let place = Place {
            conn: self.conn,
            next_frame: 1,
            running: BTreeSet::new(),
            cancelled: BTreeSet::new(),
            resumable: ack.is_some_and(|ack| ack.session_flags_ack & 1 != 0),
        };
        self.shared.borrow_mut().sessions.insert(number, place);
        if let Some(lost) = resume.filter(|&lost| lost != number) {
            self.shared.borrow_mut().sessions.remove(&lost);
        }
        self.reports.event(Event::Opened {
            conn: self.conn,
            tag,
            session: number,
            resumed,
            credit: ack.map_or(0, |ack| ack.granted_operation_credit),
            max_in_flight: session
                .lifecycle()
                .session(number)
                .map_or(0, |session| session.max_in_flight_operations),
        });
        let granted = ack.map_or(0, |ack| ack.granted_operation_credit);
        let credits = Credits::new(self.credit, number, granted);
        Talk { link: self, session, number, credits }.run().await;
    }

    /// What the application learns of an open that failed.
    fn why(&self, error: &RuntimeError) -> u32 {
        let refusal = self.mail.ack().map_or(0, |ack| ack.session_error_code);
        match error {
            _ if refusal != 0 => refusal,
            RuntimeError::Protocol(_) => MALFORMED_BODY,
            RuntimeError::Io(_) => 0,
            _ => INVALID_STATE,
        }
    }

    fn refused(&self, tag: u64, code: u32) {
        let later = |ack: SessionOpenAckMetadata| ack.session_status == SessionStatus::RetryLater;
        let retry_later = self.mail.ack().is_some_and(later);
        self.reports.event(Event::Refused { conn: self.conn, tag, code, retry_later });
    }
}

/// The crate sends one number as wanted session id and as tag.
fn fresh(open: &Open, resume: bool) -> Wish {
    let requested = if open.requested == 0 { open.tag as u32 } else { open.requested };
    let priority = SessionPriorityClass::try_from_u8(open.priority);
    let config = NnrpClientConfig {
        requested_session_id: requested,
        profile_id: open.profile,
        schema_id: open.schema_id,
        schema_version: open.schema_version,
        priority_class: priority.unwrap_or(SessionPriorityClass::Balanced),
        default_deadline_ms: open.deadline_ms,
        max_in_flight_operations: open.max_in_flight,
        lease_ttl_hint_ms: open.lease_ttl_ms,
        allow_resume: resume && open.flags & 1 != 0,
        ..NnrpClientConfig::default()
    };
    Wish { tag: open.tag, config, resume: None }
}
