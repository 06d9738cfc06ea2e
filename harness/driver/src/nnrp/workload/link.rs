//! The connections that traffic uses side by side, each found again whenever it is lost.

use super::session::Stage;
use super::traffic::{Traffic, after_ms};
use crate::Action;
use wireproof_base::{Carrier, ConnId, Instant, Role};
use wireproof_wire::nnrp::command::{Hello, Shutdown};
use wireproof_wire::nnrp::{Command, Nnrp};

/// Connections tried in all, kills included.
const MAX_CONNECTIONS: u32 = 48;
/// Time for the hello exchange, in ms.
const HELLO_MS: u64 = 1_000;
/// Time for a connection to end that was closed, in ms.
const LEAVING_MS: u64 = 600;

/// Where a connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Not there.
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
    /// Closed by one of the applications, and not yet down.
    Leaving {
        /// The connection.
        conn: ConnId,
        /// Given up then.
        until: Instant,
    },
}

impl Link {
    /// The connection, if there is one.
    pub const fn conn(self) -> Option<ConnId> {
        match self {
            Self::None => None,
            Self::Raw { conn }
            | Self::Greeting { conn, .. }
            | Self::Ready { conn }
            | Self::Leaving { conn, .. } => Some(conn),
        }
    }
}

/// One of the connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Where it stands.
    pub link: Link,
    /// Not dialled before then.
    pub at: Instant,
}

impl Traffic {
    /// The usable connection of a slot.
    pub(super) fn ready(&self, slot: usize) -> Option<ConnId> {
        match self.slots.get(slot)?.link {
            Link::Ready { conn } => Some(conn),
            _ => None,
        }
    }

    /// The slot of a connection that is in use.
    pub(super) fn slot_of(&self, conn: ConnId) -> Option<usize> {
        self.slots.iter().position(|slot| slot.link.conn() == Some(conn))
    }

    /// A usable slot, other than `but`.
    pub(super) fn some_ready(&mut self, but: Option<usize>) -> Option<(usize, ConnId)> {
        let usable = |slot: &usize| Some(*slot) != but && self.ready(*slot).is_some();
        let count = (0..self.slots.len()).filter(usable).count() as u32;
        let chosen = if count > 1 { self.words.below(count) } else { 0 };
        let usable = |slot: &usize| Some(*slot) != but && self.ready(*slot).is_some();
        let slot = (0..self.slots.len()).filter(usable).nth(chosen as usize)?;
        Some((slot, self.ready(slot)?))
    }

    /// Brings some connection one step nearer to usable.
    pub(super) fn connect(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        for slot in 0..self.slots.len() {
            let Slot { link, at } = self.slots[slot];
            match link {
                Link::None if now < at || self.connections >= MAX_CONNECTIONS => {}
                Link::None => return Some(self.dial(slot)),
                Link::Raw { conn } => return Some(self.greet(now, slot, conn)),
                Link::Greeting { until, .. } | Link::Leaving { until, .. } if now >= until => {
                    return self.give_up(now, slot);
                }
                _ => {}
            }
        }
        let dead = |slot: &Slot| slot.link == Link::None;
        self.over |= self.connections >= MAX_CONNECTIONS && self.slots.iter().all(dead);
        None
    }

    fn dial(&mut self, slot: usize) -> Action<Nnrp> {
        self.slots[slot].link = Link::Raw { conn: ConnId(self.connections) };
        self.connections += 1;
        let other = self.words.chance(self.config.mixed, 100);
        let carrier = match (self.config.carrier, other) {
            (Carrier::Stream, true) => Carrier::Multistream,
            (Carrier::Multistream, true) => Carrier::Stream,
            (carrier, _) => carrier,
        };
        Action::Connect { carrier }
    }

    /// Says hello; now and then with an offer that the server has to turn down.
    fn greet(&mut self, now: Instant, slot: usize, conn: ConnId) -> Action<Nnrp> {
        self.slots[slot].link = Link::Greeting { conn, until: after_ms(now, HELLO_MS) };
        let lanes = self.config.lanes;
        let mut hello = Hello { conn, lanes, auth: self.config.auth.clone(), ..Hello::default() };
        if self.words.chance(self.config.wrong_hellos, 100) {
            if !hello.auth.is_empty() && self.words.chance(1, 2) {
                hello.auth.push('?');
            } else {
                (hello.min_version_major, hello.max_version_major) = (2, 3);
            }
        }
        client(Command::Hello(hello))
    }

    /// Ends a connection that answers nothing.
    pub(super) fn give_up(&mut self, now: Instant, slot: usize) -> Option<Action<Nnrp>> {
        let conn = self.slots[slot].link.conn()?;
        self.lost(now, slot);
        Some(Action::Kill { conn })
    }

    /// Closes a connection in good order, from either side.
    pub(super) fn leave(&mut self, now: Instant, slot: usize) -> Option<Action<Nnrp>> {
        let conn = self.ready(slot)?;
        self.slots[slot].link = Link::Leaving { conn, until: after_ms(now, LEAVING_MS) };
        let shutdown = Command::Shutdown(Shutdown { conn });
        Some(if self.words.chance(2, 3) { client(shutdown) } else { server(shutdown) })
    }

    /// The connection of a slot is gone, whoever ended it.
    pub(super) fn lost(&mut self, now: Instant, slot: usize) {
        let at = after_ms(now, 1 + u64::from(self.words.below(60)));
        self.slots[slot] = Slot { link: Link::None, at };
        for session in &mut self.sessions {
            let waited = session.forget_asks_on(slot);
            let moving = session.moving.take_if(|(to, _)| *to == slot).is_some();
            session.stage = match session.stage {
                Stage::Asked(_) if (waited || moving) && !session.is_asking() => session.back(),
                // Whether the move went through is not known. Asking for it again finds out.
                Stage::Open if moving => Stage::Detached,
                stage => stage,
            };
        }
    }
}

/// A command to the client.
pub const fn client(command: Command) -> Action<Nnrp> {
    Action::Command { node: Role::Client, command }
}

/// A command to the server.
pub const fn server(command: Command) -> Action<Nnrp> {
    Action::Command { node: Role::Server, command }
}

/// A command to either.
pub const fn by(node: Role, command: Command) -> Action<Nnrp> {
    Action::Command { node, command }
}
