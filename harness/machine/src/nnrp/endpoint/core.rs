//! The state of an endpoint, and the small steps everything else is written in.

use super::link::{Link, Pending};
use super::op::Op;
use super::session::Session;
use super::timer::Timers;
use crate::nnrp::cache::{Cache, Key};
use crate::nnrp::operation::{Wire, after};
use crate::nnrp::schema::{Identity, Registry};
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, Instant, Outbox, Role, Seed, StreamId};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Event, Frame};

pub(crate) type Out = Outbox<Event>;

#[derive(Debug)]
pub(crate) struct Core {
    pub role: Role,
    pub setup: Setup,
    pub seed: Seed,
    pub now: Instant,
    pub links: Vec<Link>,
    /// By id.
    pub sessions: Vec<Session>,
    /// Ids of sessions that have ended and are not in use again (S26), sorted.
    pub closed: Vec<u32>,
    pub timers: Timers,
    /// What the peer has put here.
    pub cache: Cache,
    pub schemas: Registry,
    /// Which cache object brought which schema.
    pub schema_keys: Vec<(Key, Identity)>,
    /// Some connection or session is ending and may be done.
    pub ending: bool,
    traces: u64,
    spare_links: Vec<Link>,
    spare_sessions: Vec<Session>,
}

impl Core {
    pub fn new(setup: &Setup, seed: Seed, role: Role) -> Self {
        Self {
            role,
            setup: setup.clone(),
            seed,
            now: Instant::ZERO,
            links: Vec::new(),
            sessions: Vec::new(),
            closed: Vec::new(),
            timers: Timers::default(),
            cache: Cache::default(),
            schemas: Registry::default(),
            schema_keys: Vec::new(),
            ending: false,
            traces: 0,
            spare_links: Vec::new(),
            spare_sessions: Vec::new(),
        }
    }

    /// As new, keeping memory.
    pub fn reset(&mut self, setup: &Setup, seed: Seed) {
        if self.setup != *setup {
            self.setup = setup.clone();
        }
        self.seed = seed;
        self.now = Instant::ZERO;
        self.spare_links.append(&mut self.links);
        self.spare_sessions.append(&mut self.sessions);
        self.closed.clear();
        self.timers = Timers::default();
        self.cache.reset();
        self.schemas.reset();
        self.schema_keys.clear();
        self.ending = false;
        self.traces = 0;
    }

    /// A trace id not used before.
    pub fn trace(&mut self) -> u64 {
        self.traces += 1;
        self.traces
    }

    /// A connection has come up.
    pub fn connect(&mut self, conn: ConnId, carrier: Carrier) {
        let mut link = self.spare_links.pop().unwrap_or_default();
        link.reset(conn, carrier, self.role);
        self.links.push(link);
    }

    /// A connection is gone for good.
    pub fn forget_link(&mut self, at: usize) {
        let link = self.links.remove(at);
        self.timers.disarm(link.deadline.unwrap_or(Instant::MAX));
        self.spare_links.push(link);
    }

    /// Position of a connection.
    pub fn link(&self, conn: ConnId) -> Option<usize> {
        self.links.iter().position(|link| link.conn == conn)
    }

    /// Position of a session that exists.
    #[inline]
    pub fn session(&self, id: u32) -> Option<usize> {
        match self.sessions.as_slice() {
            [only] => (only.id == id).then_some(0),
            sessions => sessions.binary_search_by_key(&id, |session| session.id).ok(),
        }
    }

    /// Whether a session of that id has existed and ended.
    pub fn was_closed(&self, id: u32) -> bool {
        self.closed.binary_search(&id).is_ok()
    }

    /// Makes room for a session; gives its position.
    pub fn add_session(&mut self, id: u32, conn: ConnId) -> usize {
        if let Ok(at) = self.closed.binary_search(&id) {
            self.closed.remove(at);
        }
        let mut session = self.spare_sessions.pop().unwrap_or_default();
        session.reset(id, conn);
        let at = self.sessions.partition_point(|other| other.id < id);
        self.sessions.insert(at, session);
        at
    }

