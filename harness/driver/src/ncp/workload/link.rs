//! The connections that traffic uses side by side, each dialled again whenever it is lost.

use super::traffic::{Traffic, after_ms};
use crate::Action;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::ncp::command::{Fetched, Push, Target};
use wireproof_wire::ncp::{Command, Ncp};

/// Connections tried in all, kills included.
const MAX_CONNECTIONS: u32 = 32;
/// Time for the handshake, in ms.
const HELLO_MS: u64 = 1_500;
/// Time for a connection to end that was closed, in ms.
const LEAVING_MS: u64 = 600;
/// Longest time until a connection is dialled again, in ms.
const LATER_MS: u32 = 60;

/// Where a connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Not there.
    #[default]
    None,
    /// Made, not greeted.
    Raw,
    /// Greeted; given up then.
    Greeting(Instant),
    /// Usable.
    Ready,
    /// Closed by one of the applications; given up then.
    Leaving(Instant),
}

/// One of the connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Its number, if there is one.
    pub conn: ConnId,
    /// Where it stands.
    pub stage: Stage,
    /// Not dialled before then.
    pub at: Instant,
    /// Schemas that the Agent has, each until then.
    pub known: Vec<(String, Instant)>,
    /// Requests that wait for an answer; the last was made then.
    pub waiting: u32,
    pub asked_at: Instant,
}

impl Traffic {
    /// The connection of a slot, if it is usable.
    pub(super) fn ready(&self, slot: usize) -> Option<ConnId> {
        let slot = self.slots.get(slot)?;
        (slot.stage == Stage::Ready).then_some(slot.conn)
    }

    /// The slot of a connection that is in use.
    pub(super) fn slot_of(&self, conn: ConnId) -> Option<usize> {
        self.slots.iter().position(|slot| slot.stage != Stage::None && slot.conn == conn)
    }

    /// Whether a connection is usable.
    pub(super) fn is_ready(&self, conn: ConnId) -> bool {
        self.slot_of(conn).is_some_and(|slot| self.ready(slot).is_some())
    }

    /// A usable slot.
    pub(super) fn some_ready(&mut self) -> Option<(usize, ConnId)> {
        let usable: Vec<usize> =
            (0..self.slots.len()).filter(|slot| self.ready(*slot).is_some()).collect();
        let chosen = if usable.len() > 1 { self.words.below(usable.len() as u32) } else { 0 };
        let slot = *usable.get(chosen as usize)?;
        Some((slot, self.ready(slot)?))
    }

    /// Brings some connection one step nearer to usable.
    pub(super) fn connect(&mut self, now: Instant) -> Option<Action<Ncp>> {
        for slot in 0..self.slots.len() {
            let Slot { conn, stage, at, .. } = self.slots[slot];
            match stage {
                Stage::None if now < at || self.connections >= MAX_CONNECTIONS => {}
                Stage::None => {
                    let conn = ConnId(self.connections);
                    self.connections += 1;
                    self.slots[slot] = Slot { conn, stage: Stage::Raw, ..Slot::default() };
                    return Some(Action::Connect { carrier: self.config.carrier });
                }
                Stage::Raw => {
                    self.slots[slot].stage = Stage::Greeting(after_ms(now, HELLO_MS));
                    return Some(agent(Command::Hello(Target { conn })));
                }
                Stage::Greeting(until) | Stage::Leaving(until) if now >= until => {
                    return self.give_up(now, slot);
                }
                _ => {}
            }
        }
        let dead = |slot: &Slot| slot.stage == Stage::None;
        self.over |= self.connections >= MAX_CONNECTIONS && self.slots.iter().all(dead);
        None
    }

    /// Ends a connection that leads nowhere, or is to be lost.
    pub(super) fn give_up(&mut self, now: Instant, slot: usize) -> Option<Action<Ncp>> {
        let conn = self.slots.get(slot).filter(|slot| slot.stage != Stage::None)?.conn;
        self.lost(now, slot);
        Some(Action::Kill { conn })
    }

    /// Closes a connection in good order, from either side.
    pub(super) fn leave(&mut self, now: Instant, slot: usize) -> Option<Action<Ncp>> {
        let conn = self.ready(slot)?;
        self.slots[slot].stage = Stage::Leaving(after_ms(now, LEAVING_MS));
        let close = Command::Close(Target { conn });
        let node = if self.words.chance(2, 3) { Role::Client } else { Role::Server };
        Some(by(node, close))
    }

    /// The connection of a slot is gone, whoever ended it.
    pub(super) fn lost(&mut self, now: Instant, slot: usize) {
        let conn = self.slots[slot].conn;
        let at = after_ms(now, 1 + u64::from(self.words.below(LATER_MS)));
        self.slots[slot] = Slot { at, ..Slot::default() };
        self.pending.retain(|request| request.conn != conn);
        self.streams.iter_mut().filter(|stream| stream.conn == conn).for_each(|s| s.over = true);
        self.part(conn);
    }

    /// A connection can be used: the Agent is to have schemas.
    pub(super) fn greeted(&mut self, slot: usize) {
        self.slots[slot].stage = Stage::Ready;
        for line in 0..self.lines.len() {
            self.bring(slot, line);
        }
    }

    /// Brings the current schema of a line to the Agent of a connection.
    pub(super) fn bring(&mut self, slot: usize, line: usize) {
        let Some(conn) = self.ready(slot) else { return };
        let Some(version) = self.lines[line].current().cloned() else { return };
        let action = if self.words.chance(self.config.pushes, 100) {
            // Subscriptions need the first line for as long as they last.
            let fleeting = line > 0 && self.words.chance(self.config.fleeting, 100);
            let ttl = fleeting.then_some(0);
            node(Command::Push(Push { conn, anchor_ref: version.id, ttl }))
        } else {
            let (schema, ttl) = (version.schema, version.ttl);
            let anchor_id = String::new();
            agent(Command::Fetched(Fetched { conn, anchor_id, schema, ttl }))
        };
        self.queue.push(action);
    }
}

/// A command to the Agent.
pub const fn agent(command: Command) -> Action<Ncp> {
    by(Role::Client, command)
}

/// A command to the Node.
pub const fn node(command: Command) -> Action<Ncp> {
    by(Role::Server, command)
}

/// A command to either.
pub const fn by(node: Role, command: Command) -> Action<Ncp> {
    Action::Command { node, command }
}
