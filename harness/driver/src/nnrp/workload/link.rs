//! The one connection that traffic uses, found again whenever it is lost.

use super::traffic::{Traffic, after_ms};
use crate::Action;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::nnrp::command::{Hello, Open, Resume};
use wireproof_wire::nnrp::session::{ALLOW_BACKGROUND_RESULTS, ALLOW_RESUME};
use wireproof_wire::nnrp::{Command, Nnrp};

/// Connections tried in all, kills included.
const MAX_CONNECTIONS: u32 = 24;
/// Time for the hello exchange, in ms.
const HELLO_MS: u64 = 1_000;
/// Time for an open to be answered, in ms.
const OPEN_MS: u64 = 1_500;

/// Where the connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Not there; to be made at `at`.
    #[default]
    None,
    /// Made, not greeted.
    Raw {
        /// The connection.
        conn: ConnId,
    },
    /// Greeted.
    Greeting {
        /// The connection.
        conn: ConnId,
        /// Given up then.
        until: Instant,
    },
    /// Usable.
    Ready {
        /// The connection.
        conn: ConnId,
    },
}

/// Where a session stands, as its client sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Not asked for yet, or asked for in vain.
    #[default]
    New,
    /// Asked for; given up at the instant.
    Asked(Instant),
    /// Usable.
    Open,
    /// The connection is lost, a resume may bring it back.
    Detached,
    /// Closing; forgotten at the instant.
    Closing(Instant),
    /// Gone for good.
    Gone,
}

impl Traffic {
    /// The usable connection.
    pub(super) const fn ready(&self) -> Option<ConnId> {
        match self.link {
            Link::Ready { conn } => Some(conn),
            _ => None,
        }
    }

    /// Whether `conn` is the one in use.
    pub(super) fn current(&self, conn: ConnId) -> bool {
        match self.link {
            Link::None => false,
            Link::Raw { conn: own }
            | Link::Greeting { conn: own, .. }
            | Link::Ready { conn: own } => own == conn,
        }
    }

    /// Brings the connection one step nearer to usable; `None` if it is, or if it must be waited
    /// for (the agenda then holds the limit).
    pub(super) fn connect(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        match self.link {
            Link::None if self.connections >= MAX_CONNECTIONS => {
                self.over = true;
                None
            }
            Link::None if now < self.reconnect_at => None,
            Link::None => {
                self.link = Link::Raw { conn: ConnId(self.connections) };
                self.connections += 1;
                Some(Action::Connect { carrier: self.config.carrier })
            }
            Link::Raw { conn } => {
                self.link = Link::Greeting { conn, until: after_ms(now, HELLO_MS) };
                let lanes = self.config.lanes;
                Some(client(Command::Hello(Hello { conn, lanes, ..Hello::default() })))
            }
            Link::Greeting { conn, until } if now >= until => Some(self.give_up(now, conn)),
            Link::Greeting { .. } | Link::Ready { .. } => None,
        }
    }

    /// Ends a connection that answers nothing.
    pub(super) fn give_up(&mut self, now: Instant, conn: ConnId) -> Action<Nnrp> {
        self.lost(now);
        Action::Kill { conn }
    }

    /// The connection is gone, whoever ended it.
    pub(super) fn lost(&mut self, now: Instant) {
        self.link = Link::None;
        self.reconnect_at = after_ms(now, 1 + u64::from(self.words.below(60)));
        for session in &mut self.sessions {
            session.stage = match session.stage {
                // Told by `Detached` or `Closed`, which may have come already.
                Stage::Asked(_) if session.number != 0 => Stage::Detached,
                Stage::Asked(_) => Stage::New,
                stage => stage,
            };
        }
    }

    /// The next session to ask for on a connection that is ready.
    pub(super) fn ask(&mut self, now: Instant, conn: ConnId) -> Option<Action<Nnrp>> {
        let index = self.sessions.iter().position(|session| match session.stage {
            Stage::New | Stage::Detached => true,
            Stage::Asked(until) => now >= until,
            _ => false,
        })?;
        let session = &mut self.sessions[index];
        if matches!(session.stage, Stage::Asked(_)) {
            // An open without an answer: this connection is of no use.
            return Some(self.give_up(now, conn));
        }
        session.asked += 1;
        if session.asked > MAX_ASKED {
            session.stage = Stage::Gone;
            return self.ask(now, conn);
        }
        let resume = session.stage == Stage::Detached;
        session.stage = Stage::Asked(after_ms(now, OPEN_MS));
        if resume {
            let (number, tag) = (session.number, session.tag);
            let command = Resume { conn, session: number, tag, ..Resume::default() };
            return Some(client(Command::Resume(command)));
        }
        self.tags += 1;
        session.tag = self.tags;
        session.number = 0;
        let forgetful = self.words.chance(self.config.forgetful, 100);
        let flags = if forgetful { 0 } else { ALLOW_RESUME };
        Some(client(Command::Open(Open {
            conn,
            tag: session.tag,
            priority: session.priority,
            flags: flags | ALLOW_BACKGROUND_RESULTS,
            ..Open::default()
        })))
    }
}

/// How often one session is asked for.
const MAX_ASKED: u32 = 8;

/// A command to the client.
pub const fn client(command: Command) -> Action<Nnrp> {
    Action::Command { node: Role::Client, command }
}

/// A command to the server.
pub const fn server(command: Command) -> Action<Nnrp> {
    Action::Command { node: Role::Server, command }
}