    /// Takes a session away and remembers that it was there.
    pub fn forget_session(&mut self, at: usize) {
        let session = self.sessions.remove(at);
        if let Err(place) = self.closed.binary_search(&session.id) {
            self.closed.insert(place, session.id);
        }
        let grace = session.old_path.map(|(_, end)| end);
        for deadline in [session.window, session.drain, grace].into_iter().flatten() {
            self.timers.disarm(deadline);
        }
        self.timers.disarm(session.op_deadline);
        self.spare_sessions.push(session);
    }

    /// Position of the connection a session is bound to.
    pub fn link_of(&self, at: usize) -> Option<usize> {
        self.link(self.sessions[at].conn)
    }

    /// Sends a packet on the control stream.
    pub fn send(&self, link: usize, frame: &Frame<'_>, out: &mut Out) {
        out.send(self.links[link].conn, StreamId::CONTROL, |bytes| frame.encode(bytes));
    }

    /// Sends a packet that will be answered, under a fresh trace id.
    pub fn ask(&mut self, link: usize, frame: Frame<'_>, ask: super::Ask, out: &mut Out) {
        let trace = self.trace();
        self.send(link, &frame.traced(trace), out);
        self.links[link].pending.push(Pending { trace, ask });
    }

    /// Starts an operation (F7); gives its position.
    #[inline]
    pub fn start_op(&mut self, session: usize, op: Op) -> usize {
        self.timers.arm(op.deadline);
        if let Some(link) = self.link_of(session) {
            self.links[link].in_flight += 1;
        }
        self.sessions[session].start(op)
    }

    /// Applies what the wire says about an operation. `true` if that ended it (F8).
    #[inline]
    pub fn wire(&mut self, at: usize, op: usize, wire: Wire, out: &mut Out) -> bool {
        let session = &mut self.sessions[at];
        let entry = &mut session.ops[op];
        let Some(state) = after(entry.state, wire) else { return false };
        entry.state = state;
        let Some(outcome) = state.outcome() else { return false };
        let entry = *entry;
        session.settled = session.settled.max(entry.id);
        if let Some(place) = session.live.iter().position(|&id| id == entry.id) {
            session.live.remove(place);
        }
        self.timers.disarm(entry.deadline);
        let bound = session.state != crate::nnrp::session::State::Detached;
        let id = session.id;
        if bound && let Some(link) = self.link_of(at) {
            self.links[link].in_flight = self.links[link].in_flight.saturating_sub(1);
        }
        let (lane, frame) = (entry.lane(), entry.frame());
        out.event(Event::Ended { session: id, lane, frame, outcome });
        true
    }

    /// Binds a session to another connection, with its unfinished operations.
    pub fn rebind(&mut self, at: usize, to: usize) {
        let session = &self.sessions[at];
        let live = session.live.len() as u32;
        let was_bound = session.state != crate::nnrp::session::State::Detached;
        if was_bound && let Some(from) = self.link_of(at) {
            self.links[from].in_flight = self.links[from].in_flight.saturating_sub(live);
        }
        self.links[to].in_flight += live;
        let conn = self.links[to].conn;
        self.sessions[at].conn = conn;
        // Whoever comes back to a path that was left has not left it any more.
        if let Some((_, end)) = self.sessions[at].old_path.take_if(|(old, _)| *old == conn) {
            self.timers.disarm(end);
        }
        // The connection left behind may have been waiting for just these.
        self.ending = true;
    }

    /// Server: a message of the client shows that it holds the current token.
    pub fn prove_token(&mut self, link: usize, id: u32) {
        if let Some(at) = self.bound(id, self.links[link].conn) {
            self.sessions[at].tokens.prove();
        }
    }
}
