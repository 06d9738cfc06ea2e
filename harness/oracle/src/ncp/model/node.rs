//! One node: its connections, its registry, and what it still has to bear out.

use super::{Conn, Entry, Known, Name};
use crate::ncp::http::{Exchange, Heard};
use alloc::vec::Vec;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::event::StreamEnd;
use wireproof_wire::ncp::seal::{Key, NONCE};

/// Everything one node knows.
#[derive(Debug)]
pub(in crate::ncp) struct Node {
    /// Which side it is.
    pub role: Role,
    /// Connections by number.
    pub conns: Vec<Conn>,
    /// Schemas it has seen or made, verified.
    pub schemas: Vec<Known>,
    /// Its registry, if it is a Node.
    pub registry: Vec<Entry>,
    /// How often the registry was changed.
    pub edition: u32,
    /// Nonces seen under its key, sent and received.
    pub nonces: Vec<[u8; NONCE]>,
    /// Identifiers under which it sent an AnchorFrame, with the digest of the schema.
    pub authored: Vec<(Name, u64)>,
    /// Events that wait for the node to come to rest.
    pub claims: Vec<Claim>,
    /// Counts inputs.
    pub step: u32,
    /// The step in which the application wanted a schema sent along with an answer.
    pub inline_wanted: Option<u32>,
    /// Frames received in the present step: ErrorFrames, and others.
    pub inputs: (u32, u32),
    /// Events of each kind that liveness rests on: not everybody reports them.
    pub tells: Tells,
    /// Whether it is known how the node is configured.
    pub configured: bool,
    /// How, if so.
    pub setup: Setup,
    /// Its key, if it has one.
    pub key: Option<Key>,
    /// What was asked over HTTP.
    pub exchanges: Vec<Exchange>,
    /// What came back over HTTP.
    pub heard: Vec<Heard>,
}

/// Which events a node has been seen to report.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ncp) struct Tells {
    /// `chunk`.
    pub chunks: bool,
    /// `opened`.
    pub opened: bool,
    /// `ended`.
    pub ended: bool,
}

/// An event that the frames of the same step have to bear out.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Claim {
    /// The record of the event.
    pub record: u32,
    /// When.
    pub at: Instant,
    /// The connection.
    pub conn: ConnId,
    /// What was said.
    pub said: Claimed,
}

/// What an event claims.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) enum Claimed {
    /// The stream has ended.
    Ended {
        /// Which.
        stream: Name,
        /// How.
        outcome: StreamEnd,
        /// `error_code`.
        error: Name,
    },
    /// The connection is ready.
    Ready,
    /// No slot is free for a stream.
    NoSlot,
}

impl Node {
    /// A node that knows nothing.
    pub fn new(role: Role) -> Self {
        Self {
            role,
            conns: Vec::new(),
            schemas: Vec::new(),
            registry: Vec::new(),
            edition: 0,
            nonces: Vec::new(),
            authored: Vec::new(),
            claims: Vec::new(),
            step: 0,
            inline_wanted: None,
            inputs: (0, 0),
            tells: Tells::default(),
            configured: false,
            setup: Setup::default(),
            key: None,
            exchanges: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self, role: Role) {
        self.role = role;
        self.conns.iter_mut().for_each(Conn::reset);
        self.schemas.clear();
        self.registry.clear();
        self.edition = 0;
        self.nonces.clear();
        self.authored.clear();
        self.claims.clear();
        self.step = 0;
        self.inputs = (0, 0);
        self.tells = Tells::default();
        self.configured = false;
        self.key = None;
        self.exchanges.clear();
        self.heard.clear();
    }

    /// It has started like that: a Node anew, with an empty registry.
    pub fn configure(&mut self, setup: &Setup) {
        if self.setup != *setup {
            self.setup.clone_from(setup);
        }
        self.configured = true;
        self.key = Key::from_hex(&setup.key);
        self.registry.clear();
        self.edition += 1;
    }

    /// Whether it has a key, if that is known.
    pub const fn keyed(&self) -> Option<bool> {
        if self.configured { Some(self.key.is_some()) } else { None }
    }

    /// A new input reaches the node: what it did before is a step of its own.
    pub fn next_step(&mut self) {
        self.step += 1;
        self.inputs = (0, 0);
        self.claims.clear();
    }

    /// Makes sure that `conns` has an entry for `conn`.
    pub fn ensure(&mut self, conn: ConnId) -> &mut Conn {
        let index = conn.0 as usize;
        if index >= self.conns.len() {
            self.conns.resize_with(index + 1, Conn::default);
        }
        &mut self.conns[index]
    }

    /// A connection.
    pub fn conn(&self, conn: ConnId) -> &Conn {
        &self.conns[conn.0 as usize]
    }

    /// Where the schema of that identifier is, if it is known.
    pub fn find_schema(&self, id: Name) -> Option<usize> {
        self.schemas.iter().position(|known| known.id == id)
    }

    /// The connection that has this stream: the newest, if several do.
    pub fn conn_of_stream(&self, id: Name) -> Option<usize> {
        self.conns.iter().rposition(|conn| conn.find_stream(id).is_some())
    }
}
